import { JobNotFoundError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import { isActive, type JobStatus } from '../../autosys/status.ts';
import { toDisposition } from '../shared/errors.ts';
import { type Failure, toFailure } from './deliver.ts';

/** A job as AutoSys tells it, as far as it tells. */
export interface JobView {
  readonly status: JobStatus;
  /** Marked to be bypassed, which some replies say beside the status. */
  readonly onNoExec: boolean;
  readonly lastRun: {
    /** AutoSys raises it at every start. */
    readonly run?: number;
    readonly startedAt?: Date;
  };
}

/** A global variable as AutoSys tells it. */
export type GlobalView =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' }
  /** This release or wire profile cannot read one back. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The two powers of confirmation: to look at a job and at a global variable. */
export interface AutosysReader {
  readJob(job: JobName, options: { readonly signal: AbortSignal }): Promise<JobView>;
  readGlobalVariable(
    name: GlobalName,
    options: { readonly signal: AbortSignal },
  ): Promise<GlobalView>;
}

/** What AutoSys says when it is read back. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /** Not visible within the time; the scheduler may still be about to act. `away` where nobody could even look. */
  | { readonly kind: 'notYet'; readonly found: string; readonly away?: Failure }
  /** There is no way to read this effect back, here or at all. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A job before a one-off was sent, as far as its effect is compared with it; JSON, for the ledger keeps it. */
export interface JobSnapshot {
  readonly active: boolean;
  readonly run?: number;
  readonly startedMs?: number;
}

/** What of a job is kept to compare it with later. */
export function toSnapshot({ status, lastRun: { run, startedAt } }: JobView): JobSnapshot {
  return {
    active: isActive(status),
    ...(run !== undefined && { run }),
    ...(startedAt && { startedMs: startedAt.getTime() }),
  };
}

/** What an effect that shows only as a change is compared with. */
export type Baseline =
  /** The job as it was before the event was sent. */
  | { readonly kind: 'seen'; readonly job: JobSnapshot }
  /** Nobody looked before; what has started since then counts. */
  | { readonly kind: 'since'; readonly at: Date }
  | { readonly kind: 'none' };

export interface ConfirmPowers {
  readonly reader: AutosysReader;
  readonly now: () => Date;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly confirmWithinMs: number;
}

/** Milliseconds between two looks: quick at first, since AutoSys usually acts within a second. */
const looksAfterMs = [100, 200, 400, 800, 1_600];

/** Looks at the job before a start or the like is sent, so that its effect can be told afterwards. */
export async function observe(
  event: AutosysEvent,
  { reader }: Pick<ConfirmPowers, 'reader'>,
  signal: AbortSignal,
): Promise<Baseline> {
  if (!showsAsChange(event)) return { kind: 'none' };
  try {
    return { kind: 'seen', job: toSnapshot(await reader.readJob(event.job, { signal })) };
  } catch (error) {
    // Whether the job exists is for AutoSys to say when the event is sent, in its own words.
    if (error instanceof JobNotFoundError) return { kind: 'none' };
    throw error;
  }
}

/** Reads AutoSys back until it shows the effect or the time is over. */
export async function confirm(
  event: AutosysEvent,
  baseline: Baseline,
  { reader, now, pause, confirmWithinMs }: ConfirmPowers,
  signal: AbortSignal,
): Promise<Confirmation> {
  const deadline = now().getTime() + confirmWithinMs;
  for (let looks = 0; ; looks += 1) {
    const seen = await look(event, baseline, reader, signal);
    if (seen.kind === 'shows') return { kind: 'confirmed', at: now() };
    if (seen.kind === 'unreadable') return seen;
    const ms = looksAfterMs[looks] ?? 2_000;
    if (now().getTime() + ms > deadline || signal.aborted) return seen;
    await pause(ms, signal).catch(() => undefined);
  }
}

type Look = { readonly kind: 'shows' } | Exclude<Confirmation, { readonly kind: 'confirmed' }>;

async function look(
  event: AutosysEvent,
  baseline: Baseline,
  reader: AutosysReader,
  signal: AbortSignal,
): Promise<Look> {
  try {
    if (event.kind === 'SET_GLOBAL') {
      const seen = await reader.readGlobalVariable(event.globalVariable, { signal });
      if (seen.kind === 'unreadable') return seen;
      if (seen.kind === 'value' && seen.value === event.value) return { kind: 'shows' };
      const found = seen.kind === 'value' ? `value ${seen.value}` : 'no such variable';
      return { kind: 'notYet', found };
    }
    if (!('job' in event) || event.job === undefined) return tracelessLook(event);
    const job = await reader.readJob(event.job, { signal });
    const shown = shows(event, baseline, job);
    if (shown === undefined) return tracelessLook(event);
    return shown ? { kind: 'shows' } : { kind: 'notYet', found: `status ${job.status}` };
  } catch (error) {
    // Reading is only looking: what was accepted stays accepted, so a failed look is one more "not yet".
    const failure = toFailure(toDisposition(error), error);
    const away = failure.kind === 'refused' ? {} : { away: failure };
    return { kind: 'notYet', found: failure.error.message, ...away };
  }
}

function tracelessLook(event: AutosysEvent): Look {
  return { kind: 'unreadable', reason: `${event.kind} leaves nothing on a job to read back` };
}

const starts = ['STARTJOB', 'FORCE_STARTJOB', 'RESTARTJOB'] as const;

type JobEvent = Extract<AutosysEvent, { readonly job: JobName }>;
type StartEvent = JobEvent & { readonly kind: (typeof starts)[number] };

/** Whether an event shows only in comparison with the job before it. */
function showsAsChange(event: AutosysEvent): event is StartEvent {
  return starts.some((kind) => kind === event.kind);
}

/** Whether the job shows the effect; `undefined` where this kind of event leaves nothing to see. */
function shows(event: AutosysEvent, baseline: Baseline, job: JobView): boolean | undefined {
  switch (event.kind) {
    case 'CHANGE_STATUS':
      return event.status.startsWith('REFRESH_') ? undefined : job.status === event.status;
    case 'KILLJOB':
      return job.status === 'TERMINATED';
    case 'JOB_ON_HOLD':
      return job.status === 'ON_HOLD';
    case 'JOB_OFF_HOLD':
      return job.status !== 'ON_HOLD';
    case 'JOB_ON_ICE':
      return job.status === 'ON_ICE';
    case 'JOB_OFF_ICE':
      return job.status !== 'ON_ICE';
    case 'JOB_ON_NOEXEC':
      return job.status === 'ON_NOEXEC' || job.onNoExec;
    case 'JOB_OFF_NOEXEC':
      return job.status !== 'ON_NOEXEC' && !job.onNoExec;
    case 'STARTJOB':
    case 'FORCE_STARTJOB':
    case 'RESTARTJOB':
      return hasStarted(baseline, job);
    default:
      return undefined;
  }
}

/** `undefined` where AutoSys tells too little to say. */
function hasStarted(baseline: Baseline, now: JobView): boolean | undefined {
  switch (baseline.kind) {
    case 'seen':
      return hasStartedAfter(baseline.job, now);
    case 'since': {
      const { run, startedAt } = now.lastRun;
      // A job that never ran has no start to tell, and is known not to have started.
      if (run === 0) return false;
      // AutoSys tells whole seconds.
      return startedAt && startedAt.getTime() >= Math.floor(baseline.at.getTime() / 1000) * 1000;
    }
    case 'none':
      return undefined;
    default:
      return baseline satisfies never;
  }
}

/** A higher run number proves a start; without run numbers, a later start or a job that came to run does. */
function hasStartedAfter(before: JobSnapshot, now: JobView): boolean {
  const { run, startedAt } = now.lastRun;
  if (before.run !== undefined && run !== undefined) return run > before.run;
  if (startedAt !== undefined) {
    return before.startedMs === undefined || startedAt.getTime() > before.startedMs;
  }
  return !before.active && isActive(now.status);
}
