import { randomUUID } from 'node:crypto';
import type { ExecutionRecord } from './execution.ts';
import type { ExecutionPlans } from './plan.ts';
import type { ResolvedStateMachine } from './state-machines.ts';

/** The start of a planned execution. */
export interface PlannedStart {
  readonly resolved: ResolvedStateMachine;
  /** Undefined for a UUID. */
  readonly executionName: string | undefined;
  readonly input: string;
  readonly traceHeader?: string | undefined;
  /** ARN of the execution whose state starts this one. */
  readonly startedBy?: string | undefined;
  /** The Map Run whose child this is. */
  readonly mapRun?: {
    readonly mapRunArn: string;
    readonly stateMachineArn: string;
    readonly plans: ExecutionPlans;
  };
}

/** The ARN of a new execution. That of an Express execution ends in a UUID. */
export function toExecutionArn({ resolved, mapRun }: PlannedStart, executionName: string): string {
  const { arn, type } = resolved.machine;
  const base = mapRun?.stateMachineArn ?? arn;
  if (type === 'STANDARD')
    return `${base.replace(':stateMachine:', ':execution:')}:${executionName}`;
  return `${base.replace(':stateMachine:', ':express:')}:${executionName}:${randomUUID()}`;
}

/** The first record of an execution. */
export function toRecord(
  { resolved, input, traceHeader, startedBy, mapRun }: PlannedStart,
  named: Pick<ExecutionRecord, 'executionArn' | 'executionName' | 'startedAt'>,
): ExecutionRecord {
  const { machine, revision, versionArn, aliasArn } = resolved;
  return {
    ...{
      ...named,
      input,
      traceHeader,
      startedBy,
      revision,
      versionArn,
      aliasArn,
      status: 'RUNNING',
    },
    stateMachineArn: mapRun?.stateMachineArn ?? machine.arn,
    roleArn: machine.roleArn,
    isExpress: machine.type === 'EXPRESS',
    mapRunArn: mapRun?.mapRunArn,
    redriveCount: 0,
    plans: mapRun?.plans ?? revision.runs,
  };
}
