import type { StatusChange } from '../event-emission.ts';
import type { BatchAttempt, BatchJobRecord } from './batch-job.ts';
import type { ContainerVariable } from './overrides.ts';

/** The log group of a job without its own log configuration. */
const defaultLogGroup = '/aws/batch/job';

/** The job as DescribeJobs returns it (API reference, JobDetail). */
export function toJobDetail(record: BatchJobRecord): Readonly<Record<string, unknown>> {
  const { isCancelled, isTerminated, submitted } = record;
  return {
    ...toCommonDetail(record),
    ...(Object.keys(submitted.tags).length > 0 && { tags: submitted.tags }),
    ...(isCancelled && { isCancelled }),
    ...(isTerminated && { isTerminated }),
  };
}

/**
 * The event of a status change. Its detail resembles JobDetail; in real events the tags are not
 * those of the user, and the flags of cancellation and termination are absent.
 */
export function toJobStatusChange(record: BatchJobRecord): StatusChange {
  const parentArn = record.jobArn.slice(0, -(String(record.arrayIndex).length + 1));
  return {
    source: 'aws.batch',
    detailType: 'Batch Job State Change',
    resources: [record.jobArn],
    detail: {
      ...toCommonDetail(record),
      tags: { resourceArn: record.arrayIndex === undefined ? record.jobArn : parentArn },
    },
  };
}

/** The log group and the prefix of the log streams of a job. */
export function toLogLocation({ submitted }: Pick<BatchJobRecord, 'submitted'>) {
  const { container, jobDefinitionName } = submitted.definition;
  const { options = {} } = container.logConfiguration ?? {};
  return {
    group: options['awslogs-group'] ?? defaultLogGroup,
    prefix: options['awslogs-stream-prefix'] ?? jobDefinitionName.slice(0, 200),
  };
}

function toCommonDetail(record: BatchJobRecord): Readonly<Record<string, unknown>> {
  const { submitted, statusReason, startedAt, stoppedAt, arrayIndex, statusSummary } = record;
  const { timeoutSeconds, definition, arraySize } = submitted;
  return {
    jobArn: record.jobArn,
    jobName: submitted.jobName,
    jobId: record.jobId,
    jobQueue: submitted.queue.arn,
    status: record.status,
    ...(statusReason !== undefined && { statusReason }),
    attempts: record.attempts.map(toAttemptDetail),
    createdAt: record.createdAt,
    retryStrategy: {
      attempts: submitted.retryStrategy.attempts ?? 1,
      evaluateOnExit: submitted.retryStrategy.evaluateOnExit ?? [],
    },
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    dependsOn: submitted.dependsOn,
    jobDefinition: definition.arn,
    parameters: submitted.parameters,
    container: toContainerDetail(record),
    ...(arrayIndex !== undefined && {
      arrayProperties: { statusSummary: {}, index: arrayIndex },
    }),
    ...(arraySize !== undefined && {
      arrayProperties: {
        ...{ statusSummary, size: arraySize },
        statusSummaryLastUpdatedAt: record.summarizedAt,
      },
    }),
    ...(timeoutSeconds !== undefined && { timeout: { attemptDurationSeconds: timeoutSeconds } }),
    propagateTags: submitted.propagateTags,
    platformCapabilities: definition.declaration.platformCapabilities ?? ['FARGATE'],
    eksAttempts: [],
  };
}

/** The container with its overrides. Environment and command are in clear, as in AWS. */
function toContainerDetail(record: BatchJobRecord) {
  const { definition, overrides } = record.submitted;
  const { container } = definition;
  const { vcpus, memory } = overrides;
  const last = record.attempts.at(-1);
  const isLast = last?.taskArn === record.taskArn ? last : undefined;
  return {
    image: container.image,
    command: overrides.command ?? container.command ?? [],
    ...(container.jobRoleArn !== undefined && { jobRoleArn: container.jobRoleArn }),
    volumes: [],
    environment: mergeByName(container.environment ?? [], overrides.environment ?? []),
    mountPoints: [],
    ulimits: [],
    ...(isLast?.exitCode !== undefined && { exitCode: isLast.exitCode }),
    ...(isLast?.reason !== undefined && { reason: isLast.reason }),
    ...(record.taskArn !== undefined && { taskArn: record.taskArn }),
    ...(record.logStreamName !== undefined && { logStreamName: record.logStreamName }),
    networkInterfaces: [],
    resourceRequirements: mergeByType(
      container.resourceRequirements ?? [],
      overrides.resourceRequirements ?? [],
    ),
    ...(vcpus !== undefined && { vcpus }),
    ...(memory !== undefined && { memory }),
    ...(container.logConfiguration && { logConfiguration: container.logConfiguration }),
    secrets: [],
  };
}

function toAttemptDetail(attempt: BatchAttempt) {
  const { exitCode, reason, logStreamName, startedAt } = attempt;
  return {
    container: {
      taskArn: attempt.taskArn,
      ...(exitCode !== undefined && { exitCode }),
      ...(reason !== undefined && { reason }),
      ...(logStreamName !== undefined && { logStreamName }),
      networkInterfaces: [],
    },
    ...(startedAt !== undefined && { startedAt }),
    stoppedAt: attempt.stoppedAt,
    statusReason: attempt.statusReason,
  };
}

function mergeByName(base: readonly ContainerVariable[], over: readonly ContainerVariable[]) {
  return [...new Map([...base, ...over].map((one) => [one.name, one])).values()];
}

function mergeByType<Item extends { readonly type: string }>(
  base: readonly Item[],
  over: readonly Item[],
): readonly Item[] {
  return [...new Map([...base, ...over].map((one) => [one.type, one])).values()];
}
