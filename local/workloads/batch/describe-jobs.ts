import { defineOperation, toClientException, type WorkloadOperation } from '../operation.ts';
import { listMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { toJobDetail } from './job-detail.ts';

/** Documented limit of the jobs in one request. */
const mostJobs = 100;

/** DescribeJobs: planned jobs, and those that are known by their events. Omits unknown ones. */
export function createDescribeJobsOperation({
  jobs,
  observed,
  lookups,
  settings,
}: Pick<WorkloadWorld, 'jobs' | 'observed' | 'lookups' | 'settings'>): WorkloadOperation {
  return defineOperation({
    service: 'batch',
    name: 'DescribeJobs',
    request: structure({ jobs: listMember(textMember()) }),
    permissions: () => [{ action: 'batch:DescribeJobs', resource: '*' }],
    run: function describeJobs({ jobs: ids }) {
      // The text of AWS, spaces included (pegasus-isi/pegasus#2086).
      if (ids.length > mostJobs) {
        throw toClientException(`Maximum number of jobs supported is  ${mostJobs} .`);
      }
      lookups.push(...ids);
      const found = ids.map((id) => {
        const record = jobs.find(id, settings().lagMs.DescribeJobs);
        return record ? toJobDetail(record) : observed.batchJob(id);
      });
      return { jobs: found.filter((detail) => detail !== undefined) };
    },
  });
}
