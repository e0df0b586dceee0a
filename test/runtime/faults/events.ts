import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';

// The functions use the clock of this machine, and an event older than the deadline has no effect.
const baseMs = Date.now() - 3_600_000;

const arn = 'arn:aws:states:eu-west-1:111122223333';

/** The fields in which the events of executions differ. */
export interface EventOptions {
  readonly stateMachine?: string;
  readonly run?: string;
  readonly status?: string;
  /** Start of the run, in minutes after one hour before the start of the test. */
  readonly began?: number;
  readonly redriveCount?: number;
}

/** Builds an event of Step Functions with a unique id. */
export function anEvent(of: EventOptions = {}): AwsEvent {
  const { stateMachine = 'settlement', run = 'run-1', status = 'SUCCEEDED', began = 0 } = of;
  const { redriveCount = 0 } = of;
  const startDate = baseMs + began * 60_000;
  return anExecutionEvent(
    {
      executionArn: `${arn}:execution:${stateMachine}:${run}`,
      stateMachineArn: `${arn}:stateMachine:${stateMachine}`,
      name: run,
      status,
      startDate,
      stopDate: status === 'RUNNING' ? null : startDate + 60_000,
      redriveCount,
    },
    { id: [stateMachine, run, status, redriveCount].join('-') },
  );
}

/** Builds the event of a Batch job that has just succeeded. `detail` overrides single fields. */
export function aBatchEnd(detail: Readonly<Record<string, unknown>> = {}): AwsEvent {
  return aBatchJobEvent({
    createdAt: baseMs - 5_000,
    startedAt: baseMs,
    stoppedAt: baseMs + 60_000,
    ...detail,
  });
}

/** Builds the event of a failed execution, which starts the job REPAIR. */
export function aFailure(run = 'run-1'): AwsEvent {
  return anEvent({ stateMachine: 'repair', run, status: 'FAILED' });
}

/** The jobs that the routes name. */
export const jil = `
insert_job: REPAIR  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 3600
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
`;
