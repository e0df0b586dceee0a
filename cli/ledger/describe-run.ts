import type { Run } from '../../lambda/ledger/run.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import type { Paint } from '../render.ts';
import { quoteForShell } from './advice.ts';
import { describeEntryDetails, toDocument, toText } from './describe.ts';
import type { FoundEntry, FoundRun } from './find.ts';

/** One line of a list of runs: start time, status, name, and the ARN or id for `status`. */
export function describeRunLine({ version, called }: Run, paint: Paint): string {
  return `${toText(version.beganMs)}  ${paint('bold', version.status)}  ${called}  ${version.run}`;
}

/** A run in the ledger: its details, its history, and its entries with their histories. */
export function describeRunDetails(
  { key, run, entries }: FoundRun,
  paint: Paint,
): readonly string[] {
  const { version } = run;
  return [
    paint('bold', run.called),
    `  status   ${version.status} of attempt ${version.attempt} since ${toText(version.changedMs)}`,
    `  began    ${toText(version.beganMs)} in ${run.account} ${run.region}`,
    `  run      ${version.run}`,
    `  routes   ${run.routes.join(', ')}`,
    `  sweep    ${describeLookup(run)}`,
    `  key      ${quoteForShell(key)}`,
    'history',
    ...run.history.map(({ atMs, text }) => `  ${toText(atMs)}  ${text}`),
    ...(entries.length === 0 ? ['no entries: this run requested nothing from AutoSys'] : []),
    ...readable(entries).flatMap((stored) => [
      '',
      ...describeEntryDetails(stored, paint),
      ...(stored.entry.version.run === version.run
        ? []
        : [`this entry now holds the request of another run: ${stored.entry.cause.run}`]),
    ]),
  ];
}

/** A run for --json, with its entries if they were read. */
export function toRunDocument(run: Run, entries?: readonly FoundEntry[]) {
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
  };
}

function describeLookup({ askMs, asks, version }: Run): string {
  if (askMs === undefined) {
    return isOver(version.status) ? 'no AWS lookup, the run has ended' : 'no more AWS lookups';
  }
  return `next AWS lookup at ${toText(askMs)}, lookups without a result so far: ${asks}`;
}

function readable(entries: readonly FoundEntry[]) {
  return entries.flatMap((found) => ('unreadable' in found ? [] : [found]));
}
