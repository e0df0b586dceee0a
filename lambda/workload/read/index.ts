import { sources } from '../../contract.ts';
import { InvalidEventError } from '../../errors.ts';
import type { WorkloadEvent } from '../workload.ts';
import { parseBatchJobEvent } from './batch-job.ts';
import { knownKinds, parseEnvelope } from './envelope.ts';
import { parseExecutionEvent } from './execution.ts';

/** Result of reading one EventBridge event. */
export type EventReading =
  | { readonly kind: 'event'; readonly event: WorkloadEvent }
  /** A valid event that is not about the status of a workload. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError };

/** Other event types of AWS Batch (its user guide), and why the bridge ignores them. */
const otherBatchEvents: Readonly<Record<string, string>> = {
  'Batch Job Queue Blocked': 'warns about a job queue; it has no job status',
  'Batch Service Job Queue Blocked': 'warns about a job queue; it has no job status',
  'Batch Service Job Preemption Started': 'is about a SageMaker job; routes cannot match it',
  'Batch Service Job State Change': 'is about a SageMaker job; routes cannot match it',
};

/**
 * Reads one EventBridge event. Never throws, whatever the value is.
 *
 * @param now instants in the event may be at most one day later than this
 */
export function readWorkloadEvent(event: unknown, now: Date): EventReading {
  try {
    return readKnown(event, now);
  } catch (error) {
    if (error instanceof InvalidEventError) return { kind: 'invalid', error };
    throw error;
  }
}

function readKnown(event: unknown, now: Date): EventReading {
  const envelope = parseEnvelope(event, now);
  const { source, detailType } = envelope;
  if (source === sources.execution.source && detailType === sources.execution.detailType) {
    return { kind: 'event', event: parseExecutionEvent(envelope) };
  }
  if (source === sources.batchJob.source && detailType === sources.batchJob.detailType) {
    return { kind: 'event', event: parseBatchJobEvent(envelope) };
  }
  if (source === sources.batchJob.source && Object.hasOwn(otherBatchEvents, detailType)) {
    return { kind: 'ignored', reason: `"${detailType}" ${otherBatchEvents[detailType]}` };
  }
  const isKnownSource = Object.values(sources).some((one) => one.source === source);
  throw new InvalidEventError({
    path: isKnownSource ? 'detail-type' : 'source',
    expected: knownKinds,
    // AWS or the sender chose both texts. They are not secret, but may be long.
    found: JSON.stringify((isKnownSource ? detailType : source).slice(0, 60)),
  });
}
