import { isOver } from '../../../lambda/workload/workload.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';
import { nameRun } from './versions.ts';

/** Each run that was heard of stands in the ledger, ended, and is asked about no more. */
export function judgeRuns(evidence: Evidence): readonly string[] {
  const { ledger, aws, oldFacts, queue } = evidence;
  const handled = new Set(
    queue.messages.filter(({ isAcknowledged }) => isAcknowledged).map(({ event }) => event.id),
  );
  const heard = [
    ...toKnownFacts(evidence).filter(({ change }) => !isLostTo(change.event.id)),
    ...oldFacts.filter(
      ({ change, version }) => isOver(version.status) && handled.has(change.event.id),
    ),
  ];
  const versions = new Map(heard.map(({ version }) => [nameRun(version), version]));
  return [...versions.values()].flatMap((version) => {
    const run = ledger.runOf(version);
    if (run === undefined) return [`${version.run} was heard of and has no row`];
    if (isOver(run.version.status) && run.askMs === undefined) return [];
    return [`${run.called} is over and stands as ${run.version.status}`];
  });

  /** Whether AWS answers for a later run under the same ARN, so that the end may never be known. */
  function isLostTo(eventId: string): boolean {
    const run = aws.runs.find(({ changes }) => changes.some(({ event }) => event.id === eventId));
    return run?.reusedMs !== undefined && !handled.has(run.changes.at(-1)?.event.id ?? '');
  }
}
