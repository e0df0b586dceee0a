import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';
import { readAt } from './builders.ts';

/** Reads an EventBridge event at {@link readAt}. @throws {Error} when it is ignored or invalid */
export function toWorkloadEvent(event: unknown): WorkloadEvent {
  const reading = readWorkloadEvent(event, readAt);
  if (reading.kind !== 'event') throw new Error(`not an event: ${JSON.stringify(reading)}`);
  return reading.event;
}
