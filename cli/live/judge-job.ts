import { didYouMean } from '../../autosys/suggest.ts';
import { matchesGlob } from '../../lambda/routing/origin.ts';
import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import type { NamedJob } from './named-jobs.ts';

/** The jobs of an instance by name, each with its type if the definition shows it. */
export type KnownJobs = ReadonlyMap<string, string | undefined>;

/** The row of a job that the file names. Pure. */
export function judgeJob(
  { instances, by, text, usedBy }: NamedJob,
  jobsOf: ReadonlyMap<string, LiveFact<KnownJobs>>,
): LiveRow {
  const where = instances.join(', ');
  const noun = by === 'glob' ? 'jobs' : 'job';
  const row = { check: 'autosysJob', subject: `${noun} ${text} (${where})` } as const;
  if (by === 'template') {
    const found = 'the name depends on the event';
    return { ...row, verdict: 'notCheckable', found };
  }
  const facts = instances.map((instance) => ({ instance, fact: jobsOf.get(instance) }));
  const known = facts.flatMap(({ instance, fact }) =>
    fact?.kind === 'read' ? [{ instance, jobs: fact.value }] : [],
  );
  const found = known.flatMap(({ instance, jobs }) => describeFound(text, by, { instance, jobs }));
  if (found.length > 0) return { ...row, verdict: 'passed', found: found.join('; ') };
  for (const { fact } of facts) if (fact?.kind === 'unread') return toUncheckedRow(row, fact);
  const similar = didYouMean(
    text,
    known.flatMap(({ jobs }) => [...jobs.keys()]),
  );
  return {
    ...row,
    verdict: 'finding',
    found: by === 'glob' ? 'no job matches' : `AutoSys shows no such job${similar}`,
    advice: `correct the name in ${usedBy.join(', ')}, or define the job; a login may see only jobs that it may read (inferred)`,
  };
}

function describeFound(
  text: string,
  by: NamedJob['by'],
  { instance, jobs }: { readonly instance: string; readonly jobs: KnownJobs },
): readonly string[] {
  if (by === 'glob') {
    const count = [...jobs.keys()].filter((name) => matchesGlob(text, name)).length;
    return count === 0 ? [] : [`${count} match in ${instance}`];
  }
  if (!jobs.has(text)) return [];
  const type = jobs.get(text);
  return [type === undefined ? `known to ${instance}` : `${type} job of ${instance}`];
}
