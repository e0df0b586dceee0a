import type { BatchJobStatus, ExecutionStatus } from '../contract.ts';

/** Fields that events of every AWS service have. */
interface EventBase {
  /**
   * The envelope's `id`. It names the event, not the change: an event emitted again has another.
   */
  readonly eventId: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The envelope's `time`, in whole seconds. */
  readonly emittedAt: Date;
  /**
   * Best known instant of the change: the stop time, or the start time of a running workload. If
   * the event has neither, it is `emittedAt`.
   */
  readonly changedAt: Date;
  /**
   * Start of an execution or creation of a Batch job. It is the same in all events of a run, and it
   * orders runs.
   */
  readonly beganAt: Date;
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
  /** The envelope's `replay-name`. Present when an EventBridge archive replays an earlier event. */
  readonly replayName?: string;
  /**
   * Present if the bridge has started the run and its launch has a mirror. In the mirror, the launch
   * is the run: it has begun before AWS has an id for it.
   */
  readonly launch?: { readonly id: string; readonly beganMs: number };
  /**
   * Present if the event stands for a state of a group on a business day. The group and its day are
   * the run, and each change of the state is an attempt.
   */
  readonly group?: { readonly run: string; readonly beganMs: number; readonly change: number };
  /** Present when the sweep made this event from an answer of AWS. AWS did not emit it. */
  readonly recovered?: true;
}

/** Input or output of an execution, as the event shows it. */
export type ExecutionData =
  | { readonly kind: 'none' }
  /**
   * Larger than an event may be (248 KiB; for the input, together with the output). Only
   * DescribeExecution returns it.
   */
  | { readonly kind: 'leftOut' }
  | { readonly kind: 'json'; readonly value: unknown }
  /** Present but not JSON, so templates cannot read fields of it. */
  | { readonly kind: 'unreadable' };

/** A Step Functions execution changed its status. */
export interface ExecutionEvent extends EventBase {
  readonly kind: 'execution';
  readonly status: ExecutionStatus;
  readonly executionArn: string;
  readonly executionName: string;
  /** Without version or alias. */
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  /**
   * ARNs of the state machine with a version or alias: `stateMachineArn` of the event if it has
   * one, and the version and alias ARNs of the event.
   */
  readonly qualifiedArns: readonly string[];
  /** Label of the Distributed Map. Present if the execution is a child of one. */
  readonly mapLabel?: string;
  /** 0 before any redrive. A redrive keeps the ARN and adds one. */
  readonly redriveCount: number;
  readonly redrivenAt?: Date;
  readonly error?: string;
  /**
   * Reduced to error and message. After a `.sync` task, the cause that AWS sends holds the command
   * and environment of the child.
   */
  readonly cause?: string;
  /** The same in all events of a run, unless AWS leaves it out beside a large output. */
  readonly input: ExecutionData;
  /** Present at the end only. */
  readonly output: ExecutionData;
}

/**
 * The part of an AWS Batch job that the event is about. Array children and nodes belong to a job.
 */
export type BatchJobRole = 'job' | 'arrayParent' | 'arrayChild' | 'multiNodeParent' | 'node';

/** An AWS Batch job changed its status. */
export interface BatchJobEvent extends EventBase {
  readonly kind: 'batchJob';
  readonly status: BatchJobStatus;
  /** A UUID. An array child has `UUID:index`, a node has `UUID#node`. */
  readonly batchJobId: string;
  readonly batchJobArn?: string;
  readonly batchJobName: string;
  readonly jobQueueArn: string;
  readonly jobQueueName: string;
  /** Absent if the event has no job definition, as in some recordings. */
  readonly jobDefinitionArn?: string;
  /** Without the revision. Absent together with the ARN. */
  readonly jobDefinitionName?: string;
  readonly jobDefinitionRevision?: number;
  readonly role: BatchJobRole;
  /** Index of an array child, or number of a node. */
  readonly index?: number;
  /** From 1. The attempt that runs, or the last one that the event of an ended job lists. */
  readonly attempt: number;
  /**
   * Exit code of the failing container of the last attempt, for people. The result is `status`: a
   * job can be FAILED with exit code 0.
   */
  readonly exitCode?: number;
  /** Reason of AWS Batch, or of the same container if the reason of Batch explains nothing. */
  readonly reason?: string;
  /**
   * Log streams of the attempts in CloudWatch Logs, oldest first: at most 20, each at most 512
   * characters. A running attempt has its stream. Absent if the event names none.
   */
  readonly logStreams?: readonly string[];
}

/** A status change of a workload in AWS. Only `workload/read` makes it. */
export type WorkloadEvent = ExecutionEvent | BatchJobEvent;

/** A status of either kind of workload. */
export type WorkloadStatus = WorkloadEvent['status'];

/** Whether the status ends the workload. A redrive can start an ended execution again. */
export function isOver(status: WorkloadStatus): boolean {
  return (
    status === 'SUCCEEDED' || status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED'
  );
}

/**
 * Name of the run for people: state machine and execution, or the Batch job's name with its id. For a
 * state of a group, the group and its day.
 */
export function describeRun(event: WorkloadEvent): string {
  if (event.group !== undefined) return event.group.run;
  return event.kind === 'execution'
    ? `${event.stateMachineName} execution ${event.executionName}`
    : `Batch job ${event.batchJobName} (${event.batchJobId})`;
}
