import { isOver } from '../workload/workload.ts';
import type { BoundRun } from './bound-run.ts';
import { toConsoleLink } from './console-link.ts';
import { toDiagnosis } from './diagnosis.ts';
import type { createFindLogSources, RunLogSources } from './find-log-sources.ts';
import type { Launch } from './launch.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import { toPlainLine } from './log-lines.ts';

export interface KeptLogSourcesDeps {
  readonly runs: LaunchedRuns;
  readonly findLogSources: ReturnType<typeof createFindLogSources>;
  readonly region: string;
  readonly now: () => Date;
}

/** The sources of the log of a run. */
export interface KeptLogSources {
  readonly found: RunLogSources;
  /** Text before the log: diagnosis and notes. */
  readonly intro: string;
  readonly untilMs: number;
}

/** How long sources are used without asking AWS again, in milliseconds. */
const maxAgeMs = { open: 5_000, ended: 60_000 };
const maxKept = 50;

/**
 * Creates the search for log sources that keeps what it found for some seconds, so that the pages of
 * a long log ask AWS for the sources once. A change of the run is seen at once.
 */
export function createKeptLogSources({ runs, findLogSources, region, now }: KeptLogSourcesDeps) {
  const kept = new Map<string, KeptLogSources>();
  return async function findKeptLogSources(
    launch: Launch & { readonly aws: BoundRun },
    signal: AbortSignal,
  ): Promise<KeptLogSources> {
    const run = await runs.read(launch);
    const { status, attempt, changedMs } = run?.version ?? {};
    const key = `${launch.aws.id} ${status} ${attempt} ${changedMs}`;
    const known = kept.get(key);
    if (known !== undefined && now().getTime() < known.untilMs) return known;
    const found = await findLogSources(launch, run, signal);
    const { failing, children, notes } = found;
    const diagnosis =
      run &&
      toDiagnosis({
        workload: launch.workload,
        status: run.version.status,
        ...{ result: run.result, failing, children },
        console: toConsoleLink(launch.aws.id, region),
      });
    const lines = notes.map((note) => `=== ${toPlainLine(note, 1_000)} ===\n`);
    const intro = [diagnosis === undefined ? '' : `${diagnosis}\n`, ...lines].join('');
    const age = status !== undefined && isOver(status) ? 'ended' : 'open';
    const fresh = { found, intro, untilMs: now().getTime() + maxAgeMs[age] };
    kept.delete(key);
    kept.set(key, fresh);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return fresh;
  };
}
