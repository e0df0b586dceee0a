import { isActive } from '../../../autosys/status.ts';
import type { NoAnswer } from '../../aws/lookup.ts';
import type { LaunchTarget } from '../../routing/targets.ts';
import { type Launch, withLine } from '../launch.ts';
import { toWatchCheckMs } from '../launch-row.ts';
import { type LaunchedRuns, toEndMs } from '../launched-runs.ts';
import type { Launches, StoredLaunch } from '../launches.ts';
import { unwatchMirrorJob, watchMirrorJob } from '../mirror/launch-mirror.ts';
import { describeIdentity, type JobTry } from '../run-name.ts';
import { requestStop } from '../stop/launch-stop.ts';
import type { PaceCall } from '../stop/stop-calls.ts';
import { endWatch, unwatchCommand } from '../watch.ts';
import type { AutosysRunView, ReadAutosysRun } from './read-autosys-run.ts';

/** Wait between two looks at the job of a waiting command that has vanished. */
const lookAgainMs = 2 * 60_000;

/** What follows for a run whose waiting command has vanished. */
export type WatchVerdict =
  /** The run is stopped, or left, as the target says. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** Nothing follows now. */
  | { readonly kind: 'again'; readonly text: string }
  /** No command waits for the run any more, and none is missing. */
  | { readonly kind: 'over'; readonly text: string };

/** Decides by what AutoSys shows of the job that started the run. Pure. */
export function judgeWatch(job: JobTry, view: AutosysRunView): WatchVerdict {
  const gone = 'the waiting command is gone';
  switch (view.kind) {
    case 'noJob':
      return { kind: 'stop', reason: `${gone}, and AutoSys has no job ${job.job}` };
    case 'notNow':
      return { kind: 'again', text: `${gone}; AutoSys cannot be asked` };
    case 'shown': {
      const { status, run = job.run, try: number = job.try } = view;
      if (run !== job.run || number !== job.try) {
        const shown = describeIdentity({ ...job, run, try: number });
        return { kind: 'stop', reason: `${gone}, and AutoSys shows ${shown}` };
      }
      if (status === 'TERMINATED') {
        return { kind: 'stop', reason: `${gone}, and AutoSys shows its job as TERMINATED` };
      }
      if (status === 'SUCCESS' || status === 'FAILURE') {
        return { kind: 'over', text: `${gone}; AutoSys shows its job as ${status}` };
      }
      const text = isActive(status)
        ? `AutoSys shows its job as ${status}, so the network may be at fault`
        : `AutoSys shows its job as ${status}`;
      return { kind: 'again', text: `${gone}; ${text}` };
    }
    default:
      return view satisfies never;
  }
}

/**
 * Decides by what AutoSys shows of the mirror job of a run. A job without a process that was killed
 * is TERMINATED (inferred). An operator who sets another status, holds or deletes the job does not ask
 * for a stop. Pure.
 */
export function judgeMirrorJob(name: string, view: AutosysRunView): WatchVerdict {
  switch (view.kind) {
    case 'noJob':
      // A job that is replaced is deleted first, and a wrong answer must not end the watch.
      return { kind: 'again', text: `AutoSys has no job ${name}, the mirror of the run` };
    case 'notNow':
      return { kind: 'again', text: `AutoSys cannot be asked about mirror job ${name}` };
    case 'shown':
      return view.status === 'TERMINATED'
        ? { kind: 'stop', reason: `AutoSys shows mirror job ${name} as TERMINATED` }
        : { kind: 'again', text: `AutoSys shows mirror job ${name} as ${view.status}` };
    default:
      return view satisfies never;
  }
}

export interface CheckWatchDeps {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly targets: readonly LaunchTarget[];
  readonly readAutosysRun: ReadAutosysRun;
  readonly now: () => Date;
}

/** How AutoSys is read. */
interface ReadLimits {
  readonly pace: PaceCall;
  readonly signal: AbortSignal;
}

/**
 * Creates the check of a launch whose waiting command has left no mark for three minutes, or whose
 * mirror job is due. A command may wait for a run with a mirror job, so one does not replace the other.
 */
export function createCheckWatch({ launches, runs, targets, readAutosysRun, now }: CheckWatchDeps) {
  /** @throws {LedgerError} */
  return async function checkWatch(
    stored: StoredLaunch,
    limits: ReadLimits,
  ): Promise<StoredLaunch> {
    const looked = await check(stored, watchedCommand, limits);
    return check(looked, watchedMirrorJob, limits);
  };

  async function check(
    stored: StoredLaunch,
    watched: Watched,
    { pace, signal }: ReadLimits,
  ): Promise<StoredLaunch> {
    const read = stored.launch;
    // A launch may be due for another check, while its command waits or without a waiting command.
    const dueMs = watched.toDueMs(read);
    if (read.stop || dueMs === undefined || dueMs > now().getTime()) return stored;
    const verdict = await look(read, watched, { pace, signal });
    const target = targets.find(({ name }) => name === read.target);
    return launches.change(stored, (launch) => {
      // A mark or a stop has arrived meanwhile, or another function has looked.
      if (launch.stop || watched.toDueMs(launch) !== dueMs) return launch;
      return settleWatch(launch, watched, {
        verdict,
        onKill: target?.onKill ?? 'stop',
        nowMs: now().getTime(),
      });
    });
  }

  async function look(
    launch: Launch,
    { toJob, judge }: Watched,
    { pace, signal }: ReadLimits,
  ): Promise<WatchVerdict> {
    const { identity } = launch;
    if (identity.kind === 'key') return { kind: 'over', text: 'no AutoSys job waits for the run' };
    if (toEndMs(await runs.read(launch)) !== undefined) return { kind: 'over', text: '' };
    const job = toJob(launch, identity);
    const answer = await pace<AutosysRunView>(() => readAutosysRun(job, signal));
    const view = isNoAnswer(answer) ? ({ kind: 'notNow', reason: answer.reason } as const) : answer;
    return judge(job, view);
  }
}

function isNoAnswer(view: AutosysRunView | NoAnswer): view is NoAnswer {
  return view.kind !== 'shown' && view.kind !== 'noJob' && view.kind !== 'notNow';
}

/** One of the two jobs of AutoSys that are read because of a launch. Its functions are pure. */
interface Watched {
  /** When it is due, in epoch milliseconds. `undefined` if it is not watched. */
  readonly toDueMs: (launch: Launch) => number | undefined;
  readonly toJob: (launch: Launch, identity: JobTry) => JobTry;
  readonly judge: (job: JobTry, view: AutosysRunView) => WatchVerdict;
  readonly lookAgain: (launch: Launch, nowMs: number) => Launch;
  readonly unwatch: (launch: Launch) => Launch;
}

const watchedCommand: Watched = {
  toDueMs: ({ watch }) => watch && toWatchCheckMs(watch),
  toJob: (_, identity) => identity,
  judge: judgeWatch,
  lookAgain: (launch, nowMs) =>
    launch.watch ? { ...launch, watch: { ...launch.watch, nextMs: nowMs + lookAgainMs } } : launch,
  unwatch: unwatchCommand,
};

const watchedMirrorJob: Watched = {
  toDueMs: ({ mirror }) => mirror?.lookMs,
  toJob: ({ mirror }, identity) => ({ ...identity, job: mirror?.name ?? identity.job }),
  judge: ({ job }, view) => judgeMirrorJob(job, view),
  lookAgain: watchMirrorJob,
  unwatch: unwatchMirrorJob,
};

/** The launch after a look at a job of AutoSys. Pure. */
function settleWatch(
  launch: Launch,
  { lookAgain, unwatch }: Watched,
  {
    verdict,
    onKill,
    nowMs,
  }: {
    readonly verdict: WatchVerdict;
    readonly onKill: LaunchTarget['onKill'];
    readonly nowMs: number;
  },
): Launch {
  switch (verdict.kind) {
    case 'stop':
      return requestStop(
        endWatch(launch),
        { by: 'the bridge', cause: 'kill', reason: verdict.reason },
        { onKill, nowMs },
      );
    case 'again':
      return withLine(lookAgain(launch, nowMs), nowMs, verdict.text);
    case 'over':
      return verdict.text === '' ? unwatch(launch) : withLine(unwatch(launch), nowMs, verdict.text);
    default:
      return verdict satisfies never;
  }
}
