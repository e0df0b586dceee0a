const account = '111122223333';
const region = 'eu-west-1';

/**
 * The fields of a measured execution event that vary. All other fields are those of a run without
 * errors.
 */
export interface ExecutionFacts {
  readonly stateMachine: string;
  /** The name of the execution; each is a separate run. */
  readonly run: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly startMs: number;
  /** Undefined while it runs. */
  readonly stopMs?: number;
}

/** The event as EventBridge sends it to the queue, based on recordings of 2024. */
export function toExecutionEvent({ stateMachine, run, status, startMs, stopMs }: ExecutionFacts) {
  const executionArn = `arn:aws:states:${region}:${account}:execution:${stateMachine}:${run}`;
  return {
    version: '0',
    id: `${run}-${status}`,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: new Date(stopMs ?? startMs).toISOString().replace(/\.\d+/, ''),
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${stateMachine}`,
      name: run,
      status,
      startDate: startMs,
      stopDate: stopMs ?? null,
      input: '{"businessDate":"2026-11-20"}',
      inputDetails: { included: true },
      output: stopMs === undefined ? null : '{"settled":48213,"rejected":0}',
      outputDetails: stopMs === undefined ? null : { included: true },
      error: null,
      cause: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: null,
    },
  };
}
