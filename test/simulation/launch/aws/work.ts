import type { StartingEvent } from '../../../../lambda/aws/stop-result.ts';

/** Account and Region of the simulated AWS. */
export const simulatedHome = { account: '111122223333', region: 'eu-west-1' } as const;

/** How a workload of the simulated AWS goes on after its start, if nothing stops it. */
export interface WorkPlan {
  readonly forMs: number;
  readonly end: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** Exit code of a Batch job that fails. */
  readonly exitCode: number;
  readonly children: readonly ChildPlan[];
  /** True if its history leaves no room for a redrive. @default false */
  readonly isHistoryFull?: boolean;
  /** True if AWS refuses its redrive only at the call: a lookup shows it as allowed. @default false */
  readonly isRedriveRefused?: boolean;
}

/** A workload that an execution starts. */
export interface ChildPlan {
  /**
   * `plain` and `sync`: an execution; `submit` and `batch`: a Batch job, not awaited and awaited;
   * `map`: the children of a Map Run.
   */
  readonly how: 'plain' | 'sync' | 'submit' | 'batch' | 'map';
  readonly afterMs: number;
  readonly plan: WorkPlan;
  /** False for a state machine or queue that `children` of the target does not name. */
  readonly isNamed: boolean;
}

/** A change of a workload: its status from an instant on. */
export interface WorkChange {
  readonly atMs: number;
  readonly status: string;
  readonly redrives: number;
}

/** An execution or a Batch job of the simulated AWS. */
export interface Work {
  readonly kind: 'execution' | 'batchJob';
  /** Execution ARN or Batch job id. */
  readonly id: string;
  readonly name: string;
  /** State machine, or job queue. */
  readonly place: string;
  /** Name of the job definition; empty for an execution. */
  readonly definition: string;
  readonly input: string;
  readonly beganMs: number;
  /** How it goes on. */
  readonly plan: WorkPlan;
  /** How it goes on after each redrive. Its definition has the states of all its plans. */
  readonly laterPlans: WorkPlan[];
  readonly parent: Work | undefined;
  /** The Map Run or array job that lists it. */
  readonly listedBy: string | undefined;
  /** True if its parent waits for its end: a `.sync` task, or a child of a Map Run. */
  readonly isAwaited: boolean;
  /** Number of children of an array job. */
  readonly arraySize: number | undefined;
  readonly children: Work[];
  readonly mapRuns: string[];
  readonly changes: WorkChange[];
  readonly history: { readonly atMs: number; readonly event: StartingEvent }[];
  /** Exit code of its container, once it has failed. */
  exitCode: number | undefined;
  /** When AWS accepted the first request to stop it. */
  stoppedMs: number | undefined;
  /** When it was redriven from outside. */
  redrivenMs: number | undefined;
  /** Its redrives by the bridge, oldest first. */
  readonly redrives: WorkRedrive[];
}

/** An accepted call of RedriveExecution. */
export interface WorkRedrive {
  readonly atMs: number;
  /** `redriveCount` since then. */
  readonly count: number;
  readonly token: string;
}

const endStatuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** The newest status of a workload. */
export function toWorkStatus(work: Work): string {
  return work.changes.at(-1)?.status ?? '';
}

/** True unless it has ended. */
export function isRunning(work: Work): boolean {
  return !endStatuses.includes(toWorkStatus(work));
}

/** When it was started, or redriven last before an instant, in epoch milliseconds. */
export function toNewestStartMs(
  { beganMs, redrives }: Work,
  untilMs = Number.POSITIVE_INFINITY,
): number {
  return redrives.findLast(({ atMs }) => atMs <= untilMs)?.atMs ?? beganMs;
}

/** True for a status with which a workload ends. */
export function isEndStatus(status: string): boolean {
  return endStatuses.includes(status);
}

/** The workload that the bridge or another caller has started, of which this one is a part. */
export function toRootWork(work: Work): Work {
  return work.parent === undefined ? work : toRootWork(work.parent);
}

/** The workload and everything that it has started. */
export function toWorkTree(work: Work): readonly Work[] {
  return [work, ...work.children.flatMap(toWorkTree)];
}

/** ARN of a state machine, an execution or a Map Run. */
export function toStatesArn(resource: string): string {
  return `arn:aws:states:${simulatedHome.region}:${simulatedHome.account}:${resource}`;
}

/** ARN of a job, a queue or a definition. */
export function toBatchArn(resource: string): string {
  return `arn:aws:batch:${simulatedHome.region}:${simulatedHome.account}:${resource}`;
}
