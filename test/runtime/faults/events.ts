import { type AwsEvent, anExecutionEvent } from '../../support/builders.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333';

/** What tells one announcement of an execution from another. */
export interface Announced {
  readonly stateMachine?: string;
  readonly run?: string;
  readonly status?: string;
  /** Minutes after 02:00 at which the run began. */
  readonly began?: number;
  readonly redriveCount?: number;
}

/** An announcement of Step Functions, with an id that tells it from every other. */
export function anAnnouncement(of: Announced = {}): AwsEvent {
  const { stateMachine = 'settlement', run = 'run-1', status = 'SUCCEEDED', began = 0 } = of;
  const { redriveCount = 0 } = of;
  const startDate = Date.UTC(2026, 10, 20, 2, began);
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

/** The execution that fails, so that the job REPAIR is started. */
export function aFailure(run = 'run-1'): AwsEvent {
  return anAnnouncement({ stateMachine: 'repair', run, status: 'FAILED' });
}

/** The jobs that the routes know. */
export const jil = `
insert_job: REPAIR  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 3600
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
`;
