import {
  BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobSummary,
  ListJobsCommand,
} from '@aws-sdk/client-batch';
import { toClientSettings } from './client-timeouts.ts';
import {
  type FindBatchJobs,
  type FoundBatchJob,
  maxDescribedJobs,
  type ReadChildExits,
  toFailedCall,
} from './lookup.ts';

/** Reads may be repeated. Two tries leave the function time within the 29 s of API Gateway. */
const clientSettings = toClientSettings({ tries: 2, tryMs: 2_000 });

/**
 * Maximum pages of a search. A name belongs to one start of one run, so more than one page shows
 * that something else uses it.
 */
const maxPages = 3;

type ReadingClient = Pick<BatchClient, 'send'>;

/**
 * Creates the search for jobs by their exact name.
 *
 * The filter JOB_NAME of ListJobs ignores case (API reference), so the names are compared again. A
 * name with a star at its end would be a prefix; no name of a run has one.
 */
export function createFindBatchJobs(
  client: ReadingClient = new BatchClient(clientSettings),
): FindBatchJobs {
  return async function findBatchJobs({ jobName, jobQueue }, signal) {
    const jobs: FoundBatchJob[] = [];
    let nextToken: string | undefined;
    try {
      for (let page = 0; page < maxPages; page += 1) {
        const command = new ListJobsCommand({
          jobQueue,
          filters: [{ name: 'JOB_NAME', values: [jobName] }],
          ...(nextToken !== undefined && { nextToken }),
        });
        const answer = await client.send(command, { abortSignal: signal });
        jobs.push(...toFound(answer.jobSummaryList ?? [], jobName));
        nextToken = answer.nextToken;
        if (nextToken === undefined) break;
      }
    } catch (error) {
      return toFailedCall(error);
    }
    if (nextToken !== undefined && jobs.length === 0) {
      return { kind: 'unavailable', reason: 'ListJobs has too many jobs of similar names' };
    }
    return { kind: 'found', jobs: jobs.toSorted((one, other) => one.createdMs - other.createdMs) };
  };
}

function toFound(summaries: readonly JobSummary[], jobName: string): readonly FoundBatchJob[] {
  return summaries.flatMap(({ jobId = '', jobName: name, createdAt }) =>
    name === jobName && jobId !== '' && createdAt !== undefined
      ? [{ id: jobId, createdMs: createdAt }]
      : [],
  );
}

/** Creates the reading of the failed children of an array: one ListJobs, one DescribeJobs. */
export function createReadChildExits(
  client: ReadingClient = new BatchClient(clientSettings),
): ReadChildExits {
  return async function readChildExits(parentId, signal) {
    const options = { abortSignal: signal };
    try {
      const { jobSummaryList = [], nextToken } = await client.send(
        new ListJobsCommand({
          arrayJobId: parentId,
          jobStatus: 'FAILED',
          maxResults: maxDescribedJobs,
        }),
        options,
      );
      const ids = jobSummaryList.flatMap(({ jobId }) => jobId ?? []).slice(0, maxDescribedJobs);
      if (ids.length === 0) return { kind: 'found', exitCodes: [], isPartial: false };
      const { jobs = [] } = await client.send(new DescribeJobsCommand({ jobs: ids }), options);
      const isPartial = nextToken !== undefined || jobs.length < jobSummaryList.length;
      return { kind: 'found', exitCodes: jobs.map(toHighestCode), isPartial };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

/** The highest exit code of the containers of the last attempt, on ECS or on EKS. */
function toHighestCode({
  attempts,
  eksAttempts,
  container,
}: Pick<JobDetail, 'attempts' | 'eksAttempts' | 'container'>): number | undefined {
  const last = attempts?.at(-1);
  const containers = [
    container,
    last?.container,
    ...(last?.taskProperties?.flatMap((task) => task.containers ?? []) ?? []),
    ...(eksAttempts?.at(-1)?.containers ?? []),
  ];
  const codes = containers.flatMap((one) => one?.exitCode ?? []);
  return codes.length === 0 ? undefined : Math.max(...codes);
}
