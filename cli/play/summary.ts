import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../../emulator/record.ts';
import { describeParked } from '../ledger/describe.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import type { ToTimeFormat } from '../ledger/times.ts';
import type { Paint } from '../render.ts';
import { isOpenEntry, isParkedEntry, readEntries } from './ledger-rows.ts';
import type { Worlds } from './worlds.ts';

/** A job at the end of a night. */
export interface PlayedJob {
  readonly instance: string;
  readonly job: string;
  readonly status: string;
  readonly exitCode?: number;
  /** Number of the last run and try, such as `4/1`. @default - not run */
  readonly run?: string;
  /** Why it does not run; absent for a job that has run or is active. */
  readonly waiting?: string;
}

/** A night at its end, from AutoSys and the ledger. */
export interface NightSummary {
  readonly jobs: readonly PlayedJob[];
  readonly globals: readonly {
    readonly instance: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly parked: readonly StoredEntry[];
  /** Entries that the bridge still tries to send. */
  readonly open: readonly StoredEntry[];
}

/** Reads the present state of AutoSys and the ledger. */
export async function readNightSummary({ autosyses, aws }: Worlds): Promise<NightSummary> {
  const instances = [...autosyses].map(([name, { instance }]) => ({ name, instance }));
  const entries = await readEntries(aws);
  return {
    jobs: instances.flatMap(({ name, instance }) =>
      instance.jobs().map((record) => toPlayedJob(name, record, (job) => instance.whyWaiting(job))),
    ),
    globals: instances.flatMap(({ name: instance, instance: one }) =>
      [...one.globalVariables()].map(([name, { value }]) => ({ instance, name, value })),
    ),
    parked: entries.filter(isParkedEntry),
    open: entries.filter(isOpenEntry),
  };
}

/** The ends of a run. A mirrored job has such a status without a run. */
const endedStatuses: readonly string[] = ['SUCCESS', 'FAILURE', 'TERMINATED'];

function toPlayedJob(
  instance: string,
  { job, status, run, exitCode }: JobRecord,
  whyWaiting: (job: string) => string,
): PlayedJob {
  const hasRun = run.run > 0;
  const isWaiting = !hasRun && !isActive(status) && !endedStatuses.includes(status);
  // The first line repeats the status if reasons follow.
  const [first = '', ...reasons] = whyWaiting(job.name).split('\n');
  return {
    ...{ instance, job: job.name, status },
    ...(exitCode !== undefined && { exitCode }),
    ...(hasRun && { run: `${run.run}/${run.try}` }),
    ...(isWaiting && {
      waiting: reasons.length === 0 ? first : reasons.map((line) => line.trim()).join('; '),
    }),
  };
}

function describeFacts({ run, exitCode, waiting }: PlayedJob): string {
  if (waiting !== undefined) return waiting;
  if (run === undefined) return 'status set without a run';
  return `run ${run}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`;
}

/** The summary as lines for a terminal. */
export function printNight(
  { jobs, globals, parked, open }: NightSummary,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const width = Math.max(0, ...jobs.map(({ job }) => job.length));
  const isSeveral = new Set(jobs.map(({ instance }) => instance)).size > 1;
  const head = (instance: string) => (isSeveral ? `${instance}  ` : '');
  return [
    paint('bold', 'jobs'),
    ...jobs.map((one) => {
      const { instance, job, status } = one;
      return `  ${head(instance)}${job.padEnd(width)}  ${status.padEnd(10)}  ${describeFacts(one)}`;
    }),
    paint('bold', 'variables'),
    ...(globals.length === 0 ? ['  none'] : []),
    ...globals.map(({ instance, name, value }) => `  ${head(instance)}${name}=${value}`),
    paint('bold', 'parked'),
    ...(parked.length === 0 ? ['  nothing'] : []),
    ...parked.flatMap((stored) =>
      describeParked(stored, paint, toTimeFormat).map((line) => `  ${line}`),
    ),
    ...(open.length === 0
      ? []
      : [paint('bold', 'still to be sent'), ...open.map(({ key }) => `  ${key}`)]),
  ];
}
