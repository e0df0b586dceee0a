import type { AlarmEvent, AutosysEvent } from '../../../autosys/event.ts';
import type { JobName } from '../../../autosys/names.ts';
import { isActive, type JobStatus } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import type { JobSnapshot, ShownValue } from '../../ledger/entry.ts';

/** What of a job is kept to compare it with later. */
export function toSnapshot({ status, lastRun: { run, startedAt } }: JobView): JobSnapshot {
  return {
    active: isActive(status),
    status,
    ...(run !== undefined && { run }),
    ...(startedAt && { startedMs: startedAt.getTime() }),
  };
}

/** What an effect that shows only as a change is compared with. */
export type Baseline =
  /** The job as it was before the event was sent. */
  | { readonly kind: 'seen'; readonly job: JobSnapshot }
  /** Nobody looked before; what has started since then counts. */
  | {
      readonly kind: 'since';
      readonly at: Date;
      /** Statuses that the bridge asked for before: one of them is no sign of another actor. @default - none */
      readonly ours?: readonly string[];
      /** The job's status before the first send. @default - it could not be read */
      readonly status?: JobStatus;
      /** The number of its run before the first send. @default - it could not be read */
      readonly run?: number;
      /** The clock of AutoSys differs from ours, so that its times prove nothing. @default false */
      readonly clockDiffers?: boolean;
    }
  /** A variable before the first send. */
  | {
      readonly kind: 'value';
      /** @default - it could not be read */
      readonly before?: ShownValue;
      /** Values that earlier requests of the bridge may still show. */
      readonly ours: readonly string[];
    }
  | { readonly kind: 'none' };

/** A state other than ours that AutoSys shows: the one from before the first send, or that of an earlier request. */
export type KnownState = 'before' | 'earlier';

/** Which known state is shown; `undefined` where it is neither. */
export function compareState({
  toBefore,
  toOurs,
}: {
  readonly toBefore: boolean;
  readonly toOurs: boolean;
}): KnownState | undefined {
  if (toBefore) return 'before';
  return toOurs ? 'earlier' : undefined;
}

/** What a job shows of an event that was sent to it. */
export type JobEvidence =
  | { readonly kind: 'shows' }
  /** The job has started, in this run; by whom the job does not say. */
  | { readonly kind: 'started'; readonly run: StartedRun }
  | { readonly kind: 'absent'; readonly found: string; readonly shows?: KnownState }
  /** The job has a status that is neither ours nor the one from before the first send. */
  | { readonly kind: 'changed'; readonly found: string }
  /** Whatever became of the event, there is nothing left for it to do. */
  | { readonly kind: 'moot'; readonly reason: string }
  /** Something else has changed the job since: whether the event had its effect before that, nobody can tell. */
  | { readonly kind: 'overtaken'; readonly reason: string }
  /** The job never shows an event of this kind, or AutoSys tells too little of it. */
  | { readonly kind: 'traceless' };

/** A run that began after the job was looked at. */
export interface StartedRun {
  /** Names the run among those of its job: its number, or when it began; absent where AutoSys tells neither. */
  readonly name?: string;
  /** The number it had already: an automatic retry, or a second start of a box member within the run of its box. */
  readonly again: boolean;
}

/** Whether an event shows only in comparison with the job before it. */
export function showsAsChange(event: AutosysEvent): event is JobEvent & ComparedEvent {
  return compared.some((kind) => kind === event.kind);
}

const compared = ['STARTJOB', 'FORCE_STARTJOB', 'RESTARTJOB', 'KILLJOB'] as const;
type ComparedEvent = { readonly kind: (typeof compared)[number] };

/** An event that names a job; an alarm may name none, and is then no such event. */
export type JobEvent =
  | Extract<AutosysEvent, { readonly job: JobName }>
  | (AlarmEvent & { readonly job: JobName });

/** What the job shows of the event; pure. */
export function findJobEvidence(event: JobEvent, baseline: Baseline, job: JobView): JobEvidence {
  const { status } = job;
  const is = (shown: boolean): JobEvidence =>
    shown ? { kind: 'shows' } : { kind: 'absent', found: `AutoSys shows status ${status}` };
  switch (event.kind) {
    case 'CHANGE_STATUS':
      if (event.status.startsWith('REFRESH_')) return { kind: 'traceless' };
      return findStatus(event.status, baseline, job);
    case 'KILLJOB':
      return findKill(baseline, job);
    case 'JOB_ON_HOLD':
      return is(status === 'ON_HOLD');
    case 'JOB_OFF_HOLD':
      return is(status !== 'ON_HOLD');
    case 'JOB_ON_ICE':
      return is(status === 'ON_ICE');
    case 'JOB_OFF_ICE':
      return is(status !== 'ON_ICE');
    case 'JOB_ON_NOEXEC':
      return is(status === 'ON_NOEXEC' || job.onNoExec);
    case 'JOB_OFF_NOEXEC':
      return is(status !== 'ON_NOEXEC' && !job.onNoExec);
    case 'SUSPENDJOB':
      return is(status === 'SUSPENDED');
    case 'RESUMEJOB':
      return is(status !== 'SUSPENDED');
    case 'STARTJOB':
    case 'FORCE_STARTJOB':
    case 'RESTARTJOB':
      return findStart(baseline, job);
    case 'DELETEJOB':
      return { kind: 'absent', found: 'AutoSys still shows the job' };
    case 'SEND_SIGNAL':
    case 'RELEASE_RESOURCE':
    case 'REPLY_RESPONSE':
    case 'CHANGE_PRIORITY':
    case 'COMMENT':
    case 'ALARM':
      return { kind: 'traceless' };
    default:
      return event satisfies never;
  }
}

/**
 * The status itself; one that a start has brought since must not be overwritten.
 *
 * A status that we asked for ourselves looks like a start: AutoSys may tell RUNNING with a time of its own (inferred).
 */
function findStatus(wanted: string, baseline: Baseline, { status, lastRun }: JobView): JobEvidence {
  if (status === wanted) return { kind: 'shows' };
  const startedSince = baseline.kind === 'since' && hasStartedSince(baseline, lastRun);
  if (startedSince && !baseline.ours?.includes(status)) {
    return { kind: 'overtaken', reason: `the job has started since and is ${status}` };
  }
  const found = `AutoSys shows status ${status}`;
  if (baseline.kind !== 'since') return { kind: 'absent', found };
  const before = baseline.status;
  const toOurs = baseline.ours?.includes(status) === true;
  const shows = compareState({ toBefore: status === before, toOurs });
  if (shows !== undefined) return { kind: 'absent', found, shows };
  return before === undefined ? { kind: 'absent', found } : { kind: 'changed', found };
}

/** Whether a run began after the sending; by run numbers where the clocks differ. */
function hasStartedSince(
  { at, run, clockDiffers = false }: Extract<Baseline, { readonly kind: 'since' }>,
  lastRun: JobView['lastRun'],
): boolean {
  if (clockDiffers) return run !== undefined && lastRun.run !== undefined && lastRun.run > run;
  // AutoSys tells whole seconds: a start within the second of the sending is not counted.
  return lastRun.startedAt !== undefined && lastRun.startedAt.getTime() >= at.getTime();
}

/** KILLJOB ends what runs or waits to run; of a job that does neither AutoSys takes the event and does nothing (inferred). */
function findKill(baseline: Baseline, job: JobView): JobEvidence {
  const { status } = job;
  const living = isKillable(status);
  if (baseline.kind !== 'seen') {
    return status === 'TERMINATED'
      ? { kind: 'shows' }
      : { kind: 'absent', found: `AutoSys shows status ${status}` };
  }
  const before = baseline.job;
  const wasLiving = before.active || (before.status !== undefined && isKillable(before.status));
  if (before.active && findNewRun(before, job)?.again === false) {
    return { kind: 'moot', reason: 'the run it was meant for is over, and another has begun' };
  }
  if (living) return { kind: 'absent', found: `AutoSys shows status ${status}` };
  if (status === 'TERMINATED' && (wasLiving || before.status !== 'TERMINATED')) {
    return { kind: 'shows' };
  }
  return {
    kind: 'moot',
    reason: wasLiving
      ? `the run it was meant for has ended as ${status}`
      : `the job did not run, so there was nothing to kill; it is ${status}`,
  };
}

function isKillable(status: JobStatus): boolean {
  return (
    isActive(status) || status === 'QUE_WAIT' || status === 'PEND_MACH' || status === 'RESWAIT'
  );
}

function findStart(baseline: Baseline, job: JobView): JobEvidence {
  const { status, lastRun } = job;
  const absent: JobEvidence = { kind: 'absent', found: `AutoSys shows status ${status}` };
  switch (baseline.kind) {
    case 'seen': {
      const run = findNewRun(baseline.job, job);
      return run ? { kind: 'started', run } : absent;
    }
    case 'since': {
      // A job that never ran has no start to tell, and is known not to have started.
      if (lastRun.run === 0) return absent;
      if (lastRun.startedAt === undefined || baseline.clockDiffers) return { kind: 'traceless' };
      // AutoSys tells whole seconds.
      const started =
        lastRun.startedAt.getTime() >= Math.floor(baseline.at.getTime() / 1000) * 1000;
      return started ? { kind: 'started', run: { ...nameOf(job), again: false } } : absent;
    }
    case 'none':
    case 'value':
      return { kind: 'traceless' };
    default:
      return baseline satisfies never;
  }
}

/** A higher run number proves a start; without run numbers, a later start or a job that came to run does. */
function findNewRun(before: JobSnapshot, job: JobView): StartedRun | undefined {
  const { run, startedAt } = job.lastRun;
  const later =
    startedAt !== undefined &&
    (before.startedMs === undefined || startedAt.getTime() > before.startedMs);
  if (before.run !== undefined && run !== undefined) {
    if (run > before.run) return { name: String(run), again: false };
    if (!later) return undefined;
    const name = `${run} at ${startedAt.getTime()}`;
    // A lower number with a later start: AutoSys counts its runs anew, as after its database was set up again.
    if (run < before.run) return { name, again: false };
    return run > 0 ? { name, again: true } : undefined;
  }
  if (startedAt !== undefined) return later ? { ...nameOf(job), again: false } : undefined;
  return !before.active && isActive(job.status) ? { again: false } : undefined;
}

function nameOf({ lastRun: { run, startedAt } }: JobView): Pick<StartedRun, 'name'> {
  if (run !== undefined) return { name: String(run) };
  return startedAt ? { name: `at ${startedAt.getTime()}` } : {};
}
