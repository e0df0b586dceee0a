import type { ExecutionPlans } from './plan.ts';
import { findRedriveObstacle } from './redrive-rules.ts';
import type { StateMachineRevision } from './state-machines.ts';

/** The statuses of an execution that the embedded Step Functions uses. */
export type PlannedExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** A planned execution at one moment. Instants are milliseconds since 1970. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly executionName: string;
  /** Unqualified; with `/LABEL` for the child of a Map Run. */
  readonly stateMachineArn: string;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly roleArn: string;
  readonly isExpress: boolean;
  readonly status: PlannedExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly input: string;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly mapRunArn?: string | undefined;
  /** ARN of the execution whose state has started this one. */
  readonly startedBy?: string | undefined;
  readonly redriveCount: number;
  readonly redrivenAt?: number | undefined;
  /** The definition of the first start. A redrive continues with it. */
  readonly revision: StateMachineRevision;
  readonly plans: ExecutionPlans | undefined;
}

/** Whether an execution has ended. */
export function isExecutionEnded({ status }: Pick<ExecutionRecord, 'status'>): boolean {
  return status !== 'RUNNING';
}

type Detail = Readonly<Record<string, unknown>>;

/**
 * The fields of an execution, as the event and DescribeExecution both name them, with instants in
 * milliseconds and null for what is absent.
 *
 * @param historyLength number of events in its history, which limits redrives
 */
export function toExecutionDetail(
  record: ExecutionRecord,
  { now, historyLength }: { readonly now: number; readonly historyLength: number },
): Detail {
  const obstacle = findRedriveObstacle(record, { now, historyLength });
  const isMapChild = record.mapRunArn !== undefined;
  const notRedrivable =
    isMapChild && isExecutionEnded(record) ? 'REDRIVABLE_BY_MAP_RUN' : 'NOT_REDRIVABLE';
  return {
    executionArn: record.executionArn,
    stateMachineArn: record.stateMachineArn,
    name: record.executionName,
    status: record.status,
    startDate: record.startedAt,
    stopDate: record.stoppedAt ?? null,
    input: record.input,
    inputDetails: { included: true },
    output: record.output ?? null,
    outputDetails: record.output === undefined ? null : { included: true },
    error: record.error ?? null,
    cause: record.cause ?? null,
    stateMachineVersionArn: record.versionArn ?? null,
    stateMachineAliasArn: record.aliasArn ?? null,
    redriveCount: record.redriveCount,
    redriveDate: record.redrivenAt ?? null,
    redriveStatus: obstacle === undefined ? 'REDRIVABLE' : notRedrivable,
    redriveStatusReason: obstacle ?? null,
  };
}
