import { toClientException } from '../operation.ts';
import {
  enumMember,
  flagMember,
  integerMember,
  listMember,
  optionalMember,
  structure,
  textMapMember,
  textMember,
} from '../shape.ts';
import type { BatchDependency, SubmittedJob } from './batch-job.ts';
import type { PlannedBatchJobs } from './batch-jobs.ts';
import type { BatchContainerOverrides } from './overrides.ts';
import type { BatchResources } from './resources.ts';
import type { BatchRetryStrategy } from './retry.ts';

const variable = structure({
  name: optionalMember(textMember()),
  value: optionalMember(textMember({ sensitive: true })),
});
const resource = structure({ type: enumMember(['GPU', 'VCPU', 'MEMORY']), value: textMember() });
const condition = structure({
  onStatusReason: optionalMember(textMember({ max: 512 })),
  onReason: optionalMember(textMember({ max: 512 })),
  onExitCode: optionalMember(textMember({ max: 512, pattern: /^[0-9]*\*?$/ })),
  action: textMember({ pattern: /^(?:RETRY|EXIT)$/i }),
});

/** The members of SubmitJob that the embedded Batch knows. */
export const submitJobShape = structure({
  jobName: textMember(),
  jobQueue: textMember(),
  jobDefinition: textMember(),
  arrayProperties: optionalMember(structure({ size: optionalMember(integerMember()) })),
  dependsOn: optionalMember(
    listMember(
      structure({
        jobId: optionalMember(textMember()),
        type: optionalMember(enumMember(['N_TO_N', 'SEQUENTIAL'])),
      }),
    ),
  ),
  parameters: optionalMember(textMapMember()),
  containerOverrides: optionalMember(
    structure({
      command: optionalMember(listMember(textMember({ min: 1 }))),
      environment: optionalMember(listMember(variable)),
      resourceRequirements: optionalMember(listMember(resource)),
      vcpus: optionalMember(integerMember({ min: 1 })),
      memory: optionalMember(integerMember({ min: 4 })),
    }),
  ),
  retryStrategy: optionalMember(
    structure({
      attempts: optionalMember(integerMember()),
      evaluateOnExit: optionalMember(listMember(condition)),
    }),
  ),
  timeout: optionalMember(structure({ attemptDurationSeconds: optionalMember(integerMember()) })),
  tags: optionalMember(textMapMember()),
  propagateTags: optionalMember(flagMember()),
});

/** A valid request of SubmitJob. */
export interface CheckedSubmitJob {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly arrayProperties?: { readonly size?: number | undefined } | undefined;
  readonly dependsOn?: readonly BatchDependency[] | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly containerOverrides?: BatchContainerOverrides | undefined;
  readonly retryStrategy?: BatchRetryStrategy | undefined;
  readonly timeout?: { readonly attemptDurationSeconds?: number | undefined } | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly propagateTags?: boolean | undefined;
}

/** Documented limit of the payload of SubmitJob. */
const payloadLimit = 30 * 1024;

/**
 * Checks the rules of SubmitJob and fills in what the job definition says.
 *
 * @throws {ServiceRefusal} `ClientException`. The texts about name, size, queue and definition are
 * those of AWS; the others state the documented rule.
 */
export function toSubmittedJob(
  {
    batchResources,
    jobs,
  }: { readonly batchResources: BatchResources; readonly jobs: PlannedBatchJobs },
  request: CheckedSubmitJob,
): SubmittedJob {
  const fault = findFault(request);
  if (fault !== undefined) throw toClientException(fault);
  const queue = batchResources.requireQueue(request.jobQueue);
  if (queue.state === 'DISABLED')
    throw toClientException(`JobQueue ${request.jobQueue} is disabled`);
  const definition = batchResources.requireDefinition(request.jobDefinition);
  const dependsOn = request.dependsOn ?? [];
  const missing = dependsOn.find(({ jobId }) => jobId !== undefined && !jobs.find(jobId));
  if (missing) throw toClientException(`Job ${missing.jobId} in dependsOn not found`);
  const { declaration } = definition;
  const { timeout = declaration.timeout, retryStrategy = declaration.retryStrategy } = request;
  return {
    ...{ jobName: request.jobName, queue, definition, dependsOn },
    arraySize: request.arrayProperties?.size,
    parameters: { ...declaration.parameters, ...request.parameters },
    overrides: request.containerOverrides ?? {},
    retryStrategy: retryStrategy ?? { attempts: 1 },
    timeoutSeconds: timeout?.attemptDurationSeconds,
    tags: request.tags ?? {},
    propagateTags: request.propagateTags ?? declaration.propagateTags ?? false,
  };
}

function findFault(request: CheckedSubmitJob): string | undefined {
  const size = Buffer.byteLength(JSON.stringify(request));
  if (size > payloadLimit) {
    return `Job size must be less than 30 KiB, got ${Math.ceil(size / 1024)} KiB`;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(request.jobName)) {
    return 'Job name should match valid pattern';
  }
  return findArrayFault(request) ?? findRetryFault(request) ?? findContainerFault(request);
}

function findArrayFault({ arrayProperties, dependsOn = [] }: CheckedSubmitJob): string | undefined {
  const size = arrayProperties?.size;
  if (arrayProperties && (size === undefined || size < 2 || size > 10_000)) {
    return `Array size: found ${size}, allowed: 2 to 10000`;
  }
  if (dependsOn.length > 20)
    return `dependsOn: found ${dependsOn.length} jobs, allowed: at most 20`;
  for (const { jobId, type } of dependsOn) {
    if (type !== undefined && size === undefined)
      return `dependsOn: ${type} is for array jobs only`;
    if (type === 'SEQUENTIAL' && jobId !== undefined) return 'dependsOn: SEQUENTIAL takes no jobId';
    if (type !== 'SEQUENTIAL' && jobId === undefined) return 'dependsOn: jobId is missing';
  }
  return undefined;
}

function findRetryFault({ retryStrategy, timeout }: CheckedSubmitJob): string | undefined {
  const { attempts, evaluateOnExit = [] } = retryStrategy ?? {};
  // The text of AWS for an empty strategy (terraform-provider-aws, Batch job definition tests).
  if (retryStrategy && attempts === undefined) {
    return 'RetryAttempts must be provided with retry strategy';
  }
  if (attempts !== undefined && (attempts < 1 || attempts > 10)) {
    return `Retry attempts: found ${attempts}, allowed: 1 to 10`;
  }
  if (evaluateOnExit.length > 5) {
    return `evaluateOnExit: found ${evaluateOnExit.length} conditions, allowed: at most 5`;
  }
  const seconds = timeout?.attemptDurationSeconds;
  if (timeout && (seconds === undefined || seconds < 60)) {
    return `Timeout: found ${seconds} seconds, allowed: at least 60`;
  }
  return undefined;
}

function findContainerFault({
  containerOverrides,
  tags = {},
}: CheckedSubmitJob): string | undefined {
  const reserved = containerOverrides?.environment?.find(({ name }) =>
    name?.startsWith('AWS_BATCH'),
  );
  if (reserved) return `Environment variable ${reserved.name}: names may not start with AWS_BATCH`;
  const entries = Object.entries(tags);
  if (entries.length > 50) return `Tags: found ${entries.length}, allowed: at most 50`;
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128 || key.toLowerCase().startsWith('aws:')) {
      return `Tag key ${key}: allowed: 1 to 128 characters, not beginning with aws:`;
    }
    if (value.length > 256) return `Tag ${key}: allowed: a value of at most 256 characters`;
  }
  return undefined;
}
