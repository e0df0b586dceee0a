import * as z from 'zod/mini';
import { InvalidEventError } from '../../shared/errors.ts';
import type { BatchJobEvent, BatchJobRole } from '../../shared/workload.ts';
import {
  batchJobStatus,
  type Envelope,
  optionalInstant,
  optionalText,
  parseInstant,
  parseShape,
} from './envelope.ts';

const ending = z.looseObject({ exitCode: z.nullish(z.number()), reason: optionalText });

const attempt = z.looseObject({
  container: z.nullish(ending),
  containers: z.nullish(z.array(ending)),
  // Of EKS: what runs before the containers, which never begin where one of these fails.
  initContainers: z.nullish(z.array(ending)),
  taskProperties: z.nullish(z.array(z.looseObject({ containers: z.nullish(z.array(ending)) }))),
  statusReason: optionalText,
});

/** Only these fields are looked at; environment, command and parameters are never read. */
const detail = z.object({
  jobId: z.string(),
  jobName: z.string(),
  jobQueue: z.string(),
  jobDefinition: z.string(),
  status: batchJobStatus,
  jobArn: optionalText,
  statusReason: optionalText,
  createdAt: optionalInstant,
  startedAt: optionalInstant,
  stoppedAt: optionalInstant,
  attempts: z.nullish(z.array(attempt)),
  // Present and empty on EC2 and Fargate jobs too: its presence does not make an EKS job.
  eksAttempts: z.nullish(z.array(attempt)),
  container: z.nullish(ending),
  arrayProperties: z.nullish(
    z.looseObject({ size: z.nullish(z.number()), index: z.nullish(z.number()) }),
  ),
  nodeProperties: z.nullish(z.looseObject({})),
});

/**
 * Reads `Batch Job State Change`.
 *
 * @throws {InvalidEventError} with the path of the field that is not as AWS documents it
 * @see https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export function parseBatchJobEvent(envelope: Envelope): BatchJobEvent {
  const given = parseShape(detail, envelope.detail, 'detail');
  const jobQueueName = parseName(given.jobQueue, 'job-queue', 'detail.jobQueue');
  const definition = parseName(given.jobDefinition, 'job-definition', 'detail.jobDefinition');
  const [jobDefinitionName = definition, revision] = definition.split(':');
  const startedAt = parseInstant(given.startedAt, 'detail.startedAt');
  const stoppedAt = parseInstant(given.stoppedAt, 'detail.stoppedAt');
  const createdAt = parseInstant(given.createdAt, 'detail.createdAt');
  const over = given.status === 'SUCCEEDED' || given.status === 'FAILED';
  const attempts = given.attempts?.length ? given.attempts : (given.eksAttempts ?? []);
  const index = given.arrayProperties?.index ?? toPartIndex(given.jobId);
  // The attempts that are listed have ended: what they say of their end is no news of one that runs.
  const begun = given.status === 'STARTING' || given.status === 'RUNNING';
  const last = begun ? undefined : attempts.at(-1);
  const exitCode = readExitCode(given.container, last);
  const reason = readReason(given.statusReason, given.container, last);
  return {
    kind: 'batchJob',
    eventId: envelope.eventId,
    account: envelope.account,
    region: envelope.region,
    announcedAt: envelope.announcedAt,
    ...(envelope.recovered && { recovered: envelope.recovered }),
    changedAt:
      stoppedAt ?? toBegunAt(given.status, { createdAt, startedAt }) ?? envelope.announcedAt,
    beganAt: createdAt ?? startedAt ?? envelope.announcedAt,
    ...(startedAt && { startedAt }),
    ...(stoppedAt && { stoppedAt }),
    status: given.status,
    batchJobId: given.jobId,
    ...(given.jobArn != null && { batchJobArn: given.jobArn }),
    batchJobName: given.jobName,
    jobQueueArn: given.jobQueue,
    jobQueueName,
    jobDefinitionArn: given.jobDefinition,
    jobDefinitionName,
    ...(revision !== undefined && { jobDefinitionRevision: Number(revision) }),
    role: readRole(given),
    ...(index !== undefined && { index }),
    attempt: Math.max(1, over ? attempts.length : attempts.length + 1),
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
  };
}

/** Batch tells when a job was submitted and when it began to run; of any other change only the envelope tells. */
function toBegunAt(
  status: BatchJobEvent['status'],
  { createdAt, startedAt }: Record<'createdAt' | 'startedAt', Date | undefined>,
): Date | undefined {
  if (status === 'RUNNING') return startedAt;
  return status === 'SUBMITTED' ? createdAt : undefined;
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

/** `UUID:index` and `UUID#node` name the part in the job id itself. */
function toPartIndex(jobId: string): number | undefined {
  const part = /[:#](?<index>\d+)$/.exec(jobId)?.groups?.['index'];
  return part === undefined ? undefined : Number(part);
}

function readRole(given: z.output<typeof detail>): BatchJobRole {
  if (given.jobId.includes(':')) return 'arrayChild';
  if (given.jobId.includes('#')) return 'node';
  // A child's arrayProperties has an index and no size; only the parent has a size.
  if (given.arrayProperties?.size != null) return 'arrayParent';
  return given.nodeProperties == null ? 'job' : 'multiNodeParent';
}

type Ending = z.output<typeof ending>;
type Attempt = z.output<typeof attempt>;

/** The containers of an attempt, wherever this kind of job keeps them. */
function toEndings(last: Attempt | undefined): readonly Ending[] {
  const inTasks = last?.taskProperties?.flatMap((task) => task.containers ?? []) ?? [];
  return [...(last?.container ? [last.container] : []), ...(last?.containers ?? []), ...inTasks];
}

/** Of several containers the first that failed tells more than the first that stands there. */
function readExitCode(
  container: Ending | null | undefined,
  last: Attempt | undefined,
): number | undefined {
  const codes = toExitCodes([...(container ? [container] : []), ...toEndings(last)]);
  const before = toExitCodes(toFailures(last?.initContainers));
  return codes.find((code) => code !== 0) ?? codes[0] ?? before[0];
}

/** An init container that went well tells nothing of what came after it. */
function toFailures(endings: readonly Ending[] | null | undefined): readonly Ending[] {
  return endings?.filter(({ exitCode }) => exitCode !== 0) ?? [];
}

function toExitCodes(endings: readonly Ending[]): readonly number[] {
  return endings.map(({ exitCode }) => exitCode).filter((code) => code != null);
}

/** What ECS says of every job of one container, however it ended (recordings of real events); the container knows more. */
const sayingNothing = 'Essential container in task exited';

/** The job's own reason, else what the container or the last attempt says. */
function readReason(
  statusReason: string | null | undefined,
  container: Ending | null | undefined,
  last: Attempt | undefined,
): string | undefined {
  const reasons = [
    statusReason,
    container?.reason,
    last?.statusReason,
    ...toEndings(last).map((one) => one.reason),
    ...toFailures(last?.initContainers).map((one) => one.reason),
  ].flatMap((reason) => (reason ? [reason] : []));
  return reasons.find((reason) => reason !== sayingNothing) ?? reasons[0];
}
