import * as z from 'zod/mini';
import { InvalidEventError } from '../../errors.ts';
import type { BatchJobEvent, BatchJobRole } from '../workload.ts';
import { endingFields, readEnding, readLogStreams, toAttempts } from './batch-ending.ts';
import {
  batchJobStatus,
  type EventEnvelope,
  optionalInstant,
  optionalText,
  parseShape,
} from './envelope.ts';
import { parseInstant } from './instant.ts';

/** The fields that are read. Environment, command and parameters are never read. */
const detail = z.object({
  jobId: z.string(),
  jobName: z.string(),
  jobQueue: z.string(),
  // Missing in some recordings of real events.
  jobDefinition: optionalText,
  status: batchJobStatus,
  jobArn: optionalText,
  createdAt: optionalInstant,
  startedAt: optionalInstant,
  stoppedAt: optionalInstant,
  ...endingFields,
  arrayProperties: z.nullish(
    z.looseObject({ size: z.nullish(z.number()), index: z.nullish(z.number()) }),
  ),
  nodeProperties: z.nullish(z.looseObject({})),
});

/**
 * Reads `Batch Job State Change`.
 *
 * @throws {InvalidEventError} with the path of the first field that is not as AWS documents it
 * @see https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export function parseBatchJobEvent(envelope: EventEnvelope): BatchJobEvent {
  const given = parseShape(detail, envelope.detail, 'detail');
  const jobQueueName = parseName(given.jobQueue, 'job-queue', 'detail.jobQueue');
  const now = envelope.readAt;
  const startedAt = parseInstant(given.startedAt, { path: 'detail.startedAt', now });
  const stoppedAt = parseInstant(given.stoppedAt, { path: 'detail.stoppedAt', now });
  const createdAt = parseInstant(given.createdAt, { path: 'detail.createdAt', now });
  checkAttempts(given.attempts ?? [], now);
  const isEnded = given.status === 'SUCCEEDED' || given.status === 'FAILED';
  const attempts = toAttempts(given);
  const logStreams = readLogStreams(given);
  const index = given.arrayProperties?.index ?? toPartIndex(given.jobId);
  return {
    kind: 'batchJob',
    eventId: envelope.eventId,
    account: envelope.account,
    region: envelope.region,
    emittedAt: envelope.emittedAt,
    ...(envelope.replayName !== undefined && { replayName: envelope.replayName }),
    ...(envelope.recovered && { recovered: envelope.recovered }),
    changedAt: stoppedAt ?? toBegunAt(given.status, { createdAt, startedAt }) ?? envelope.emittedAt,
    beganAt: createdAt ?? startedAt ?? envelope.emittedAt,
    ...(startedAt && { startedAt }),
    ...(stoppedAt && { stoppedAt }),
    status: given.status,
    batchJobId: given.jobId,
    ...(given.jobArn != null && { batchJobArn: given.jobArn }),
    batchJobName: given.jobName,
    jobQueueArn: given.jobQueue,
    jobQueueName,
    ...readJobDefinition(given.jobDefinition),
    role: readRole(given),
    ...(index !== undefined && { index }),
    attempt: Math.max(1, isEnded ? attempts.length : attempts.length + 1),
    ...readEnding(given.status, given),
    ...(logStreams.length > 0 && { logStreams }),
  };
}

/**
 * Checks the instants of attempts. They are not used, but a wrong one shows that AWS did not write
 * the event.
 *
 * Those of `eksAttempts` are not checked: test events of customers have placeholders there
 * (inferred).
 *
 * @throws {InvalidEventError}
 */
function checkAttempts(attempts: ReturnType<typeof toAttempts>, now: Date): void {
  for (const [at, { startedAt, stoppedAt }] of attempts.entries()) {
    parseInstant(startedAt, { path: `detail.attempts.${at}.startedAt`, now });
    parseInstant(stoppedAt, { path: `detail.attempts.${at}.stoppedAt`, now });
  }
}

/**
 * The instant of a change to SUBMITTED or RUNNING. For other changes only the envelope has an
 * instant.
 */
function toBegunAt(
  status: BatchJobEvent['status'],
  { createdAt, startedAt }: Record<'createdAt' | 'startedAt', Date | undefined>,
): Date | undefined {
  if (status === 'RUNNING') return startedAt;
  return status === 'SUBMITTED' ? createdAt : undefined;
}

function readJobDefinition(arn: string | null | undefined) {
  if (arn == null) return {};
  const definition = parseName(arn, 'job-definition', 'detail.jobDefinition');
  const [jobDefinitionName = definition, revision] = definition.split(':');
  return {
    jobDefinitionArn: arn,
    jobDefinitionName,
    ...(revision !== undefined && { jobDefinitionRevision: Number(revision) }),
  };
}

function parseName(arn: string, resource: 'job-queue' | 'job-definition', path: string): string {
  const name = /^arn:[^:]+:batch:[^:]*:[^:]*:(?<type>[a-z-]+)\/(?<name>[^/]+)$/.exec(arn)?.groups;
  if (name?.['type'] === resource && name['name'] !== undefined) return name['name'];
  throw new InvalidEventError({
    path,
    expected: `arn:PARTITION:batch:REGION:ACCOUNT:${resource}/NAME`,
    found: 'another text',
  });
}

/** The index in a job id `UUID:index` or `UUID#node`. */
function toPartIndex(jobId: string): number | undefined {
  const part = /[:#](?<index>\d+)$/.exec(jobId)?.groups?.['index'];
  return part === undefined ? undefined : Number(part);
}

function readRole(given: z.output<typeof detail>): BatchJobRole {
  if (given.jobId.includes(':')) return 'arrayChild';
  if (given.jobId.includes('#')) return 'node';
  // The arrayProperties of a child have an index and no size. Only the parent has a size.
  if (given.arrayProperties?.size != null) return 'arrayParent';
  return given.nodeProperties == null ? 'job' : 'multiNodeParent';
}
