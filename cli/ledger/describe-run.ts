import type { Run } from '../../lambda/ledger/run.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import type { Paint } from '../render.ts';
import { quoteForShell } from './advice.ts';
import { describeEntryDetails, toDocument } from './describe.ts';
import { describeObservedDetails, toObservedEntryDocument } from './describe-observed.ts';
import type { FoundEntry, FoundObserved, FoundRun } from './find.ts';
import type { TimeFormat, ToTimeFormat } from './times.ts';

/** One line of a list of runs: start time, status, name, and the ARN or id for `status`. */
export function describeRunLine({ version, called }: Run, paint: Paint, time: TimeFormat): string {
  return `${time.ago(version.beganMs)}  ${paint('bold', version.status)}  ${called}  ${version.run}`;
}

/** A run in the ledger: its details, its history, and its entries with their histories. */
export function describeRunDetails(
  { key, run, entries, observed }: FoundRun,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { version } = run;
  const time = toRunTimeFormat(entries, toTimeFormat);
  return [
    paint('bold', run.called),
    `  status   ${version.status} of attempt ${version.attempt} since ${time.ago(version.changedMs)}`,
    `  began    ${time.ago(version.beganMs)} in ${run.account} ${run.region}`,
    `  run      ${version.run}`,
    `  routes   ${run.routes.join(', ')}`,
    `  sweep    ${describeLookup(run, time)}`,
    `  key      ${quoteForShell(key)}`,
    'history',
    ...run.history.map(({ atMs, text }) => `  ${time.at(atMs)}  ${text}`),
    ...(entries.length + observed.length === 0
      ? ['no entries: this run requested nothing from AutoSys']
      : []),
    ...readable(entries).flatMap((stored) => [
      '',
      ...describeEntryDetails(stored, paint, toTimeFormat),
      ...(stored.entry.version.run === version.run
        ? []
        : [`this entry now holds the request of another run: ${stored.entry.cause.run}`]),
    ]),
    ...readableObserved(observed).flatMap((stored) => [
      '',
      ...describeObservedDetails(stored, paint, toTimeFormat),
    ]),
  ];
}

/** A run for --json, with its entries if they were read. */
export function toRunDocument(
  run: Run,
  entries?: readonly FoundEntry[],
  observed: readonly FoundObserved[] = [],
) {
  const { version, askMs } = run;
  return {
    run: version.run,
    workload: run.workload,
    name: run.name,
    account: run.account,
    region: run.region,
    status: version.status,
    attempt: version.attempt,
    beganAt: new Date(version.beganMs),
    changedAt: new Date(version.changedMs),
    routes: run.routes,
    ...(askMs !== undefined && { askedAgainAt: new Date(askMs) }),
    asks: run.asks,
    history: run.history.map(({ atMs, text }) => ({ at: new Date(atMs), text })),
    ...(entries && { entries: readable(entries).map(toDocument) }),
    ...(observed.length > 0 && {
      observed: readableObserved(observed).map(toObservedEntryDocument),
    }),
  };
}

function describeLookup({ askMs, asks, version }: Run, time: TimeFormat): string {
  if (askMs === undefined) {
    return isOver(version.status) ? 'no AWS lookup, the run has ended' : 'no more AWS lookups';
  }
  return `next AWS lookup at ${time.ago(askMs)}, lookups without a result so far: ${asks}`;
}

/** The format of the instance of all entries of a run; the shared one if there are several. */
function toRunTimeFormat(entries: readonly FoundEntry[], toTimeFormat: ToTimeFormat): TimeFormat {
  const [instance, ...others] = new Set(readable(entries).map(({ entry }) => entry.to));
  return others.length === 0 ? toTimeFormat(instance) : toTimeFormat();
}

function readable(entries: readonly FoundEntry[]) {
  return entries.flatMap((found) => ('unreadable' in found ? [] : [found]));
}

function readableObserved(found: readonly FoundObserved[]) {
  return found.flatMap((one) => ('unreadable' in one ? [] : [one]));
}
