import type { ChooseCallFault } from './call-faults.ts';
import type { ChooseEventFault, EventSink } from './event-emission.ts';

/** The reads that AWS calls eventually consistent, or whose index may lag behind. */
export type LaggingRead =
  | 'DescribeExecution'
  | 'DescribeStateMachineForExecution'
  | 'ListExecutions'
  | 'DescribeJobs'
  | 'ListJobs';

/** Answers whether the caller may carry out an action on a resource. */
export type AuthorizeCall = (
  action: string,
  resource: string,
  tags: Readonly<Record<string, string>>,
) => boolean;

/** Behaviour of the embedded services that a test may change at any time. */
export interface WorkloadSettings {
  /** How far a read lags behind, in milliseconds. @default - no lag */
  readonly lagMs: Partial<Readonly<Record<LaggingRead, number>>>;
  /**
   * Whether stopping an execution ends what its `.sync` tasks have started. Step Functions does so
   * on best effort, and only with the permissions of the execution role. A step may override it.
   * @default true
   */
  readonly syncChildrenStop: boolean;
  /**
   * Whether the children of a Distributed Map emit events. AWS does not document it.
   * @default true
   */
  readonly mapChildrenEmit: boolean;
  /** Time from writing a log line until it can be read, in milliseconds. @default 0 */
  readonly logLagMs: number;
  /** Number of empty pages before each page of log events with content. @default 0 */
  readonly emptyLogPages: number;
  /** IAM. Signatures are not checked, so every caller is the same. @default - all is allowed */
  readonly authorize: AuthorizeCall | undefined;
  /** ARN of the caller in the message of AccessDeniedException. @default - a role of the account */
  readonly callerArn: string | undefined;
  /** Fault of a call that has no queued fault. @default - none */
  readonly callFault: ChooseCallFault | undefined;
  /** Fault of an event. @default - none */
  readonly eventFault: ChooseEventFault | undefined;
  /** A further receiver of every event. @default - none */
  readonly eventSink: EventSink | undefined;
}

/** Settings of an AWS without faults. */
export const defaultWorkloadSettings: WorkloadSettings = {
  lagMs: {},
  syncChildrenStop: true,
  mapChildrenEmit: true,
  logLagMs: 0,
  emptyLogPages: 0,
  authorize: undefined,
  callerArn: undefined,
  callFault: undefined,
  eventFault: undefined,
  eventSink: undefined,
};
