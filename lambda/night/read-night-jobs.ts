import { definitionsCommand } from '../../autosys/autorep/index.ts';
import type { Condition } from '../../autosys/condition/index.ts';
import { AutosysError } from '../../autosys/errors.ts';
import { readJil, readJobStatement } from '../../autosys/jil/index.ts';
import type { Source } from '../../autosys/source.ts';
import type { JobListView, JobView } from '../../autosys/views.ts';
import type { ListedJob, NightFacts } from './night-facts.ts';

/** The reads of AutoSys that a night needs. */
export interface NightJobsPort {
  /** @param pattern a pattern of `autorep -J` */
  readJobs(pattern: string, options: { readonly signal: AbortSignal }): Promise<JobListView>;
  /** The JIL of all jobs. */
  readDefinitions(options: { readonly signal: AbortSignal }): Promise<string>;
}

/** Pattern of `autorep -J` for all jobs. */
export const allJobs = '%';

/** The condition of each job by its name. A job without a condition is absent. */
export type NightConditions = ReadonlyMap<string, Condition>;

/**
 * Reads all jobs of an instance: one list of their statuses, and one of their definitions, unless a JIL
 * text is given. Two requests.
 */
export async function readNightJobs(
  client: NightJobsPort,
  { jil, signal }: { readonly jil?: Source | undefined; readonly signal: AbortSignal },
): Promise<NightFacts['jobs']> {
  try {
    const list = await client.readJobs(allJobs, { signal });
    if (list.kind === 'unreadable') return { unread: list.reason };
    const source = jil ?? toDefinitions(await client.readDefinitions({ signal }));
    return toListedJobs(list.jobs, toConditions(source));
  } catch (error) {
    if (error instanceof AutosysError) return { unread: error.message };
    throw error;
  }
}

/** The output of the definitions of all jobs as a source of JIL. */
export function toDefinitions(text: string): Source {
  return { name: definitionsCommand, text };
}

/** The jobs of a list with their conditions. Pure. */
export function toListedJobs(
  jobs: ReadonlyMap<string, JobView>,
  conditions: NightConditions | undefined,
): NightFacts['jobs'] {
  if (conditions === undefined && jobs.size > 0) {
    return { unread: `AutoSys shows ${jobs.size} jobs, but not their definitions` };
  }
  return [...jobs].map(([name, view]): ListedJob => {
    const condition = conditions?.get(name);
    return { name, view, ...(condition && { condition }) };
  });
}

/**
 * The condition of each job. A condition that cannot be parsed is absent. `undefined` if the source
 * defines no job at all. Pure.
 */
export function toConditions(source: Source): NightConditions | undefined {
  const definitions = readJil(source).script.statements.filter(
    ({ subcommand }) => subcommand === 'insert_job',
  );
  if (definitions.length === 0) return undefined;
  return new Map(
    definitions.flatMap((statement) => {
      const { job } = readJobStatement(statement, source);
      return job.condition ? [[String(statement.object), job.condition] as const] : [];
    }),
  );
}
