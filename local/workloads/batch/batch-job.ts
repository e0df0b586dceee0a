import type { BatchContainerOverrides } from './overrides.ts';
import type { BatchJobPlans } from './plan.ts';
import type { DeclaredJobDefinition, DeclaredJobQueue } from './resources.ts';
import type { BatchRetryStrategy } from './retry.ts';

/** The statuses of a Batch job. */
export const plannedBatchStatuses = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const;

/** The status of a Batch job. */
export type PlannedBatchStatus = (typeof plannedBatchStatuses)[number];

/** A dependency of a job, as SubmitJob names it. */
export interface BatchDependency {
  readonly jobId?: string | undefined;
  readonly type?: 'N_TO_N' | 'SEQUENTIAL' | undefined;
}

/** What SubmitJob has accepted. */
export interface SubmittedJob {
  readonly jobName: string;
  readonly queue: DeclaredJobQueue;
  readonly definition: DeclaredJobDefinition;
  /** Undefined unless the job is an array. */
  readonly arraySize: number | undefined;
  readonly dependsOn: readonly BatchDependency[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly overrides: BatchContainerOverrides;
  readonly retryStrategy: BatchRetryStrategy;
  readonly timeoutSeconds: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly propagateTags: boolean;
  /** ARN of the execution whose state has submitted the job. */
  readonly startedBy?: string;
}

/** An ended attempt. Instants are milliseconds since 1970. */
export interface BatchAttempt {
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly statusReason: string;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number;
  readonly taskArn: string;
  readonly logStreamName: string | undefined;
}

/** A planned job at one moment. Instants are milliseconds since 1970. */
export interface BatchJobRecord {
  readonly jobId: string;
  readonly jobArn: string;
  readonly submitted: SubmittedJob;
  readonly plans: BatchJobPlans | undefined;
  readonly status: PlannedBatchStatus;
  readonly statusReason?: string | undefined;
  readonly createdAt: number;
  /** Of the newest attempt. */
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly attempts: readonly BatchAttempt[];
  /** The task of the newest attempt. */
  readonly taskArn?: string | undefined;
  readonly logStreamName?: string | undefined;
  readonly isCancelled?: boolean;
  readonly isTerminated?: boolean;
  /** Of the child of an array. */
  readonly arrayIndex?: number;
  /** Job id of the parent array. */
  readonly parentId?: string;
  /** Number of children by status; only of an array. */
  readonly statusSummary?: Readonly<Record<string, number>>;
  readonly summarizedAt?: number;
}

/** Whether a job has ended. */
export function isJobOver({ status }: Pick<BatchJobRecord, 'status'>): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED';
}
