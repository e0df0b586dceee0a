import { printCondition, referencesOf } from '../../autosys/condition/index.ts';
import { type HttpAnswer, json, unknownJob } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { negotiate } from '../negotiate.ts';
import { notAcceptable } from './read-jobs.ts';

/**
 * GET job-dependencies/{name}: the jobs and variables that its condition reads. The path was seen
 * live; the field names are our own (inferred).
 */
export function createReadDependencies({ instance }: Pick<Deps, 'instance'>) {
  return function readDependencies({
    name,
    accept,
  }: Pick<AewsRequest, 'name' | 'accept'>): HttpAnswer {
    if (!negotiate(accept, ['application/json'])) return notAcceptable();
    const record = instance.job(name);
    if (!record) return unknownJob(404, name);
    const { condition, box } = record.job;
    const { jobs, globalVariables } = condition
      ? referencesOf(condition)
      : { jobs: [], globalVariables: [] };
    const reading = {
      name,
      ...(box !== undefined && { boxName: box }),
      ...(condition && { condition: printCondition(condition) }),
      jobs: jobs.map(({ job, instance: other }) => (other ? `${job}^${other}` : job)),
      globals: globalVariables,
    };
    return json(200, [reading]);
  };
}
