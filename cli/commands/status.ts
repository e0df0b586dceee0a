import type { AutosysInstance } from '../../autosys/names.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { type ExitCode, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { describeEntryDetails, toDocument } from '../ledger/describe.ts';
import { describeObservedDetails, toObservedEntryDocument } from '../ledger/describe-observed.ts';
import { describeStoredRequest, toStoredRequestDocument } from '../ledger/describe-request.ts';
import { describeRunDetails, describeRunLine, toRunDocument } from '../ledger/describe-run.ts';
import { findByTarget, findRun, findRunsOf } from '../ledger/find.ts';
import { findGroupDays } from '../ledger/find-group-days.ts';
import { ledgerOptions, openLedger, type Unreadable } from '../ledger/open.ts';
import { withPresent } from '../ledger/present.ts';
import { printGroup } from '../ledger/print-group.ts';
import { readSubject } from '../ledger/subject.ts';
import { readTimeFormat, type ToTimeFormat, timeOptions } from '../ledger/times.ts';
import { createPaint, printFitted, printJson, printNotes } from '../render.ts';

/** Default of `--limit`. */
const defaultLimit = 20;

/** `status`: prints the ledger's records on one target or one run. Changes nothing. */
export const status = defineCommand({
  name: 'status',
  summary: 'prints what the ledger has on a variable, a job, a group or a run in AWS',
  options: {
    ...ledgerOptions,
    ...timeOptions,
    instance: {
      type: 'string',
      value: 'ACE',
      about: 'AutoSys instance of the variable or job; without it NAME is a name in AWS',
    },
    limit: {
      type: 'number',
      value: 'N',
      max: 1_000,
      about: `maximum number of one-shots and requests, or of runs, newest first (default: ${defaultLimit})`,
    },
  },
  positionals: {
    value: 'NAME|ARN|ID',
    about:
      'with --instance a global variable or a job; otherwise a group, the ARN or name of an execution, or the id, ARN or name of a Batch job',
  },
  usage: '(NAME --instance ACE | ARN | ID | NAME) [--limit N] [--table NAME] [options]',
  notes: [
    'For a variable or a job: stage, version, lease, next try, why it waits and history of its newest request, then the one-shots of the job, then the requests of AWS processes with their waits, newest first.',
    'For the ARN or id of a run: each event of the run and its result, then each entry of the run with its history. For a name: the runs with this name.',
    'For a group: the state of its last business day, the members that are missing, all members with their newest run, and the days before. A run whose name is that of a group is found by its ARN or id.',
    'Names are exact; wildcards are not supported. Rows are kept for 90 days. A row that cannot be read is reported on stderr, and the command ends with 3.',
  ],
  examples: [
    'status AWS_SETTLEMENT --instance ACE',
    'status RISK_IN_AWS --instance ACE',
    'status arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42',
    'status 4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
    'status risk-eod --json',
    'status risk',
  ],
  run: async ({ options, positionals, io, json }) => {
    const subject = readSubject('status', options.instance, positionals);
    const limit = options.limit ?? defaultLimit;
    const table = openLedger('status', options, io);
    const output = { io, json, toTimeFormat: await readTimeFormat(table, options, io) };
    switch (subject.kind) {
      case 'target':
        return printTarget(table, { ...subject, limit }, output);
      case 'run':
        return printRun(table, subject.run, output);
      case 'name':
        return printNamed(table, { name: subject.name, limit }, output);
      default:
        return subject satisfies never;
    }
  },
});

interface PrintOptions extends Pick<CommandInvocation, 'io' | 'json'> {
  readonly toTimeFormat: ToTimeFormat;
}

async function printTarget(
  table: SearchableTable,
  query: { readonly instance: AutosysInstance; readonly name: string; readonly limit: number },
  { io, json, toTimeFormat }: PrintOptions,
): Promise<ExitCode> {
  const { instance, name } = query;
  const target = await findByTarget(table, instance, query);
  const { found: entries, requests, more } = target;
  const found = await withPresent(table, entries, io.clock.now().getTime());
  if (found.length + requests.length + target.observed.length === 0) {
    throw new NoSuchEntryError(
      `the ledger has no entry of a variable or job ${name} on ${instance}: no route and no request has written it in the last 90 days`,
    );
  }
  const stored = found.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const asked = requests.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const observed = target.observed.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const paint = createPaint(io.stdout, io.env);
  if (json) {
    printJson(io.stdout, {
      entries: stored.map(toDocument),
      ...(observed.length > 0 && { observed: observed.map(toObservedEntryDocument) }),
      requests: asked.map(toStoredRequestDocument),
    });
  } else {
    const parts = [
      ...stored.map((one) => describeEntryDetails(one, paint, toTimeFormat)),
      ...asked.map((one) => describeStoredRequest(one, paint, toTimeFormat)),
      ...observed.map((one) => describeObservedDetails(one, paint, toTimeFormat)),
    ];
    printFitted(
      io,
      parts.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines])),
    );
  }
  return printRest([...found, ...requests, ...target.observed], { more, io, json });
}

async function printRun(
  table: SearchableTable,
  run: string,
  output: PrintOptions,
): Promise<ExitCode> {
  const { io, json, toTimeFormat } = output;
  const found = await findRun(table, run);
  if (!found) {
    // Step Functions names an execution without a name by an id that looks like that of a Batch
    // job.
    const query = { name: run, limit: defaultLimit };
    const { found: runs } = await findRunsOf(table, query);
    if (runs.length > 0) return printRunsOf(table, query, output);
    throw new NoSuchEntryError(
      `the ledger has no run ${run}: no route matches it, or no event of it arrived in the last 90 days`,
    );
  }
  const entries = await withPresent(table, found.entries, io.clock.now().getTime());
  if (json) printJson(io.stdout, { runs: [toRunDocument(found.run, entries, found.observed)] });
  else {
    const paint = createPaint(io.stdout, io.env);
    printFitted(io, describeRunDetails({ ...found, entries }, paint, toTimeFormat));
  }
  return printRest([...found.entries, ...found.observed], { more: false, io, json });
}

/** Prints the days of the group of this name, or the runs if there is no such group. */
async function printNamed(
  table: SearchableTable,
  query: { readonly name: string; readonly limit: number },
  output: PrintOptions,
): Promise<ExitCode> {
  const days = await findGroupDays(table, query);
  if (days.found.length === 0) return printRunsOf(table, query, output);
  printGroup(
    days.found.flatMap((one) => ('unreadable' in one ? [] : [one])),
    output,
  );
  return printRest(days.found, { more: days.more, ...output });
}

async function printRunsOf(
  table: SearchableTable,
  query: { readonly name: string; readonly limit: number },
  output: PrintOptions,
): Promise<ExitCode> {
  const { io, json, toTimeFormat } = output;
  const { found, more } = await findRunsOf(table, query);
  const runs = found.flatMap((one) => ('unreadable' in one ? [] : [one]));
  const [only] = runs;
  if (found.length === 0) {
    throw new NoSuchEntryError(
      `the ledger has no group and no run named ${query.name}; for a global variable or a job, add --instance`,
    );
  }
  if (only && found.length === 1 && !more) return printRun(table, only.version.run, output);
  const paint = createPaint(io.stdout, io.env);
  if (json) printJson(io.stdout, { runs: runs.map((run) => toRunDocument(run)) });
  else
    printFitted(
      io,
      runs.map((run) => describeRunLine(run, paint, toTimeFormat())),
    );
  return printRest(found, { more, io, json });
}

function printRest(
  found: readonly (object | Unreadable)[],
  { more, io, json }: Omit<PrintOptions, 'toTimeFormat'> & { readonly more: boolean },
): ExitCode {
  const unreadable = found.flatMap((one) => ('unreadable' in one ? [one.unreadable] : []));
  const rest = more ? ['more rows exist; use --limit N to list them'] : [];
  printNotes(io, [...unreadable, ...rest], json);
  return unreadable.length === 0 ? exitCodes.done : exitCodes.unknown;
}
