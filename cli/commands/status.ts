import type { AutosysInstance } from '../../autosys/names.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { type ExitCode, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { describeWhole, toDocument } from '../ledger/describe.ts';
import { describeRunLine, describeWholeRun, toRunDocument } from '../ledger/describe-run.ts';
import { findByTarget, findRun, findRunsOf } from '../ledger/find.ts';
import { ledgerOptions, openLedger, type Unreadable } from '../ledger/open.ts';
import { readSubject } from '../ledger/subject.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/** So many one-offs or runs where nobody says how many. */
const usualLimit = 20;

/** Tells what the ledger knows of one target or one run; changes nothing. */
export const status = defineCommand({
  name: 'status',
  summary: 'tells what the ledger knows of a global variable, of a job, or of a run of AWS',
  options: {
    ...ledgerOptions,
    instance: {
      type: 'string',
      value: 'ACE',
      about: 'the AutoSys instance of the variable or job; without it the name is one of AWS',
    },
    limit: {
      type: 'number',
      value: 'N',
      max: 1_000,
      about: `so many one-offs or runs, the newest first (${usualLimit})`,
    },
  },
  positionals: {
    value: 'NAME|ARN|ID',
    about:
      'with --instance a global variable or a job; else the ARN or name of an execution, or the id, ARN or name of a Batch job',
  },
  usage: '(NAME --instance ACE | ARN | ID | NAME) [--limit N] [--table NAME] [options]',
  notes: [
    'Of a variable or a job: stage, version, lease, next try and story of its newest wish, then each one-off of the job, the newest first.',
    'Of a run, by its ARN or id: every announcement and what was decided on it, then every entry it brought about with its story: asked, sent, answered, read back, each with its time. By a name: the runs that are called so.',
    'Names are looked up whole, without wildcards. Rows live 90 days. A row that cannot be read is told on stderr, and it ends with 3.',
  ],
  examples: [
    'status AWS_SETTLEMENT --instance ACE',
    'status RISK_IN_AWS --instance ACE',
    'status arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42',
    'status 4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
    'status risk-eod --json',
  ],
  run: async ({ options, positionals, ...saying }) => {
    const subject = readSubject(options.instance, positionals);
    const limit = options.limit ?? usualLimit;
    const table = openLedger('status', options, saying.io);
    switch (subject.kind) {
      case 'target':
        return tellTarget(table, { ...subject, limit }, saying);
      case 'run':
        return tellRun(table, subject.run, saying);
      case 'name':
        return tellRunsOf(table, { name: subject.name, limit }, saying);
      default:
        return subject satisfies never;
    }
  },
});

type Saying = Pick<CommandInvocation, 'io' | 'json'>;

async function tellTarget(
  table: SearchableTable,
  wanted: { readonly instance: AutosysInstance; readonly name: string; readonly limit: number },
  { io, json }: Saying,
): Promise<ExitCode> {
  const { instance, name } = wanted;
  const { found, more } = await findByTarget(table, instance, wanted);
  if (found.length === 0) {
    throw new NoSuchEntryError(
      `the ledger knows nothing of a variable or job ${name} on ${instance}: no route has written it, or not for 90 days`,
    );
  }
  const kept = found.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const paint = createPaint(io.stdout, io.env);
  if (json) printJson(io.stdout, { entries: kept.map(toDocument) });
  for (const [at, one] of json ? [] : kept.entries()) {
    printLines(io.stdout, [...(at === 0 ? [] : ['']), ...describeWhole(one, paint)]);
  }
  return tellRest(found, { more, io, json });
}

async function tellRun(table: SearchableTable, run: string, saying: Saying): Promise<ExitCode> {
  const { io, json } = saying;
  const found = await findRun(table, run);
  if (!found) {
    // An execution that nobody has named is called by an id like that of a Batch job.
    const wanted = { name: run, limit: usualLimit };
    const { found: called } = await findRunsOf(table, wanted);
    if (called.length > 0) return tellRunsOf(table, wanted, saying);
    throw new NoSuchEntryError(
      `the ledger knows nothing of run ${run}: no route hears it, nothing was announced of it, or not for 90 days`,
    );
  }
  if (json) printJson(io.stdout, { runs: [toRunDocument(found.run, found.entries)] });
  else printLines(io.stdout, describeWholeRun(found, createPaint(io.stdout, io.env)));
  return tellRest(found.entries, { more: false, io, json });
}

async function tellRunsOf(
  table: SearchableTable,
  wanted: { readonly name: string; readonly limit: number },
  saying: Saying,
): Promise<ExitCode> {
  const { io, json } = saying;
  const { found, more } = await findRunsOf(table, wanted);
  const runs = found.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const [only] = runs;
  if (found.length === 0) {
    throw new NoSuchEntryError(
      `the ledger knows no run called ${wanted.name}; for a global variable or a job say --instance`,
    );
  }
  if (only && found.length === 1 && !more) return tellRun(table, only.version.run, saying);
  const paint = createPaint(io.stdout, io.env);
  if (json) printJson(io.stdout, { runs: runs.map((run) => toRunDocument(run)) });
  else
    printLines(
      io.stdout,
      runs.map((run) => describeRunLine(run, paint)),
    );
  return tellRest(found, { more, io, json });
}

function tellRest(
  found: readonly (object | Unreadable)[],
  { more, io, json }: Saying & { readonly more: boolean },
): ExitCode {
  const unreadable = found.flatMap((one) => ('unreadable' in one ? [one.unreadable] : []));
  const rest = more ? ['there are older ones; --limit N shows more'] : [];
  printNotes(io, [...unreadable, ...rest], json);
  return unreadable.length === 0 ? exitCodes.done : exitCodes.unknown;
}
