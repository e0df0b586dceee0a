import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes, FileError } from '../exit-code.ts';
import { createNotifyPlan, printNotifyPlan, toNotifyDocument } from '../jil-for/notify.ts';
import { jilForOptions } from '../jil-for/options.ts';
import { createJilPlan } from '../jil-for/plan.ts';
import { printPlan, toPlanDocument } from '../jil-for/print-plan.ts';
import { printJson, printNotes } from '../render.ts';

/** `jil-for`: prints JIL of jobs that start the targets of a route file. Sends nothing. */
export const jilFor = defineCommand({
  name: 'jil-for',
  summary: 'prints JIL of jobs that start the targets of a route file; sends nothing',
  options: jilForOptions,
  positionals: { value: '[TARGET…]', about: 'targets of the route file (default: all)' },
  usage: '--config FILE [TARGET…] [options]',
  notes: [
    'wait: one job starts the run, waits for it and ends with its exit code. variable: a job starts the run and ends; other jobs wait for the global variable in mirror. box: a box contains a job that starts the run, and the job in mirror, which shows its status.',
    'Without --name and --prefix, the names of the jobs are those that a caller of the target may act for. A name that is too long or used twice is refused, with one that fits. A way that needs a job that no caller may act for is left out.',
    'Comments in the JIL say what to change, and which variables to set before the first run.',
  ],
  examples: [
    'jil-for --config bridge.yaml',
    'jil-for --config bridge.yaml settlement --way wait --machine batch01 --owner night',
    'jil-for --config bridge.yaml --notify LOAD_LEDGER',
    "jil-for --config bridge.yaml settlement --param 'date=$$EOD_DATE' --success settlement=4",
  ],
  run: async ({ options, positionals, json, io }) => {
    if (options.config === undefined) {
      throw new CommandLineError('jil-for', ['--config: missing, give the route file']);
    }
    const { config, source } = await readConfig(io, options.config);
    if (options.notify.length > 0) {
      if (positionals.length > 0) {
        throw new CommandLineError('jil-for', [
          '--notify: found with TARGET, allowed: one of both',
        ]);
      }
      const notify = createNotifyPlan(config, options);
      if (json) printJson(io.stdout, toNotifyDocument(notify));
      else io.stdout.write(printNotifyPlan(notify));
      return exitCodes.done;
    }
    if (config.targets.length === 0) {
      throw new FileError({
        file: source.name,
        reason: 'found no targets, allowed: at least one; add targets, which jobs can start',
      });
    }
    const plan = createJilPlan({ config, options, named: positionals });
    const withoutCaller = plan.targets.filter(({ callers }) => callers.length === 0);
    printNotes(
      io,
      withoutCaller.map(({ target }) => `target ${target.name}: no caller may start it yet`),
      json,
    );
    if (json) printJson(io.stdout, toPlanDocument(plan));
    else io.stdout.write(printPlan(plan));
    return exitCodes.done;
  },
});
