import { createNightClock, type NightClock } from './clock.ts';
import { describeGroupDay } from './group-day.ts';
import {
  bandNames,
  type Night,
  type NightGroup,
  type NightJob,
  type NightMark,
  type NightRun,
} from './night.ts';

/** Formats a night as lines of text. Pure. */
export function formatNightText(night: Night): readonly string[] {
  const clock = createNightClock(night);
  const { instance, timezone, fromMs, untilMs, madeMs, isCut, unread, bands, lanes } = night;
  const { observed = [] } = night;
  return [
    `Night of ${instance}: ${clock.toDateTime(fromMs)} to ${clock.toDateTime(untilMs)} (${timezone}), state of ${clock.toDateTime(madeMs)}`,
    ...(isCut ? ['The ledger has more rows in this time; choose a shorter time.'] : []),
    ...(unread === undefined ? [] : [`The jobs of AutoSys could not be read: ${unread}`]),
    ...(lanes.length > 0 ? [] : ['The bridge has set nothing in AutoSys in this time.']),
    ...bands.map(
      ({ kind, fromMs: beginMs, untilMs: endMs, reason }) =>
        `${bandNames[kind]}, ${clock.toTime(beginMs)} to ${endMs === undefined ? 'now' : clock.toTime(endMs)}: ${reason}`,
    ),
    ...lanes.flatMap(({ kind, name, runs, jobs }) => [
      '',
      `${name} (${kind === 'global' ? 'global variable' : kind})`,
      ...runs.flatMap((run) => formatRun(run, clock)),
      ...jobs.map((job) => formatJob(job)),
    ]),
    ...(observed.length === 0 ? [] : ['', 'Observed only, nothing was sent']),
    ...observed.map(
      ({ receivedMs, effect, route, run }) =>
        `  ${clock.toTime(receivedMs)}  ${effect} (route ${route}, ${run})`,
    ),
  ];
}

function formatRun(run: NightRun, clock: NightClock): readonly string[] {
  const { name, status, startedMs, endedMs, marks, group } = run;
  const end = endedMs === undefined ? 'now' : clock.toTime(endedMs);
  return [
    `  ${clock.toTime(startedMs)} to ${end}  ${status}  ${name}`,
    ...(group ? formatGroupDay(group, clock) : []),
    ...marks.map((mark) => `    ${formatMark(mark, clock)}`),
  ];
}

function formatGroupDay(group: NightGroup, clock: NightClock): readonly string[] {
  const states = group.states.map(({ status, fromMs }) => `${status} ${clock.toTime(fromMs)}`);
  return [`    ${describeGroupDay(group)}`, `    ${states.join(', ')}`];
}

function formatMark({ effect, acceptedMs, shownMs, parked, wait }: NightMark, clock: NightClock) {
  if (parked !== undefined)
    return `${effect}: PARKED ${clock.toTime(parked.atMs)}, ${parked.reason}`;
  const times = [
    ...(acceptedMs === undefined ? [] : [`accepted ${clock.toTime(acceptedMs)}`]),
    ...(shownMs === undefined ? [] : [`shown ${clock.toTime(shownMs)}`]),
    ...(wait === undefined ? [] : [`waits: ${wait}`]),
  ];
  return `${effect}: ${times.length > 0 ? times.join(', ') : 'requested'}`;
}

function formatJob({ name, status, why }: NightJob): string {
  return `  ${name}  ${status}  ${why}`;
}
