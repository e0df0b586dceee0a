import {
  BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  ListJobsCommand,
} from '@aws-sdk/client-batch';
import { toClientSettings } from './client-timeouts.ts';
import type { AttemptLogs, JobLogs, ReadFailedChildren, ReadJobLogs } from './log-results.ts';
import { toFailedCall } from './lookup.ts';

const clientSettings = toClientSettings({ tries: 2, tryMs: 4_000 });

type Sender = Pick<BatchClient, 'send'>;

/** Creates the reading of Batch jobs for their logs. Command and environment are discarded. */
export function createReadJobLogs(client: Sender = new BatchClient(clientSettings)): ReadJobLogs {
  return async function readJobLogs(jobIds, signal) {
    try {
      const command = new DescribeJobsCommand({ jobs: [...jobIds] });
      const { jobs = [] } = await client.send(command, { abortSignal: signal });
      return { kind: 'found', jobs: jobs.map(toJobLogs) };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

/** Creates the reading of the failed children of an array job: one page, the lowest index first. */
export function createReadFailedChildren(
  client: Sender = new BatchClient(clientSettings),
): ReadFailedChildren {
  return async function readFailedChildren(arrayJobId, signal) {
    try {
      const command = new ListJobsCommand({ arrayJobId, jobStatus: 'FAILED' });
      const answer = await client.send(command, { abortSignal: signal });
      const { jobSummaryList = [], nextToken } = answer;
      const children = jobSummaryList.map(({ jobId = '', ...job }) => ({
        jobId,
        index: job.arrayProperties?.index ?? 0,
        exitCode: job.container?.exitCode,
        reason: job.container?.reason ?? job.statusReason,
      }));
      return {
        kind: 'found',
        children: children.toSorted((one, other) => one.index - other.index),
        more: nextToken !== undefined,
      };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

function toJobLogs(job: JobDetail): JobLogs {
  const { jobId = '', status = '', statusReason, retryStrategy, container, ecsProperties } = job;
  const [first] = ecsProperties?.taskProperties?.flatMap((task) => task.containers ?? []) ?? [];
  const { logConfiguration } = container?.logConfiguration ? container : (first ?? {});
  return {
    ...{ jobId, status, statusReason },
    group: logConfiguration?.options?.['awslogs-group'],
    driver: logConfiguration?.logDriver,
    maxAttempts: retryStrategy?.attempts ?? 1,
    attempts: toAttemptLogs(job),
    isArray: job.arrayProperties?.size !== undefined,
    mainNode: job.nodeProperties?.mainNode,
    // EC2 and Fargate jobs have an empty list of EKS attempts too.
    isEks: job.eksProperties !== undefined || (job.eksAttempts?.length ?? 0) > 0,
  };
}

/** The listed attempts have ended. A stream of the job that none of them has is of the next one. */
function toAttemptLogs(job: JobDetail): readonly AttemptLogs[] {
  const ended = (job.attempts ?? []).map(({ container, taskProperties, statusReason }) => {
    const containers = taskProperties?.flatMap((task) => task.containers ?? []) ?? [];
    const failed = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
    return {
      streams: toStreams([container, ...containers]),
      exitCode: container?.exitCode ?? failed?.exitCode ?? containers[0]?.exitCode,
      reason: container?.reason ?? failed?.reason ?? statusReason,
      isOver: true,
    };
  });
  const tasks = job.ecsProperties?.taskProperties ?? [];
  const current = toStreams([job.container, ...tasks.flatMap((task) => task.containers ?? [])]);
  const known = new Set(ended.flatMap(({ streams }) => streams));
  const open = current.filter((stream) => !known.has(stream));
  if (open.length === 0) return ended;
  const isOver = job.status === 'SUCCEEDED' || job.status === 'FAILED';
  const { exitCode, reason } = job.container ?? {};
  return [...ended, { streams: open, isOver, ...(isOver && { exitCode, reason }) }];
}

function toStreams(
  containers: readonly ({ readonly logStreamName?: string | undefined } | undefined)[],
): readonly string[] {
  return containers.flatMap((one) => one?.logStreamName || []);
}
