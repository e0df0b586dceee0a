import { printJobs } from '../../autosys/jil/index.ts';
import { type HttpAnswer, text, unknownJob } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { negotiate } from '../negotiate.ts';
import { inBoxOrder, withMembers } from './box-order.ts';
import { notAcceptable } from './read-jobs.ts';

/**
 * GET jil/job: definitions as `autorep -q` prints them. A box includes its members; without a name,
 * all jobs are printed.
 */
export function createReadJil({ instance }: Pick<Deps, 'instance'>) {
  return function readJil({ query, accept }: Pick<AewsRequest, 'query' | 'accept'>): HttpAnswer {
    if (!negotiate(accept, ['text/plain'])) return notAcceptable();
    const name = query.get('name') ?? '';
    const record = instance.job(name);
    if (name !== '' && !record) return unknownJob(404, name);
    const nestedJobs = record ? withMembers(instance, record) : inBoxOrder(instance);
    const jobs = nestedJobs.map(({ record: { job } }) => job);
    return text(200, printJobs(jobs, { ownerAsComment: true }));
  };
}
