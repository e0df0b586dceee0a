import { type CommandInvocation, defineCommand } from '../command.ts';
import { commandPrefix } from '../command-prefix.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { askWorlds } from '../play/control-client.ts';
import type { TriggerReport, TriggerRequest, TriggerResult } from '../play/trigger-workload.ts';
import { createPaint, printJson, printLines } from '../render.ts';

const options = {
  error: { type: 'string', value: 'NAME', about: 'name of the error of an execution' },
  'exit-code': {
    type: 'number',
    value: 'N',
    max: 255,
    about: 'exit code of the container of a Batch job',
  },
  output: { type: 'string', value: 'JSON', about: 'output of an execution that succeeds' },
  input: { type: 'string', value: 'JSON', about: 'input of an execution' },
  again: {
    type: 'boolean',
    about: 'emit the last event with this name and status again, with the same event id',
  },
  lost: { type: 'boolean', about: 'change the run in AWS, but emit no event' },
} as const;

/** `trigger`: emits a status change in the embedded AWS, and prints what the bridge did. */
export const trigger = defineCommand({
  name: 'trigger',
  summary: 'emits an event of AWS in the embedded worlds, and prints what the bridge did',
  options,
  positionals: {
    value: 'NAME STATUS',
    about:
      'name of a route, launch target, state machine or Batch job of the route file, and its new status',
  },
  usage: 'NAME STATUS [--error NAME | --exit-code N] [--again | --lost] [options]',
  notes: [
    'For the embedded worlds that `demo` or `play` keeps running. The event has the fields of a real one, and goes through rules, queue and the report function.',
    'A status that follows the last one changes the same run. RUNNING after the end of a run begins a new run.',
    'Prints the event, the routes that match it, and one line for each effect.',
  ],
  examples: [
    'trigger settlement FAILED',
    'trigger risk-eod FAILED --exit-code 3',
    'trigger fx-rates FAILED --again',
    'trigger settlement SUCCEEDED --lost',
  ],
  run: async ({ options: given, positionals, json, io }) => {
    const [name, status, ...more] = positionals;
    if (name === undefined || status === undefined || more.length > 0) {
      throw new CommandLineError('trigger', [
        `expected NAME STATUS, such as settlement FAILED, found ${positionals.length} of 2`,
      ]);
    }
    const { error, output, input, again, lost } = given;
    const exitCode = given['exit-code'];
    const request: TriggerRequest = {
      ...{ name, status, again, lost },
      ...(error !== undefined && { error }),
      ...(exitCode !== undefined && { exitCode }),
      ...(output !== undefined && { output }),
      ...(input !== undefined && { input }),
    };
    const report = await askWorlds<TriggerResult>('trigger', request, io);
    return printReport(report, { json, io });
  },
});

function printReport(
  report: TriggerReport,
  { json, io }: Pick<CommandInvocation, 'io' | 'json'>,
): ExitCode {
  if (json) {
    printJson(io.stdout, report);
    return exitCodes.done;
  }
  const { kind, change, run, rules, routes, results } = report;
  const paint = createPaint(io.stdout, io.env);
  const matched = `${rules} ${rules === 1 ? 'rule matches' : 'rules match'}`;
  const by = routes.length > 0 ? `, routes: ${routes.join(' ')}` : '';
  const effects = results.length > 0 ? results : ['no effect for this status'];
  printLines(io.stdout, [
    `AWS     ${paint('bold', change)}`,
    ...(kind === 'lost'
      ? ['event   lost: the sweep asks AWS about the run later']
      : [`event   ${matched}${by}`, ...effects.map((one) => `bridge  ${one}`)]),
    `more    ${commandPrefix} status ${run}`,
  ]);
  return exitCodes.done;
}
