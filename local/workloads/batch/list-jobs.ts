import { defineOperation, toClientException, type WorkloadOperation } from '../operation.ts';
import {
  enumMember,
  integerMember,
  listMember,
  optionalMember,
  structure,
  textMember,
} from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { type BatchJobRecord, plannedBatchStatuses } from './batch-job.ts';
import { toJobDetail } from './job-detail.ts';

const filterNames = [
  'JOB_NAME',
  'JOB_DEFINITION',
  'BEFORE_CREATED_AT',
  'AFTER_CREATED_AT',
  'SHARE_IDENTIFIER',
] as const;

interface JobFilter {
  readonly name: (typeof filterNames)[number];
  readonly values: readonly string[];
}

const request = structure({
  jobQueue: optionalMember(textMember()),
  arrayJobId: optionalMember(textMember()),
  multiNodeJobId: optionalMember(textMember()),
  jobStatus: optionalMember(enumMember(plannedBatchStatuses)),
  filters: optionalMember(
    listMember(structure({ name: enumMember(filterNames), values: listMember(textMember()) })),
  ),
  maxResults: optionalMember(integerMember()),
  nextToken: optionalMember(textMember()),
});

/** Documented sizes of a page. */
const pageSizes = { byStatus: 1_000, byFilter: 100 };

/**
 * ListJobs: the jobs of a queue by status, or by one filter, which ignores the status; or the
 * children of an array. The newest first. Without status or filter only RUNNING jobs. May lag
 * behind.
 */
export function createListJobsOperation(
  world: Pick<WorkloadWorld, 'jobs' | 'batchResources' | 'settings' | 'tokens'>,
): WorkloadOperation {
  const { jobs, settings, tokens } = world;
  return defineOperation({
    service: 'batch',
    name: 'ListJobs',
    request,
    notEmulated: ['multiNodeJobId'],
    permissions: () => [{ action: 'batch:ListJobs', resource: '*' }],
    run: function listJobs({ nextToken: token, maxResults, ...query }) {
      const { arrayJobId, jobStatus = 'RUNNING', filters = [] } = query;
      const [filter, ...others] = filters;
      if (others.length > 0) throw toClientException('Only one filter can be used at a time');
      if (filter && arrayJobId !== undefined) {
        throw toClientException('Filters cannot be used with arrayJobId');
      }
      const most = filter ? pageSizes.byFilter : pageSizes.byStatus;
      if (maxResults !== undefined && (maxResults < 1 || maxResults > most)) {
        throw toClientException(`maxResults: found ${maxResults}, allowed: 1 to ${most}`);
      }
      const belongs = toCondition(world, query);
      const matches = filter ? toFilterCondition(filter) : undefined;
      const items = jobs
        .list(settings().lagMs.ListJobs)
        .filter((job) => belongs(job) && (matches?.(job) ?? job.status === jobStatus))
        .toReversed()
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map(toSummary);
      const scope = { operation: 'ListJobs', ...query };
      const page = tokens.page(items, { scope, size: maxResults ?? most, token });
      if (page === undefined) throw toClientException('nextToken is not valid');
      return { jobSummaryList: page.items, nextToken: page.nextToken };
    },
  });
}

function toCondition(
  { jobs, batchResources }: Pick<WorkloadWorld, 'jobs' | 'batchResources'>,
  query: { readonly jobQueue?: string | undefined; readonly arrayJobId?: string | undefined },
): (job: BatchJobRecord) => boolean {
  const { jobQueue, arrayJobId } = query;
  if ((jobQueue === undefined) === (arrayJobId === undefined)) {
    throw toClientException('Exactly one of jobQueue, arrayJobId and multiNodeJobId must be given');
  }
  if (arrayJobId !== undefined) {
    if (jobs.find(arrayJobId)) return ({ parentId }) => parentId === arrayJobId;
    throw toClientException(`Job ${arrayJobId} not found`);
  }
  const { arn } = batchResources.requireQueue(jobQueue ?? '');
  return ({ submitted, parentId }) => parentId === undefined && submitted.queue.arn === arn;
}

/** Whether a job matches one of the values. JOB_NAME ignores case. */
function toFilterCondition({ name, values }: JobFilter): (job: BatchJobRecord) => boolean {
  if (name === 'SHARE_IDENTIFIER') throw toClientException('SHARE_IDENTIFIER is not emulated');
  const matchesOne = (holds: (value: string) => boolean) => values.some(holds);
  if (name === 'BEFORE_CREATED_AT')
    return (job) => matchesOne((one) => job.createdAt < Number(one));
  if (name === 'AFTER_CREATED_AT') return (job) => matchesOne((one) => job.createdAt > Number(one));
  if (name === 'JOB_NAME') {
    return ({ submitted }) => {
      const jobName = submitted.jobName.toLowerCase();
      return matchesOne((value) => matchesStart(value.toLowerCase(), jobName));
    };
  }
  return ({ submitted: { definition } }) =>
    matchesOne((value) =>
      value.startsWith('arn:')
        ? value === definition.arn
        : matchesStart(value, definition.jobDefinitionName),
    );
}

/** A value without or with a star at its end. */
function matchesStart(value: string, name: string): boolean {
  return value.endsWith('*') ? name.startsWith(value.slice(0, -1)) : name === value;
}

const summaryFields = [
  'jobArn',
  'jobId',
  'jobName',
  'createdAt',
  'status',
  'statusReason',
  'startedAt',
  'stoppedAt',
  'arrayProperties',
  'jobDefinition',
  'isCancelled',
  'isTerminated',
];

function toSummary(record: BatchJobRecord): object {
  const detail = toJobDetail(record);
  const { exitCode, reason } = record.attempts.at(-1) ?? {};
  return {
    ...Object.fromEntries(Object.entries(detail).filter(([key]) => summaryFields.includes(key))),
    ...(record.attempts.length > 0 && { container: { exitCode, reason } }),
  };
}
