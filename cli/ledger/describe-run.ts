import type { Run } from '../../lambda/ledger/run.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import type { Paint } from '../render.ts';
import { quoteForShell } from './advice.ts';
import { describeWhole, toDocument, toText } from './describe.ts';
import type { FoundEntry, FoundRun } from './find.ts';

/** One line, for a list of runs: when it began, how it stands, what it is called, and by what the whole is asked for. */
export function describeRunLine({ version, called }: Run, paint: Paint): string {
  return `${toText(version.beganMs)}  ${paint('bold', version.status)}  ${called}  ${version.run}`;
}

/** Everything the ledger knows of a run: its story, and each entry it asked for with the story of that. */
export function describeWholeRun({ key, run, entries }: FoundRun, paint: Paint): readonly string[] {
  const { version } = run;
  return [
    paint('bold', run.called),
    `  status   ${version.status} of attempt ${version.attempt} since ${toText(version.changedMs)}`,
    `  began    ${toText(version.beganMs)} in ${run.account} ${run.region}`,
    `  run      ${version.run}`,
    `  routes   ${run.routes.join(', ')}`,
    `  sweep    ${describeAsking(run)}`,
    `  key      ${quoteForShell(key)}`,
    'story',
    ...run.history.map(({ atMs, text }) => `  ${toText(atMs)}  ${text}`),
    ...(entries.length === 0 ? ['it asked AutoSys for nothing'] : []),
    ...readable(entries).flatMap((kept) => [
      '',
      ...describeWhole(kept, paint),
      ...(kept.entry.version.run === version.run
        ? []
        : [`this target stands for a later run by now: ${kept.entry.cause.run}`]),
    ]),
  ];
}

/** A run as data, with instants as texts, and its entries where they were read. */
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

function describeAsking({ askMs, asks, version }: Run): string {
  if (askMs === undefined) {
    return isOver(version.status) ? 'does not ask, the run is over' : 'does not ask any more';
  }
  return `asks AWS at ${toText(askMs)}, asked in vain so far: ${asks}`;
}

function readable(entries: readonly FoundEntry[]) {
  return entries.flatMap((found) => ('unreadable' in found ? [] : [found]));
}
