import { isOver } from '../../lambda/workload/workload.ts';
import { formatTimeSpan } from '../agent/time-text.ts';
import type { TimeFormat } from '../ledger/times.ts';
import type { JudgedRun } from './judge-run.ts';

/** An open run in one line: name, status, how long it runs, and against what is known. Pure. */
export function describeOpenRun(open: JudgedRun, time: TimeFormat): string {
  const { run, runsForMs } = open;
  const { status, beganMs, changedMs } = run.version;
  if (isOver(status)) {
    return `${run.called}  ended ${status} at ${time.short(changedMs)}; the ledger does not have all of its effects yet`;
  }
  const since = `since ${time.short(beganMs)} (${formatTimeSpan(runsForMs)})`;
  const parts = [
    ...describeExpected(open, time),
    ...describeEarlier(open),
    ...describeLookup(open),
  ];
  return [`${run.called}  ${status} ${since}`, ...parts].join('; ');
}

function describeExpected({ expectedEndMs, slow }: JudgedRun, time: TimeFormat): readonly string[] {
  const isPast = slow.includes('expected');
  if (expectedEndMs !== undefined) {
    return [`${isPast ? 'was expected' : 'expected'} by ${time.short(expectedEndMs)}`];
  }
  return isPast ? ['past its expected end (endsWithin of its route)'] : [];
}

function describeEarlier({ earlier }: JudgedRun): readonly string[] {
  if (earlier === undefined) return [];
  const { count, longestMs } = earlier;
  const runs = count === 1 ? 'the last successful run' : `the last ${count} successful runs`;
  return [`${runs} took ${count === 1 ? '' : 'at most '}${formatTimeSpan(longestMs)}`];
}

/** AWS refuses or does not answer the lookups of the sweep. */
function describeLookup({ run: { unansweredMs, history } }: JudgedRun): readonly string[] {
  if (unansweredMs === undefined) return [];
  return [`AWS does not answer the sweep: ${history.at(-1)?.text ?? 'the reason is not known'}`];
}
