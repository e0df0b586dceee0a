import {
  BatchClient,
  type BatchClientConfig,
  DescribeJobsCommand,
  type JobDetail,
} from '@aws-sdk/client-batch';
import { toClientSettings } from './client-timeouts.ts';
import {
  type DescribeBatchJobs,
  type DescribedAttempt,
  type DescribedBatchJob,
  type DescribedEnding,
  type DescribedTasks,
  type LookupLocation,
  toNoAnswer,
} from './lookup.ts';

/** One try, as for executions. A call for a hundred jobs may take a little longer. */
const clientSettings = toClientSettings({ tries: 1, tryMs: 5_000 });

/**
 * Creates the lookup of jobs in AWS Batch. Image, command and environment are discarded.
 *
 * @param toSettings settings of the client of a location, beside its Region; called once per
 * location
 */
export function createDescribeBatchJobs(
  toSettings: (location: LookupLocation) => BatchClientConfig,
): DescribeBatchJobs {
  const clients = new Map<string, BatchClient>();
  const toClient = (location: LookupLocation) => {
    const { region } = location;
    return new BatchClient({ ...clientSettings, region, ...toSettings(location) });
  };
  return async function describeBatchJobs({ batchJobIds, ...location }, signal) {
    const key = `${location.account} ${location.region}`;
    const client = clients.get(key) ?? toClient(location);
    clients.set(key, client);
    try {
      const command = new DescribeJobsCommand({ jobs: [...batchJobIds] });
      const { jobs = [] } = await client.send(command, { abortSignal: signal });
      return { kind: 'found', jobs: jobs.map(toDescribed) };
    } catch (error) {
      // After an expired session the client is discarded; the next lookup creates a new one.
      if (error instanceof Error && error.name === 'ExpiredTokenException') clients.delete(key);
      return toNoAnswer(error);
    }
  };
}

/** Copies the known fields only, so that no unexpected data enters. */
function toDescribed(job: JobDetail): DescribedBatchJob {
  const { jobId = '', jobName = '', jobQueue = '', status = '' } = job;
  const { jobDefinition, jobArn, statusReason, attempts, eksAttempts, container } = job;
  const { arrayProperties, nodeProperties, ecsProperties } = job;
  const pod = job.eksProperties?.podProperties;
  return {
    ...{ jobId, jobName, jobQueue, jobDefinition, status, jobArn, statusReason },
    createdAt: toInstant(job.createdAt),
    startedAt: toInstant(job.startedAt),
    stoppedAt: toInstant(job.stoppedAt),
    attempts: attempts?.map(toAttempt),
    eksAttempts: eksAttempts?.map(toAttempt),
    container: container && toEnding(container),
    ecsProperties: ecsProperties && { taskProperties: toTasks(ecsProperties.taskProperties) },
    eksProperties: pod && {
      podProperties: {
        containers: pod.containers?.map(toEnding),
        initContainers: pod.initContainers?.map(toEnding),
      },
    },
    arrayProperties: arrayProperties && {
      size: arrayProperties.size,
      index: arrayProperties.index,
    },
    nodeProperties: nodeProperties && { mainNode: nodeProperties.mainNode },
  };
}

/** An attempt as the SDK returns it, on ECS or on EKS. */
type Attempt = NonNullable<JobDetail['attempts'] | JobDetail['eksAttempts']>[number] &
  Partial<NonNullable<JobDetail['attempts']>[number]> &
  Partial<NonNullable<JobDetail['eksAttempts']>[number]>;

function toAttempt(attempt: Attempt): DescribedAttempt {
  const { container, containers, initContainers, taskProperties, statusReason } = attempt;
  return {
    container: container && toEnding(container),
    containers: containers?.map(toEnding),
    initContainers: initContainers?.map(toEnding),
    taskProperties: toTasks(taskProperties),
    startedAt: toInstant(attempt.startedAt),
    stoppedAt: toInstant(attempt.stoppedAt),
    statusReason,
  };
}

function toTasks(tasks: DescribedTasks): DescribedTasks {
  return tasks?.map((task) => ({ containers: task.containers?.map(toEnding) }));
}

function toEnding({ name, exitCode, reason, logStreamName }: DescribedEnding): DescribedEnding {
  return { name, exitCode, reason, logStreamName };
}

/**
 * An instant that has not come is absent. 0 would be 1970 (inferred: the API model calls
 * `startedAt` required).
 */
function toInstant(ms: number | undefined): number | undefined {
  return ms === 0 ? undefined : ms;
}
