import type { NoAnswer } from './lookup.ts';

/** Answer of AWS to a request to stop a workload. The call is made once. */
export type StopCallAnswer =
  /** AWS has accepted it. A Batch job may still need time to end. */
  | { readonly kind: 'accepted' }
  /** AWS does not know the workload. */
  | { readonly kind: 'unknown' }
  | NoAnswer;

/** Why an execution is stopped, as AWS keeps it. */
export interface StopReason {
  /** Error name, at most 256 characters. */
  readonly error: string;
  /** At most 32,768 characters. */
  readonly cause: string;
}

/**
 * Stops an execution. If the key of the state machine forbids error and cause, it is stopped without
 * both. Never rejects.
 */
export type StopExecution = (
  executionArn: string,
  reason: StopReason,
  signal: AbortSignal,
) => Promise<StopCallAnswer>;

/** Ends a Batch job in any state, an array with its children. Never rejects. */
export type TerminateBatchJob = (
  batchJobId: string,
  /** 1 to 1,024 characters. */
  reason: string,
  signal: AbortSignal,
) => Promise<StopCallAnswer>;

/** A page of a list. */
export type ListPage<Item> =
  | { readonly kind: 'found'; readonly items: readonly Item[]; readonly next?: string | undefined }
  | NoAnswer;

/** An event of the history of an execution, limited to what names other workloads. */
export type StartingEvent =
  /** A task has started a workload. The output is JSON text of the service. */
  | {
      readonly kind: 'task';
      readonly type: 'TaskSubmitted' | 'TaskSucceeded';
      /** Such as `states` and `startExecution.sync:2`, or `batch` and `submitJob`. */
      readonly resourceType: string;
      readonly resource: string;
      readonly output: string | undefined;
    }
  | { readonly kind: 'mapRun'; readonly mapRunArn: string }
  /** The end of the execution. */
  | { readonly kind: 'ended' }
  /** The execution continues after its end. */
  | { readonly kind: 'redriven' }
  /** Any other event; it is counted. */
  | { readonly kind: 'other' };

/** Reads a page of the history, the oldest event first, at most 1,000. Never rejects. */
export type ReadExecutionHistory = (
  executionArn: string,
  from: string | undefined,
  signal: AbortSignal,
) => Promise<ListPage<StartingEvent>>;

/** Lists the ARNs of the Map Runs of an execution. Never rejects. */
export type ListMapRuns = (
  executionArn: string,
  from: string | undefined,
  signal: AbortSignal,
) => Promise<ListPage<string>>;

/** The children of a Map Run, or of an array, in one status. */
export interface ChildrenQuery<Status extends string> {
  /** ARN of the Map Run, or id of the array job. */
  readonly of: string;
  readonly status: Status;
  readonly from?: string | undefined;
}

/** Statuses of children of a Map Run that run, or that Step Functions or a stop has aborted. */
export const activeMapChildStatuses = ['RUNNING', 'ABORTED'] as const;
/** Statuses of children of a Map Run that have ended by themselves. */
export const endedMapChildStatuses = [
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'PENDING_REDRIVE',
] as const;

/** Lists the execution ARNs of children of a Map Run. Never rejects. */
export type ListMapChildren = (
  query: ChildrenQuery<
    (typeof activeMapChildStatuses)[number] | (typeof endedMapChildStatuses)[number]
  >,
  signal: AbortSignal,
) => Promise<ListPage<string>>;

/** Describes a Map Run. Never rejects. */
export type DescribeMapRun = (
  mapRunArn: string,
  signal: AbortSignal,
) => Promise<
  | {
      readonly kind: 'found';
      /** ARN of the execution that has started it. */
      readonly executionArn: string;
      /** Number of its children that were started and not aborted. */
      readonly notAborted: number;
    }
  | NoAnswer
>;

/**
 * Reads the definition that an execution runs with, as JSON text in the Amazon States Language.
 * Never rejects. `denied` also if the key of the state machine cannot be used.
 */
export type ReadDefinition = (
  executionArn: string,
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly definition: string } | NoAnswer>;

/** Statuses of a Batch job that has not ended. */
export const openBatchStatuses = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
] as const;

/** Lists the ids of children of an array job. Never rejects. */
export type ListArrayChildren = (
  query: ChildrenQuery<(typeof openBatchStatuses)[number]>,
  signal: AbortSignal,
) => Promise<ListPage<string>>;
