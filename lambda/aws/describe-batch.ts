import {
  BatchClient,
  DescribeJobDefinitionsCommand,
  type DescribeJobDefinitionsCommandInput,
  DescribeJobQueuesCommand,
  type JobDefinition,
  type JobQueueDetail,
} from '@aws-sdk/client-batch';
import { type LiveClientOptions, maxListPages, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** A job queue as AWS Batch describes it. */
export interface DescribedJobQueue {
  readonly name: string;
  /** `ENABLED` or `DISABLED`. */
  readonly state: string;
  /** `VALID`, or `CREATING`, `UPDATING`, `DELETING`, `DELETED`, `INVALID`. */
  readonly status: string;
  readonly statusReason?: string;
}

/** One revision of a job definition as AWS Batch describes it. */
export interface DescribedJobDefinition {
  readonly name: string;
  readonly revision: number;
  /** `ACTIVE` or `INACTIVE`. */
  readonly status: string;
}

/** What a read of queues found. */
export type JobQueuesRead =
  | { readonly kind: 'found'; readonly queues: readonly DescribedJobQueue[] }
  | FailedCall;

/** What a read of job definitions found. */
export type JobDefinitionsRead =
  | { readonly kind: 'found'; readonly definitions: readonly DescribedJobDefinition[] }
  | FailedCall;

/** Reads of AWS Batch in one account and Region. They never reject; what is unknown is left out. */
export interface BatchReads {
  /** @param names at most {@link maxBatchNames}. @default - all queues */
  queues(names: readonly string[] | undefined, signal: AbortSignal): Promise<JobQueuesRead>;
  /** @param names `NAME:REVISION`, at most {@link maxBatchNames} */
  revisions(names: readonly string[], signal: AbortSignal): Promise<JobDefinitionsRead>;
  /** The active revisions of one job definition; if it has none, its inactive ones. */
  ofName(name: string, signal: AbortSignal): Promise<JobDefinitionsRead>;
  /** Every active revision. */
  active(signal: AbortSignal): Promise<JobDefinitionsRead>;
}

/** Maximum names of one request (API reference: DescribeJobQueues, DescribeJobDefinitions). */
export const maxBatchNames = 100;

/** Creates the reads. Images, commands and environments are discarded, since they may hold secrets. */
export function createBatchReads(
  options: LiveClientOptions,
  client: Pick<BatchClient, 'send'> = new BatchClient(toLiveSettings(options)),
): BatchReads {
  return {
    queues: (names, signal) => readQueues(client, names, signal),
    revisions: (names, signal) =>
      // This member cannot be combined with any other one (API reference).
      readDefinitions(client, { jobDefinitions: [...names] }, signal),
    async ofName(jobDefinitionName, signal) {
      const named = { jobDefinitionName, maxResults: maxBatchNames };
      const active = await readDefinitions(client, { ...named, status: 'ACTIVE' }, signal);
      if (active.kind !== 'found' || active.definitions.length > 0) return active;
      return readDefinitions(client, { ...named, status: 'INACTIVE' }, signal);
    },
    active: (signal) =>
      readDefinitions(client, { status: 'ACTIVE', maxResults: maxBatchNames }, signal),
  };
}

async function readQueues(
  client: Pick<BatchClient, 'send'>,
  names: readonly string[] | undefined,
  abortSignal: AbortSignal,
): Promise<JobQueuesRead> {
  const queues: DescribedJobQueue[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < maxListPages; page += 1) {
      const query = names ? { jobQueues: [...names] } : { maxResults: maxBatchNames };
      const command = new DescribeJobQueuesCommand({ ...query, nextToken });
      const answer = await client.send(command, { abortSignal });
      queues.push(...(answer.jobQueues ?? []).map(toQueue));
      nextToken = answer.nextToken;
      if (nextToken === undefined) return { kind: 'found', queues };
    }
    return { kind: 'unavailable', reason: 'DescribeJobQueues has too many pages' };
  } catch (error) {
    return toFailedCall(error);
  }
}

function toQueue({ jobQueueName, state, status, statusReason }: JobQueueDetail): DescribedJobQueue {
  return {
    name: jobQueueName ?? '',
    state: state ?? '',
    status: status ?? '',
    ...(statusReason && { statusReason }),
  };
}

async function readDefinitions(
  client: Pick<BatchClient, 'send'>,
  query: DescribeJobDefinitionsCommandInput,
  abortSignal: AbortSignal,
): Promise<JobDefinitionsRead> {
  const definitions: DescribedJobDefinition[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < maxListPages; page += 1) {
      const next = nextToken === undefined ? {} : { nextToken };
      const command = new DescribeJobDefinitionsCommand({ ...query, ...next });
      const answer = await client.send(command, { abortSignal });
      definitions.push(...(answer.jobDefinitions ?? []).map(toDefinition));
      nextToken = answer.nextToken;
      if (nextToken === undefined) return { kind: 'found', definitions };
    }
    return { kind: 'unavailable', reason: 'DescribeJobDefinitions has too many pages' };
  } catch (error) {
    return toFailedCall(error);
  }
}

function toDefinition({
  jobDefinitionName,
  revision,
  status,
}: JobDefinition): DescribedJobDefinition {
  return { name: jobDefinitionName ?? '', revision: revision ?? 0, status: status ?? '' };
}
