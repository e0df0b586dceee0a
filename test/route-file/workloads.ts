import type { BatchJobEvent, ExecutionEvent } from '../../lambda/workload/workload.ts';

/** The succeeded execution `night-42` of the state machine `settlement`, with changes. */
export function anExecution(changes: Partial<ExecutionEvent> = {}): ExecutionEvent {
  const event: ExecutionEvent = {
    kind: 'execution',
    eventId: '11111111-2222-3333-4444-555555555555',
    account: '111122223333',
    region: 'eu-west-1',
    emittedAt: new Date('2026-11-05T02:13:01Z'),
    changedAt: new Date('2026-11-05T02:13:00.250Z'),
    beganAt: new Date('2026-11-05T02:00:00.000Z'),
    startedAt: new Date('2026-11-05T02:00:00.000Z'),
    stoppedAt: new Date('2026-11-05T02:13:00.250Z'),
    status: 'SUCCEEDED',
    executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42',
    executionName: 'night-42',
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement',
    stateMachineName: 'settlement',
    qualifiedArns: [],
    redriveCount: 0,
    input: { kind: 'json', value: {} },
    output: { kind: 'none' },
    ...changes,
  };
  return Object.freeze(event);
}

/** The failed Batch job `risk-42` of `risk-calc:7` in the queue `night`, with changes. */
export function aBatchJob(changes: Partial<BatchJobEvent> = {}): BatchJobEvent {
  const event: BatchJobEvent = {
    kind: 'batchJob',
    eventId: '11111111-2222-3333-4444-555555555555',
    account: '111122223333',
    region: 'eu-west-1',
    emittedAt: new Date('2026-11-05T02:13:01Z'),
    changedAt: new Date('2026-11-05T02:13:00.250Z'),
    beganAt: new Date('2026-11-05T02:00:00.000Z'),
    startedAt: new Date('2026-11-05T02:00:00.000Z'),
    stoppedAt: new Date('2026-11-05T02:13:00.250Z'),
    status: 'FAILED',
    batchJobId: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8',
    batchJobName: 'risk-42',
    jobQueueArn: 'arn:aws:batch:eu-west-1:111122223333:job-queue/night',
    jobQueueName: 'night',
    jobDefinitionArn: 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk-calc:7',
    jobDefinitionName: 'risk-calc',
    jobDefinitionRevision: 7,
    role: 'job',
    attempt: 1,
    ...changes,
  };
  return Object.freeze(event);
}
