import type { SQSEvent } from 'aws-lambda';
import { anSqsRecord } from '../../test/support/sqs-record.ts';
import { toExecutionEvent } from '../events.ts';

/** As in the stack. */
export const batchSize = 10;

/**
 * Each writes its own global variable; as many as a batch, so that rows reach their maximum size.
 */
export const stateMachines = Array.from({ length: batchSize }, (_, at) => `flow-${at}`);

let runs = 0;

/** A batch of the queue: one run of each state machine, ended now and newer than all before. */
export function nextBatch(): SQSEvent {
  runs += 1;
  const stopMs = Date.now();
  // Each run begins later than the previous one: the ledger accepts only the later run.
  const startMs = stopMs - 60_000 + runs;
  return {
    Records: stateMachines.map((stateMachine, at) => {
      const facts = { stateMachine, run: `run-${runs}-${at}`, startMs, stopMs };
      const body = JSON.stringify(toExecutionEvent({ ...facts, status: 'SUCCEEDED' }));
      return anSqsRecord({ messageId: `m${at}`, body });
    }),
  };
}
