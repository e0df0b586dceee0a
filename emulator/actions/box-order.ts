import type { Deps } from '../deps.ts';
import type { JobRecord } from '../record.ts';

/** A job in the order of autorep: a box comes before its members, which are one level deeper. */
export interface NestedJob {
  readonly record: JobRecord;
  /** 0 for a job that is not printed under a box. */
  readonly depth: number;
}

/** The job; for a box, followed by its members, recursively. */
export function withMembers(
  instance: Pick<Deps['instance'], 'members'>,
  record: JobRecord,
  depth = 0,
): readonly NestedJob[] {
  const members = record.job.type === 'BOX' ? instance.members(record.job.name) : [];
  const below = members.flatMap((member) => withMembers(instance, member, depth + 1));
  return [{ record, depth }, ...below];
}

/** All jobs in the order of autorep. */
export function inBoxOrder(
  instance: Pick<Deps['instance'], 'job' | 'jobs' | 'members'>,
): readonly NestedJob[] {
  // A job may name a box that was deleted; it is then a top-level job.
  const isTop = ({ job }: JobRecord) => job.box === undefined || !instance.job(job.box);
  return instance
    .jobs()
    .filter(isTop)
    .flatMap((record) => withMembers(instance, record));
}
