import { defineAgentCommand } from '../agent-command.ts';
import { createLineWriter, createTimedWriter, writeJson } from '../agent-output.ts';
import { agentConnectionOptions } from '../settings.ts';
import { waitForRun } from '../wait/wait-for-run.ts';
import { requestExitCodes, runNameArgument, withLaunchClient } from './open-api.ts';

/** `stop`: stops a run and waits for the proof. */
export const stopRun = defineAgentCommand({
  name: 'stop',
  summary: 'stops a run in AWS, and waits for the proof that nothing of it is active',
  options: {
    reason: {
      type: 'string',
      value: 'TEXT',
      about: 'why, for the history of the run (default: by hand)',
    },
    'no-wait': { type: 'boolean', about: 'end as soon as the stop is accepted' },
    json: { type: 'boolean', about: 'print the run as JSON on stdout, and messages on stderr' },
    ...agentConnectionOptions,
  },
  positionals: runNameArgument,
  usage: 'NAME [--reason TEXT] [--no-wait] [options]',
  notes: [
    'The bridge goes on with an accepted stop by itself, also if this command ends. A stop that is not proven within ten minutes is parked, with the list of what may still be active.',
  ],
  exitCodes: [
    ['0', 'nothing of the run is active, or the stop was accepted with --no-wait'],
    ['1', 'not proven: something of the run may still be active'],
    ...requestExitCodes,
  ],
  examples: ["stop PAY_EOD-r1620t1-ACE --reason 'wrong date'"],
  run: async ({ options, positionals, io }) => {
    const faults: string[] = [];
    const reason = options.reason ?? 'by hand';
    if (reason.length > maxReasonLength) {
      faults.push(
        `--reason: expected at most ${maxReasonLength} characters, found ${reason.length}`,
      );
    }
    return withLaunchClient({ options, positionals, io }, { faults }, async (api, name) => {
      const print = createTimedWriter(options.json ? io.writeError : io.writeOut);
      const { end, state } = await waitForRun(
        {
          kind: 'stop',
          name,
          target: undefined,
          isDetached: options['no-wait'],
          timeout: undefined,
          reason,
          describeResume: (run) => `see ${io.prefix} whois ${run}`,
        },
        { ...io, api, start: undefined, find: {}, print },
      );
      end.errors.forEach(createLineWriter(io.writeError));
      if (options.json && state.answer !== undefined) writeJson(io, state.answer);
      const printLast = end.errors.length > 0 ? createTimedWriter(io.writeError) : print;
      printLast(io.clock.now(), `exit code ${end.code}: ${end.source}`);
      if (end.isImmediate) io.exitNow(end.code);
      return end.code;
    });
  },
});

/** Of the launch API. */
const maxReasonLength = 200;
