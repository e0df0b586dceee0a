import type { SQSEvent } from 'aws-lambda';
import { anSqsRecord } from '../../test/support/sqs-record.ts';
import { toExecutionEvent } from '../events.ts';

/** As the stack has it. */
export const batchSize = 10;

/** Each writes a global variable of its own; as many as a batch, so that rows are as full as they ever get. */
export const stateMachines = Array.from({ length: batchSize }, (_, at) => `flow-${at}`);

let runs = 0;

/** A batch of the queue: one run of each state machine, ended just now and newer than all before. */
export function nextBatch(): SQSEvent {
  runs += 1;
  const stopMs = Date.now();
  // Begun later each time, by however little: the ledger takes the later run.
  const startMs = stopMs - 60_000 + runs;
  return {
    Records: stateMachines.map((stateMachine, at) => {
      const facts = { stateMachine, run: `run-${runs}-${at}`, startMs, stopMs };
      const body = JSON.stringify(toExecutionEvent({ ...facts, status: 'SUCCEEDED' }));
      return anSqsRecord({ messageId: `m${at}`, body });
    }),
  };
}
