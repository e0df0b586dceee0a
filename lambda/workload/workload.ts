import type { BatchJobStatus, ExecutionStatus } from '../contract.ts';

/** What every announcement of AWS carries, whichever service speaks. */
interface Announcement {
  /** The envelope's `id`: names the delivery, not the change; a repeated emission has another. */
  readonly eventId: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The envelope's `time`, whole seconds. */
  readonly announcedAt: Date;
  /** The best known instant of the change: when it stopped; of one that runs, when it started; else `announcedAt`. */
  readonly changedAt: Date;
  /** When the run began, the same in all its events: an execution's start, a Batch job's creation. Orders runs. */
  readonly beganAt: Date;
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
  /** The envelope's `replay-name`: the event was emitted before, and an archive replays it. */
  readonly replayName?: string;
  /** No announcement of AWS, but an answer: the sweep asked, and put it in the shape of one. */
  readonly recovered?: true;
}

/** What a finished execution put out, as far as the event tells. */
export type ExecutionOutput =
  | { readonly kind: 'none' }
  /** Larger than the event may carry (248 KiB): only DescribeExecution has it. */
  | { readonly kind: 'leftOut' }
  | { readonly kind: 'json'; readonly value: unknown }
  /** Present, yet not JSON; cannot be addressed by field. */
  | { readonly kind: 'unreadable' };

/** A Step Functions execution changed its status. */
export interface ExecutionEvent extends Announcement {
  readonly kind: 'execution';
  readonly status: ExecutionStatus;
  readonly executionArn: string;
  readonly executionName: string;
  /** Without version or alias. */
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  /** What followed the state machine's name in the ARN, and the version and alias ARNs the event names beside it. */
  readonly qualifiedArns: readonly string[];
  /** The label of the Distributed Map, where the execution is one of its children. */
  readonly mapLabel?: string;
  /** 0 before any redrive; a redrive keeps the ARN and counts up. */
  readonly redriveCount: number;
  readonly redrivenAt?: Date;
  readonly error?: string;
  /** Reduced to error and message: after a `.sync` task AWS sends command and environment of the child as cause. */
  readonly cause?: string;
  readonly output: ExecutionOutput;
}

/** Which part of an AWS Batch job speaks. Array children and nodes are parts of another job. */
export type BatchJobRole = 'job' | 'arrayParent' | 'arrayChild' | 'multiNodeParent' | 'node';

/** An AWS Batch job changed its status. */
export interface BatchJobEvent extends Announcement {
  readonly kind: 'batchJob';
  readonly status: BatchJobStatus;
  /** A UUID; `UUID:index` for an array child, `UUID#node` for a node. */
  readonly batchJobId: string;
  readonly batchJobArn?: string;
  readonly batchJobName: string;
  readonly jobQueueArn: string;
  readonly jobQueueName: string;
  /** Absent where AWS leaves the job definition out of the event, as in some recordings. */
  readonly jobDefinitionArn?: string;
  /** Without the revision; absent together with the ARN. */
  readonly jobDefinitionName?: string;
  readonly jobDefinitionRevision?: number;
  readonly role: BatchJobRole;
  /** Of an array child or a node. */
  readonly index?: number;
  /** From 1: the attempt that runs, or the last one that the event lists once the job has ended. */
  readonly attempt: number;
  /** Of the failing container of the last attempt, for people. The result is `status`: FAILED with 0 exists. */
  readonly exitCode?: number;
  /** Of AWS Batch, or of the same container where Batch's own reason explains nothing. */
  readonly reason?: string;
}

/** What happened on AWS, in the bridge's words; made by `report/read` alone. */
export type WorkloadEvent = ExecutionEvent | BatchJobEvent;

/** A status of either kind of workload. */
export type WorkloadStatus = WorkloadEvent['status'];

/** Whether the workload is over, for now: a redrive may open it again. */
export function isOver(status: WorkloadStatus): boolean {
  return (
    status === 'SUCCEEDED' || status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED'
  );
}

/** The run in one word for people: the execution's name, or the Batch job's name with its id. */
export function describeRun(event: WorkloadEvent): string {
  return event.kind === 'execution'
    ? `${event.stateMachineName} execution ${event.executionName}`
    : `Batch job ${event.batchJobName} (${event.batchJobId})`;
}
