import type { StopAnswer, StopCause } from '../api.ts';

/**
 * A stop in the row of a launch.
 *
 * ```
 * requested ──nothing runs any more──▶ proven
 *     │ ╰──ten minutes──▶ parked ──nothing runs any more──▶ proven
 * left: a kill of a target with `onKill: leave`; only a person's stop goes on from here
 * ```
 */
export interface LaunchStop {
  readonly state: StopAnswer['state'];
  /** Caller that asked for it, or the bridge itself. */
  readonly by: string;
  readonly cause: StopCause;
  /** Reduced, at most {@link maxStopReason} characters. */
  readonly reason: string;
  readonly requestedMs: number;
  /** Number of recorded steps. A step is recorded only over the one that it continues. */
  readonly steps: number;
  /** When the sweep makes the next step. Absent if none is left to make. */
  readonly nextMs?: number;
  readonly text: string;
  /** What was found of the run, the run itself first. Empty before the first step. */
  readonly tree: readonly StopNode[];
}

/**
 * A part of the run that is stopped. It is closed once it has ended and everything that it started
 * is in the tree. A closed part is never looked at or stopped again.
 */
export interface StopNode {
  /**
   * `mapRun` and `array` are lists: the children of a Map Run, and the running ones of an array job.
   * Both end with the workload that they belong to.
   */
  readonly kind: 'execution' | 'batchJob' | 'mapRun' | 'array';
  /** Execution ARN, Batch job id or ARN of the Map Run. */
  readonly id: string;
  /** 0 for the run itself. A list has the depth of the workload that it belongs to. */
  readonly depth: number;
  readonly foundMs: number;
  readonly closed?: true;
  /**
   * Status with which it ended, once it is closed, or from the start if a list has shown it;
   * `UNKNOWN` if AWS does not know it.
   */
  readonly endedAs?: string;
  /**
   * When the children of a Map Run that have ended by themselves can be listed. Absent until it is
   * known that these may have started others without waiting.
   */
  readonly endedFromMs?: number;
  /** Number of stop requests for it that AWS has accepted. */
  readonly stops?: number;
  /** Why it is open. */
  readonly why?: string;
}

/** Maximum characters of a reason. */
export const maxStopReason = 200;

/** Error and cause of an execution that is stopped. */
export function toExecutionReason(stop: LaunchStop) {
  return { error: 'AutoSys.Stopped', cause: toStopText(stop) };
}

/** Who stops a run, and why, for AWS: some 300 characters at most. */
export function toStopText({ by, cause, reason }: LaunchStop): string {
  return `stopped for ${by} (${cause}): ${reason}`;
}

/** The stop of a launch that AWS has refused, or that never reached AWS. */
export function settleUnstarted(stop: LaunchStop): LaunchStop {
  const { nextMs: _, ...kept } = stop;
  return { ...kept, state: 'proven', steps: stop.steps + 1, text: 'nothing was started' };
}

/** Whether a stop is still to be carried out or proven. */
export function isStopping(stop: LaunchStop | undefined): boolean {
  return stop !== undefined && (stop.state === 'requested' || stop.state === 'parked');
}

/** What may still be active, each with the reason. */
export function toRemaining({ tree }: LaunchStop): readonly string[] {
  return tree
    .filter(({ closed }) => !closed)
    .map(({ kind, id, why = 'not looked at yet' }) => `${toLabel(kind)} ${id}: ${why}`);
}

function toLabel(kind: StopNode['kind']): string {
  switch (kind) {
    case 'execution':
      return 'execution';
    case 'batchJob':
      return 'Batch job';
    case 'mapRun':
      return 'children of Map Run';
    case 'array':
      return 'children of array job';
    default:
      return kind satisfies never;
  }
}
