/** Calls that AWS may have accepted, without a known answer. */
export interface UnknownCalls {
  readonly count: number;
  /** Latest time at which one of them may have been made, in epoch milliseconds. */
  readonly lastMs: number;
}

/** An intended launch, as far as it shows what AWS may have accepted. */
interface Doubtful {
  readonly workload: 'execution' | 'batchJob';
  readonly unknownCalls?: UnknownCalls;
  readonly lease?: { readonly untilMs: number; readonly unasked?: true };
}

/** How long a Batch job is looked up after a call whose outcome is unknown. */
const lookUpForMs = 2 * 60_000;
/** Calls of unknown outcome after which SubmitJob is not called again. */
const maxUnknownCalls = 2;

/**
 * What to do if the job is not found:
 *
 * - `wait`: nothing, as its name may not be listed yet
 * - `call`: SubmitJob once more
 * - `giveUp`: nothing; a person decides with `again`
 */
export type DoubtStep = 'wait' | 'call' | 'giveUp';

/**
 * How an intended launch without a live lease goes on. Pure.
 *
 * - `resume`: AWS has certainly not accepted it, or the name of the execution is the token of the
 *   call. AWS is asked again
 * - `lookUp`: AWS may have accepted a SubmitJob, which has no token. The job is looked up first
 *
 * Two unknown calls are the maximum, so that one identity cannot have more than one job too many,
 * whatever AWS does.
 */
export function judgeDoubt(
  launch: Doubtful,
  nowMs: number,
): { readonly kind: 'resume' } | { readonly kind: 'lookUp'; readonly ifNotFound: DoubtStep } {
  const doubt = toUnknownCalls(launch);
  if (launch.workload === 'execution' || doubt === undefined) return { kind: 'resume' };
  if (nowMs - doubt.lastMs < lookUpForMs) return { kind: 'lookUp', ifNotFound: 'wait' };
  return { kind: 'lookUp', ifNotFound: doubt.count < maxUnknownCalls ? 'call' : 'giveUp' };
}

/**
 * The unknown calls of a launch. Pure.
 *
 * An expired lease counts as one: its function may have ended between the call of AWS and the
 * record of the answer. One that has not asked AWS counts as none.
 */
export function toUnknownCalls({ unknownCalls, lease }: Omit<Doubtful, 'workload'>) {
  if (lease === undefined || lease.unasked) return unknownCalls;
  const { count = 0, lastMs = 0 } = unknownCalls ?? {};
  return { count: count + 1, lastMs: Math.max(lastMs, lease.untilMs) };
}

/**
 * The unknown calls of a Batch job that has been bound. Pure.
 *
 * @param found true if one of them made the job. False if a later call did, so that each of them may
 * have made a further one
 */
export function toCallsLeft(launch: Doubtful, found = false): Pick<Doubtful, 'unknownCalls'> {
  // The lease is that of the call that has been answered, unless the job was found by its name.
  const unknownCalls = found ? toUnknownCalls(launch) : launch.unknownCalls;
  if (unknownCalls === undefined || launch.workload === 'execution') return {};
  const count = unknownCalls.count - (found ? 1 : 0);
  return count > 0 ? { unknownCalls: { ...unknownCalls, count } } : {};
}

/** Time after which AWS shows every job that an unknown call has made. */
const duplicateShownMs = 10 * 60_000;

/**
 * When a started Batch job is to be searched once for duplicates, in epoch milliseconds. `undefined`
 * if it cannot have any. Pure.
 */
export function toDuplicateCheckMs({
  workload,
  stage,
  unknownCalls,
}: Doubtful & { readonly stage: string }): number | undefined {
  if (stage !== 'started' || workload === 'execution') return undefined;
  return unknownCalls && unknownCalls.lastMs + duplicateShownMs;
}
