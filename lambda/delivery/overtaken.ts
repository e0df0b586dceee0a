import type { EffectRequest } from '../ledger/admit.ts';
import { compareToKnown, isEarlier, type Version } from '../workload/version.ts';
import { isOver, type WorkloadStatus } from '../workload/workload.ts';

/**
 * Why a one-shot comes too late: the ledger knows a later status of the run, in which the route acts on the same job; pure.
 *
 * Events of one run may arrive in any order (SQS standard queue). A start that is sent after the kill of the run's end would
 * leave the job running.
 *
 * @param known the newest version of the run in the ledger
 * @returns `undefined` where it is sent as usual
 */
export function describeOvertaken(
  {
    version: ours,
    cause,
    overtakenBy = [],
  }: Pick<EffectRequest, 'version' | 'cause' | 'overtakenBy'>,
  known: Version | undefined,
): string | undefined {
  if (known === undefined || compareToKnown(ours, known) !== 'superseded') return undefined;
  const later = overtakenBy.find((status) => mayHaveBeen(status, ours, known));
  if (later === undefined) return undefined;
  const run = `the run is ${known.status} already`;
  return `${run}, and route ${cause.route} acts on the same job on ${later}; an event for ${ours.status} is not sent after that`;
}

/** Whether the run may have had this status after ours, as far as its newest known version tells. */
function mayHaveBeen(status: WorkloadStatus, ours: Version, known: Version): boolean {
  if (status === known.status && isOver(status)) return true;
  if (known.attempt === ours.attempt || known.final) {
    return status === known.status || isEarlier(status, known.status);
  }
  // A redrive follows the end of the attempt before it, which did not succeed.
  return ours.run.startsWith('arn:') && status !== 'SUCCEEDED';
}
