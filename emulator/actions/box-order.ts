import type { Deps } from '../deps.ts';
import type { JobRecord } from '../record.ts';

/** A job in the order of autorep: a box stands before its members, which stand one level deeper. */
export interface PlacedJob {
  readonly record: JobRecord;
  /** 0 for what is not printed under a box. */
  readonly depth: number;
}

/** The job, and under a box all its members with theirs. */
export function withMembers(
  instance: Pick<Deps['instance'], 'members'>,
  record: JobRecord,
  depth = 0,
): readonly PlacedJob[] {
  const members = record.job.type === 'BOX' ? instance.members(record.job.name) : [];
  const below = members.flatMap((member) => withMembers(instance, member, depth + 1));
  return [{ record, depth }, ...below];
}

/** The whole estate in that order. */
export function inBoxOrder(
  instance: Pick<Deps['instance'], 'job' | 'jobs' | 'members'>,
): readonly PlacedJob[] {
  // A job may name a box that was deleted; it then stands alone.
  const isTop = ({ job }: JobRecord) => job.box === undefined || !instance.job(job.box);
  return instance
    .jobs()
    .filter(isTop)
    .flatMap((record) => withMembers(instance, record));
}
