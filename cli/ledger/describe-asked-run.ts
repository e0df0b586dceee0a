import type { Run } from '../../lambda/ledger/run.ts';
import type { Paint } from '../render.ts';
import type { AskRunResult } from './ask.ts';
import type { TimeFormat } from './times.ts';

/** What the sweep has found about a run: its status before and now, and the new history lines. */
export function describeAskedRun(
  { before, after, found }: AskRunResult,
  paint: Paint,
  time: TimeFormat,
): readonly string[] {
  return [
    paint('bold', after.called),
    `  run      ${after.version.run}`,
    `  before   ${describeVersion(before, time)}`,
    ...(found.length === 0 ? [] : [`  now      ${describeVersion(after, time)}`]),
    ...found.map(({ atMs, text }) => `  ${time.at(atMs)}  ${text}`),
  ];
}

/** What the sweep has found about a run, for --json. */
export function toAskedRunDocument({ before, after, found, failure }: AskRunResult) {
  return {
    run: after.version.run,
    name: after.name,
    before: toVersionDocument(before),
    now: toVersionDocument(after),
    isAsked: found.length > 0,
    isAnswered: found.length > 0 && after.unansweredMs === undefined,
    found: found.map(({ atMs, text }) => ({ at: new Date(atMs), text })),
    ...(failure !== undefined && { failure }),
  };
}

function describeVersion({ version }: Run, time: TimeFormat): string {
  return `${version.status} of attempt ${version.attempt} since ${time.ago(version.changedMs)}`;
}

function toVersionDocument({ version }: Run) {
  const { status, attempt, changedMs } = version;
  return { status, attempt, changedAt: new Date(changedMs) };
}
