import { AutosysError } from '../../autosys/errors.ts';
import { readJil, readJobStatement } from '../../autosys/jil/index.ts';
import type { Source } from '../../autosys/source.ts';
import type { JobListView } from '../../autosys/views.ts';
import type { ListedJob, NightFacts } from './night-facts.ts';

/** The reads of AutoSys that a night needs. */
export interface NightJobsPort {
  /** @param pattern a pattern of `autorep -J` */
  readJobs(pattern: string, options: { readonly signal: AbortSignal }): Promise<JobListView>;
  /** Runs `autorep`. */
  runCommand(
    command: string,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly stdOut: readonly string[] }>;
}

/** Reads the definitions of all jobs, without the members of boxes a second time. */
const definitionsCommand = 'autorep -J % -q -L 0';

/**
 * Reads all jobs of an instance: one list of their statuses, and one of their definitions, unless a JIL
 * text is given. Two requests.
 */
export async function readNightJobs(
  client: NightJobsPort,
  { jil, signal }: { readonly jil?: Source | undefined; readonly signal: AbortSignal },
): Promise<NightFacts['jobs']> {
  try {
    const list = await client.readJobs('%', { signal });
    if (list.kind === 'unreadable') return { unread: list.reason };
    const source = jil ?? (await readDefinitions(client, signal));
    const conditions = toConditions(source);
    return [...list.jobs].map(([name, view]): ListedJob => {
      const condition = conditions.get(name);
      return { name, view, ...(condition && { condition }) };
    });
  } catch (error) {
    if (error instanceof AutosysError) return { unread: error.message };
    throw error;
  }
}

async function readDefinitions(
  client: Pick<NightJobsPort, 'runCommand'>,
  signal: AbortSignal,
): Promise<Source> {
  const { stdOut } = await client.runCommand(definitionsCommand, { signal });
  return { name: definitionsCommand, text: stdOut.join('\n') };
}

/** The condition of each job. A condition that cannot be parsed is absent. */
function toConditions(source: Source) {
  return new Map(
    readJil(source).script.statements.flatMap((statement) => {
      if (statement.subcommand !== 'insert_job') return [];
      const { job } = readJobStatement(statement, source);
      return job.condition ? [[String(statement.object), job.condition] as const] : [];
    }),
  );
}
