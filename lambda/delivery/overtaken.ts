import type { EffectRequest } from '../ledger/admit.ts';
import {
  compareToKnown,
  isEarlier,
  type Version,
  type VersionStatus,
} from '../workload/version.ts';
import { isOver, type WorkloadStatus } from '../workload/workload.ts';

/**
 * Why a one-shot is too late; pure. The ledger knows a later status of the run on which the route
 * acts on the same job.
 *
 * Events of one run may arrive in any order (SQS standard queue). A start that is sent after the
 * kill at the end of the run would leave the job running.
 *
 * @param known the newest version of the run in the ledger
 * @returns `undefined` if the one-shot is sent as usual
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

/**
 * Whether the run may have reached this status after ours, according to its newest known version.
 */
function mayHaveBeen(
  status: WorkloadStatus,
  ours: Version<VersionStatus>,
  known: Version,
): boolean {
  if (status === known.status && isOver(status)) return true;
  if (known.attempt === ours.attempt || known.final) {
    return status === known.status || isEarlier(status, known.status);
  }
  // A redrive follows the end of the attempt before it, which did not succeed.
  return ours.run.startsWith('arn:') && status !== 'SUCCEEDED';
}
