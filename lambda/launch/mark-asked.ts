import type { Launch, LaunchLease, StartResult } from './launch.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import { isStopping } from './stop/stop-record.ts';

/**
 * The lease of a function that is going to start the run of a launch. Pure.
 *
 * Most starts ask AWS at once after this write, so the lease itself says that AWS may have been
 * asked. With a mirror the function first waits up to 15 seconds for AutoSys. If it dies meanwhile,
 * a SubmitJob or RedriveExecution would count as a call of unknown outcome. Two of them end in a
 * refusal that a person must resolve. Such a lease says that AWS was not asked until
 * {@link markAsked}. A repeated StartExecution is harmless, so it needs no second write.
 */
export function toLease(
  { mirror, workload, continues }: Launch,
  owner: string,
  untilMs: number,
): LaunchLease {
  const isDoubtful = workload === 'batchJob' || continues !== undefined;
  return { owner, untilMs, ...(mirror && isDoubtful && { unasked: true }) };
}

/**
 * Records that AWS is about to be asked. It writes nothing if the lease says so already, if another
 * function has the lease, or if a stop was requested: then AWS must not be asked.
 *
 * @param leased the launch with the lease of this function
 * @throws {LedgerError}
 */
export async function markAsked(
  launches: Pick<Launches, 'change'>,
  leased: StoredLaunch,
): Promise<StoredLaunch> {
  const owner = leased.launch.lease?.owner;
  if (!leased.launch.lease?.unasked) return leased;
  return launches.change(leased, (launch) => {
    const { lease, stop } = launch;
    if (lease === undefined || lease.owner !== owner || isStopping(stop)) return launch;
    const { unasked: _, ...asked } = lease;
    return { ...launch, lease: asked };
  });
}

/** The result of a function that must not ask AWS, or `undefined` if it may. Pure. */
export function judgeAsking(
  { lease }: Launch,
  owner: string,
  nowMs: number,
): StartResult | undefined {
  if (lease?.owner !== owner || lease.untilMs <= nowMs) {
    return { kind: 'notSent', reason: 'the lease of the start has expired' };
  }
  return lease.unasked && { kind: 'notSent', reason: 'a stop was requested' };
}
