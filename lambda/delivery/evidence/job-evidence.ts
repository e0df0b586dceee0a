import type { AlarmEvent, AutosysEvent } from '../../../autosys/event.ts';
import type { JobName } from '../../../autosys/names.ts';
import { isActive, type JobStatus } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import type { JobSnapshot, ShownValue } from '../../ledger/entry.ts';
import { findNewRun, type JobBefore, nameRunOf, type StartedRun } from './new-run.ts';

/** The part of a job that is stored for a later comparison. */
export function toSnapshot({ status, lastRun: { run, startedAt } }: JobView): JobSnapshot {
  return {
    active: isActive(status),
    status,
    ...(run !== undefined && { run }),
    ...(startedAt && { startedMs: startedAt.getTime() }),
  };
}

/** State that an effect is compared with, if it shows only as a change. */
export type Baseline =
  /** The job as it was before the event was sent. */
  | ({ readonly kind: 'seen' } & JobBefore)
  /** The job was not read before; a start since then counts. */
  | {
      readonly kind: 'since';
      readonly at: Date;
      /**
       * Statuses that the bridge requested before: they do not show another actor.
       * @default - none
       */
      readonly ours?: readonly string[];
      /** Status of the job before the first send. @default - it could not be read */
      readonly status?: JobStatus;
      /** Run number of the job before the first send. @default - it could not be read */
      readonly run?: number;
      /**
       * The clock of AutoSys differs from the function's, so its times prove nothing.
       * @default false
       */
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

/** A known other state: the one before the first send, or the one of an earlier request. */
export type KnownState = 'before' | 'earlier';

/** The known state that is shown; `undefined` if it is another one. */
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

/** Evidence that a job shows of an event that was sent to it. */
export type JobEvidence =
  | { readonly kind: 'shows' }
  /** The job has started, in this run; the job does not show by which event. */
  | { readonly kind: 'started'; readonly run: StartedRun }
  | { readonly kind: 'absent'; readonly found: string; readonly shows?: KnownState }
  /** The job has a status that is neither the requested one nor the one before the first send. */
  | { readonly kind: 'changed'; readonly found: string }
  /** The event has nothing left to do, whether it was processed or not. */
  | { readonly kind: 'moot'; readonly reason: string }
  /** Another change of the job followed: whether the event had its effect before is unknown. */
  | { readonly kind: 'overtaken'; readonly reason: string }
  /** The job never shows an event of this kind, or AutoSys shows too little. */
  | { readonly kind: 'none' };

/** Whether the effect of an event shows only in comparison with the job before it. */
export function showsAsChange(event: AutosysEvent): event is JobEvent & ComparedEvent {
  return compared.some((kind) => kind === event.kind);
}

const compared = ['STARTJOB', 'FORCE_STARTJOB', 'RESTARTJOB', 'KILLJOB'] as const;
type ComparedEvent = { readonly kind: (typeof compared)[number] };

/** An event that names a job; an alarm without a job is not one. */
export type JobEvent =
  | Extract<AutosysEvent, { readonly job: JobName }>
  | (AlarmEvent & { readonly job: JobName });

/** Evidence that the job shows of the event; pure. */
export function findJobEvidence(event: JobEvent, baseline: Baseline, job: JobView): JobEvidence {
  const { status } = job;
  const is = (shown: boolean): JobEvidence =>
    shown ? { kind: 'shows' } : { kind: 'absent', found: `AutoSys shows status ${status}` };
  switch (event.kind) {
    case 'CHANGE_STATUS':
      if (event.status.startsWith('REFRESH_')) return { kind: 'none' };
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
      return { kind: 'none' };
    default:
      return event satisfies never;
  }
}

/**
 * Evidence of a CHANGE_STATUS. A status from a later start must not be overwritten.
 *
 * A status that the bridge requested may look like a start: AutoSys may show RUNNING with a start
 * time (inferred).
 */
function findStatus(wanted: string, baseline: Baseline, { status, lastRun }: JobView): JobEvidence {
  if (status === wanted) return { kind: 'shows' };
  const startedSince = baseline.kind === 'since' && hasStartedSince(baseline, lastRun);
  if (startedSince && !baseline.ours?.includes(status)) {
    return { kind: 'overtaken', reason: `the job has started since then and is ${status}` };
  }
  const found = `AutoSys shows status ${status}`;
  if (baseline.kind !== 'since') return { kind: 'absent', found };
  const before = baseline.status;
  const toOurs = baseline.ours?.includes(status) === true;
  const shows = compareState({ toBefore: status === before, toOurs });
  if (shows !== undefined) return { kind: 'absent', found, shows };
  return before === undefined ? { kind: 'absent', found } : { kind: 'changed', found };
}

/** Whether a run began after the send; by run numbers if the clocks differ. */
function hasStartedSince(
  { at, run, clockDiffers = false }: Extract<Baseline, { readonly kind: 'since' }>,
  lastRun: JobView['lastRun'],
): boolean {
  if (clockDiffers) return run !== undefined && lastRun.run !== undefined && lastRun.run > run;
  // AutoSys shows whole seconds: a start within the second of the send does not count.
  return lastRun.startedAt !== undefined && lastRun.startedAt.getTime() >= at.getTime();
}

/**
 * Evidence of a KILLJOB. AutoSys accepts it for a job that neither runs nor waits, and does nothing
 * (inferred).
 */
function findKill(baseline: Baseline, job: JobView): JobEvidence {
  const { status } = job;
  const isAlive = isKillable(status);
  if (baseline.kind !== 'seen') {
    return status === 'TERMINATED'
      ? { kind: 'shows' }
      : { kind: 'absent', found: `AutoSys shows status ${status}` };
  }
  const before = baseline.job;
  const wasAlive = before.active || (before.status !== undefined && isKillable(before.status));
  if (before.active && findNewRun(baseline, job)?.again === false) {
    return { kind: 'moot', reason: 'the run to kill has ended, and another has begun' };
  }
  if (isAlive) return { kind: 'absent', found: `AutoSys shows status ${status}` };
  if (status === 'TERMINATED' && (wasAlive || before.status !== 'TERMINATED')) {
    return { kind: 'shows' };
  }
  return {
    kind: 'moot',
    reason: wasAlive
      ? `the run to kill has ended as ${status}`
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
      const run = findNewRun(baseline, job);
      return run ? { kind: 'started', run } : absent;
    }
    case 'since': {
      // Run number 0: the job has never run, so it has not started.
      if (lastRun.run === 0) return absent;
      if (lastRun.startedAt === undefined || baseline.clockDiffers) return { kind: 'none' };
      // AutoSys shows whole seconds.
      const started =
        lastRun.startedAt.getTime() >= Math.floor(baseline.at.getTime() / 1000) * 1000;
      return started ? { kind: 'started', run: { ...nameRunOf(job), again: false } } : absent;
    }
    case 'none':
    case 'value':
      return { kind: 'none' };
    default:
      return baseline satisfies never;
  }
}
