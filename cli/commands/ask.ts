import { createInvokeSweep } from '../../lambda/aws/invoke-sweep.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { CommandLineError, type ExitCode, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { type AskRunResult, askRun } from '../ledger/ask.ts';
import { describeAskedRun, toAskedRunDocument } from '../ledger/describe-asked-run.ts';
import { findRun, findRunsOf } from '../ledger/find.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { readOperator } from '../ledger/operator.ts';
import { readSubject } from '../ledger/subject.ts';
import { readTimeFormat, type TimeFormat, timeOptions } from '../ledger/times.ts';
import { createProxyAgent } from '../proxy.ts';
import { createPaint, printFitted, printJson, printNotes } from '../render.ts';
import { sleep } from '../sleep.ts';

/** `ask`: lets the sweep ask AWS about one run now. */
export const ask = defineCommand({
  name: 'ask',
  summary: 'lets the sweep ask AWS about one run now, and prints what it finds',
  options: {
    ...ledgerOptions,
    ...timeOptions,
    sweep: {
      type: 'string',
      value: 'NAME',
      env: 'SWEEP_FUNCTION',
      about: 'sweep function of the bridge, the output SweepFunctionName of the stack',
    },
  },
  positionals: {
    value: 'ARN|ID|NAME',
    about:
      'an execution or a Batch job, as for `status`; a name must have only one run that is open',
  },
  usage: '(ARN | ID | NAME) [--table NAME] [--sweep NAME] [options]',
  notes: [
    'Marks the run as due in the ledger and invokes the sweep, which asks AWS with its own roles, and sends AutoSys what has changed. The history of the run names the ARN of the caller, from STS.',
    'Also for a run that has ended, such as one that was redriven. An invocation of the sweep does what its schedule does every minute, so it also sends other due effects.',
    'Ends with 3 if AWS was not asked or did not answer. The run stays due, so the next sweep run asks again.',
  ],
  examples: ['ask arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42'],
  run: async ({ options, positionals, io, json }) => {
    const subject = readSubject('ask', undefined, positionals);
    const sweepFunction = options.sweep ?? io.env['SWEEP_FUNCTION'];
    if (!sweepFunction) {
      throw new CommandLineError('ask', [
        '--sweep: missing, and $SWEEP_FUNCTION is not set; give the name of the sweep function',
      ]);
    }
    const table = openLedger('ask', options, io);
    const key = await findKey(table, subject.kind === 'run' ? subject.run : subject.name);
    const deps = {
      ...{ table, sweepFunction, signal: io.signal },
      invokeSweep: createInvokeSweep(createProxyAgent('ask', io.env)),
      now: () => io.clock.now(),
      sleep: (ms: number, signal: AbortSignal) => sleep(io, ms, signal),
    };
    const result = await askRun(deps, key, await readOperator('ask', io));
    const time = (await readTimeFormat(table, options, io))();
    return printResult(result, { io, json, time });
  },
});

/** Maximum number of runs of one name that are read. */
const limit = 50;

/** The row key of a run, by ARN, id or name. @throws {NoSuchEntryError} */
async function findKey(table: SearchableTable, run: string): Promise<string> {
  const found = await findRun(table, run);
  if (found) return found.key;
  const { found: all } = await findRunsOf(table, { name: run, limit });
  const runs = all.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const open = runs.filter(({ version }) => !isOver(version.status));
  const [wanted, ...others] = open.length > 0 ? open : runs.slice(0, 1);
  if (others.length > 0) {
    const ids = open.map(({ version }) => version.run).join(', ');
    throw new NoSuchEntryError(
      `${open.length} runs named ${run} are open; ask about one of them by its ARN or id: ${ids}`,
    );
  }
  const key = wanted && (await findRun(table, wanted.version.run))?.key;
  if (key !== undefined) return key;
  throw new NoSuchEntryError(
    `the ledger has no run ${run}: no route matches it, or no event of it arrived in the last 90 days`,
  );
}

function printResult(
  result: AskRunResult,
  { io, json, time }: Pick<CommandInvocation, 'io' | 'json'> & { readonly time: TimeFormat },
): ExitCode {
  if (json) printJson(io.stdout, toAskedRunDocument(result));
  else printFitted(io, describeAskedRun(result, createPaint(io.stdout, io.env), time));
  const { found, failure, after } = result;
  const sweep = failure === undefined ? 'has not asked AWS yet' : `was not run (${failure})`;
  if (found.length === 0) {
    printNotes(io, [`the sweep ${sweep}; the run is due, so the next sweep run asks AWS`], json);
  } else if (failure !== undefined) {
    printNotes(io, [`the sweep failed (${failure}); see its log`], json);
  }
  const isAnswered = found.length > 0 && after.unansweredMs === undefined;
  return isAnswered ? exitCodes.done : exitCodes.unknown;
}
