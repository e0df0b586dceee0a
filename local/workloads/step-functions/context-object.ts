import type { ExecutionRecord } from './execution.ts';

/** A state that was entered, as the context object describes it. */
export interface EnteredState {
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly enteredAt: number;
  /** Retries so far. A redrive begins again with 0 (developer guide, "Redriving executions"). */
  readonly retryCount: number;
  /** Only in a task that waits for its token. */
  readonly token: string | undefined;
  /** Index of the iteration, only in an inline Map state. */
  readonly mapItem: number | undefined;
}

/** The context object of Step Functions (developer guide, "Accessing execution data"). */
export function toContextObject(
  execution: ExecutionRecord,
  { state, enteredAt, retryCount, token, mapItem }: EnteredState,
): Readonly<Record<string, unknown>> {
  const { redriveCount, redrivenAt } = execution;
  return {
    Execution: {
      Id: execution.executionArn,
      Input: JSON.parse(execution.input),
      Name: execution.executionName,
      RoleArn: execution.roleArn,
      StartTime: toIso(execution.startedAt),
      RedriveCount: redriveCount,
      ...(redrivenAt !== undefined && { RedriveTime: toIso(redrivenAt) }),
    },
    State: { EnteredTime: toIso(enteredAt), Name: state, RetryCount: retryCount },
    StateMachine: {
      Id: execution.stateMachineArn,
      Name: execution.stateMachineArn.split(':')[6],
    },
    ...(token !== undefined && { Task: { Token: token } }),
    ...(mapItem !== undefined && { Map: { Item: { Index: mapItem } } }),
  };
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
