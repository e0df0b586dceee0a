import { isOver } from '../../../lambda/workload/workload.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';
import { nameRun } from './versions.ts';

/** Checks that each known run has a row, has ended, and is not asked about any more. */
export function judgeRuns(evidence: Evidence): readonly string[] {
  const { ledger, eventSource, oldFacts, queue } = evidence;
  const handled = new Set(
    queue.messages.filter(({ isAcknowledged }) => isAcknowledged).map(({ event }) => event.id),
  );
  const known = [
    ...toKnownFacts(evidence).filter(({ change }) => !isReplaced(change.event.id)),
    ...oldFacts.filter(
      ({ change, version }) => isOver(version.status) && handled.has(change.event.id),
    ),
  ];
  const versions = new Map(known.map(({ version }) => [nameRun(version), version]));
  return [...versions.values()].flatMap((version) => {
    const run = ledger.runOf(version);
    if (run === undefined) return [`${version.run} is known and has no row`];
    if (isOver(run.version.status) && run.askMs === undefined) return [];
    return [`${run.called} is over, but its row has status ${run.version.status}`];
  });

  /** True when AWS describes a later run with the same ARN, so that the end may stay unknown. */
  function isReplaced(eventId: string): boolean {
    const run = eventSource.runs.find(({ changes }) =>
      changes.some(({ event }) => event.id === eventId),
    );
    return run?.reusedMs !== undefined && !handled.has(run.changes.at(-1)?.event.id ?? '');
  }
}
