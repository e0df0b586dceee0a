import { printDate } from '../../autosys/autorep/index.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { GlobalView, JobRunView, JobView } from '../../autosys/views.ts';

/** Answer of `getGlobal`. */
export type GlobalReadAnswer =
  | {
      readonly global: GlobalName;
      readonly readable: true;
      /** `null` if AutoSys has no such variable. */
      readonly value: string | null;
    }
  | { readonly global: GlobalName; readonly readable: false; readonly reason: string };

/** A run of a job, as `jobStatus` and `jobRuns` show it. What AutoSys does not show is absent. */
export interface RunFields {
  readonly status: JobStatus;
  readonly run?: number;
  readonly try?: number;
  readonly exitCode?: number;
  /** ISO 8601 in UTC. */
  readonly startedAt?: string;
  /** In the timezone of the scheduler, as `autorep` prints it: `11/30/2026 02:13:00`. */
  readonly startedAtLocal?: string;
  readonly endedAt?: string;
  readonly endedAtLocal?: string;
}

/** Answer of `jobStatus`. */
export interface JobStatusAnswer extends RunFields {
  readonly job: JobName;
  readonly onNoExec: boolean;
  /** Timezone of the scheduler, such as `Europe/Zurich`. */
  readonly timezone: string;
}

/** Answer of `jobRuns`: the last runs, the newest first. */
export interface JobRunsAnswer {
  readonly job: JobName;
  readonly timezone: string;
  readonly runs: readonly RunFields[];
}

export type ReadAnswer = GlobalReadAnswer | JobStatusAnswer | JobRunsAnswer;

export function toGlobalReadAnswer(global: GlobalName, view: GlobalView): GlobalReadAnswer {
  if (view.kind === 'unreadable') return { global, readable: false, reason: view.reason };
  return { global, readable: true, value: view.kind === 'value' ? view.value : null };
}

export function toJobStatusAnswer(
  job: JobName,
  { status, onNoExec, lastRun }: JobView,
  timezone: string,
): JobStatusAnswer {
  return { job, ...toRunFields({ status, ...lastRun }, timezone), onNoExec, timezone };
}

export function toJobRunsAnswer(
  job: JobName,
  runs: readonly JobRunView[],
  timezone: string,
): JobRunsAnswer {
  return { job, timezone, runs: runs.map((run) => toRunFields(run, timezone)) };
}

/** A run of number 0 is that of a job that never ran. */
function toRunFields(shown: JobRunView, timezone: string): RunFields {
  const { status, startedAt, endedAt, exitCode } = shown;
  const hasRun = shown.run !== undefined && shown.run > 0;
  return {
    status,
    ...(hasRun && { run: shown.run }),
    ...(hasRun && shown.try !== undefined && { try: shown.try }),
    ...(exitCode !== undefined && { exitCode }),
    ...(startedAt && {
      startedAt: startedAt.toISOString(),
      startedAtLocal: printDate(startedAt, timezone),
    }),
    ...(endedAt && {
      endedAt: endedAt.toISOString(),
      endedAtLocal: printDate(endedAt, timezone),
    }),
  };
}
