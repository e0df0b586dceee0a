import { InvalidEventError } from '../errors.ts';
import { type EventReading, readWorkloadEvent } from '../workload/read/index.ts';

/** Reads the body of a queue message, which is one EventBridge event as JSON text. Never throws. */
export function readMessage(body: string, now: Date): EventReading {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    const found = 'a text that is not JSON';
    return { kind: 'invalid', error: new InvalidEventError({ path: '', expected: 'JSON', found }) };
  }
  return readWorkloadEvent(event, now);
}
