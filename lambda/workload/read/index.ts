import { sources } from '../../contract.ts';
import { InvalidEventError } from '../../errors.ts';
import type { WorkloadEvent } from '../workload.ts';
import { parseBatchJobEvent } from './batch-job.ts';
import { knownKinds, parseEnvelope } from './envelope.ts';
import { parseExecutionEvent } from './execution.ts';

/** What an EventBridge event turned out to be. */
export type EventReading =
  | { readonly kind: 'event'; readonly event: WorkloadEvent }
  /** A lawful event that is no news about a workload's status. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError };

/** What else AWS Batch announces (its user guide), and why none of it is a job's status. */
const otherBatchNews: Readonly<Record<string, string>> = {
  'Batch Job Queue Blocked': "warns about a job queue; it tells no job's status",
  'Batch Service Job Queue Blocked': "warns about a job queue; it tells no job's status",
  'Batch Service Job Preemption Started': 'is about a job in SageMaker, which no route can name',
  'Batch Service Job State Change': 'is about a job in SageMaker, which no route can name',
};

/**
 * Reads one EventBridge event, whatever it is; never throws.
 *
 * @param now no instant of the event may be more than a day later
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
  if (source === sources.batchJob.source && Object.hasOwn(otherBatchNews, detailType)) {
    return { kind: 'ignored', reason: `"${detailType}" ${otherBatchNews[detailType]}` };
  }
  const ours = Object.values(sources).some((one) => one.source === source);
  throw new InvalidEventError({
    path: ours ? 'detail-type' : 'source',
    expected: knownKinds,
    // Both are public words of AWS or of the sender's own making, never a secret; cut all the same.
    found: JSON.stringify((ours ? detailType : source).slice(0, 60)),
  });
}
