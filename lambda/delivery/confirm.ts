import { JobNotFoundError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import { isSameValue, isVariantOf } from '../../autosys/same-value.ts';
import type { GlobalView, JobRunsView, JobView, LastChangedView } from '../../autosys/views.ts';
import { isExpectedError } from '../errors.ts';
import type { SendRecord as EntrySending, ShownValue } from '../ledger/entry.ts';
import { shorten } from '../workload/shorten.ts';
import type { Confirmation, ReadBack, SentEvent } from './evidence/confirmation.ts';
import {
  evaluateAbsence,
  evaluateMarker,
  evaluateStart,
  withoutEvidence,
} from './evidence/evaluate.ts';
import {
  type EventMarker,
  findEventMarker,
  type JobEventsReader,
} from './evidence/event-marker.ts';
import {
  type Baseline,
  compareState,
  findJobEvidence,
  type JobEvent,
  showsAsChange,
  toSnapshot,
} from './evidence/job-evidence.ts';
import { toSendFailure } from './send.ts';

/** Reads of AutoSys that confirm an effect: a job, its events, a global variable. */
export interface AutosysReader extends JobEventsReader {
  readJob(job: JobName, options: { readonly signal: AbortSignal }): Promise<JobView>;
  readGlobalVariable(
    name: GlobalName,
    options: { readonly signal: AbortSignal },
  ): Promise<GlobalView>;
  /**
   * Reads the last runs of a job; each is one request.
   * @default - the runs cannot be read
   */
  readJobRuns?(
    job: JobName,
    options: { readonly runs: number; readonly signal: AbortSignal },
  ): Promise<JobRunsView>;
  /** @default - the time of the last change cannot be read */
  readLastChanged?(
    name: GlobalName,
    options: { readonly signal: AbortSignal },
  ): Promise<LastChangedView>;
}

export interface ConfirmDeps {
  readonly reader: AutosysReader;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly confirmWithinMs: number;
  /** @default - only the job is read, and any start of it counts as the effect */
  readonly sending?: SentEvent;
  /** Called with an error of the bridge's own code. @default - such an error is ignored */
  readonly onDefect?: (error: unknown) => void;
  /** Whether the job's events are also read if the job itself shows nothing. @default false */
  readonly thorough?: boolean;
  /** Whether the clock of AutoSys differs by minutes from the function's. @default - not known */
  readonly clockDiffers?: () => boolean;
}

/**
 * An event is listed with the run it starts or with the previous one, and another run may have
 * begun since.
 */
const maxRunsBack = 2;

/** Milliseconds between two reads: short at first, since AutoSys usually acts within a second. */
const readAfterMs = [100, 200, 400, 800, 1_600];

/** The target before the event is sent, so that the effect can be recognised afterwards. */
export type TargetSnapshot = Pick<EntrySending, 'job' | 'value'>;

/**
 * Reads the target before the event is sent. Empty if the effect is not recognised by comparison.
 */
export async function readSnapshot(
  event: AutosysEvent,
  { reader }: Pick<ConfirmDeps, 'reader'>,
  signal: AbortSignal,
): Promise<TargetSnapshot> {
  if (event.kind === 'SET_GLOBAL') {
    const seen = await reader.readGlobalVariable(event.globalVariable, { signal });
    return seen.kind === 'unreadable' ? {} : { value: toShown(seen) };
  }
  if (!showsAsChange(event) && event.kind !== 'CHANGE_STATUS') return {};
  try {
    return { job: toSnapshot(await reader.readJob(event.job, { signal })) };
  } catch (error) {
    // AutoSys itself reports a missing job when the event is sent.
    if (error instanceof JobNotFoundError) return {};
    throw error;
  }
}

function toShown(seen: Exclude<GlobalView, { readonly kind: 'unreadable' }>): ShownValue {
  // A text longer than any AutoSys value must not fill the row in the ledger.
  return seen.kind === 'unset' ? { kind: 'unset' } : { kind: 'value', value: shorten(seen.value) };
}

/** Reads AutoSys until it shows the effect or `confirmWithinMs` is over. */
export async function confirm(
  event: AutosysEvent,
  baseline: Baseline,
  deps: ConfirmDeps,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { now, sleep, confirmWithinMs } = deps;
  const deadline = now().getTime() + confirmWithinMs;
  for (let reads = 0; ; reads += 1) {
    const seen = await readOnce(event, baseline, deps, signal);
    if (seen.kind === 'shows') return { kind: 'confirmed', at: now() };
    if (seen.kind !== 'notYet' && seen.kind !== 'changed') return seen;
    const ms = readAfterMs[reads] ?? 2_000;
    if (now().getTime() + ms > deadline || signal.aborted) return seen;
    await sleep(ms, signal).catch(() => undefined);
  }
}

async function readOnce(
  event: AutosysEvent,
  baseline: Baseline,
  deps: ConfirmDeps,
  signal: AbortSignal,
): Promise<ReadBack> {
  const { reader } = deps;
  try {
    if (event.kind === 'SET_GLOBAL') {
      const seen = await reader.readGlobalVariable(event.globalVariable, { signal });
      return seen.kind === 'unreadable' ? seen : compareValue(event.value, seen, baseline);
    }
    if (!isJobEvent(event)) return withoutEvidence(event);
    return await readJobEffect(event, baseline, deps, signal);
  } catch (error) {
    if (event.kind === 'DELETEJOB' && error instanceof JobNotFoundError) return { kind: 'shows' };
    // A failed read changes nothing: an accepted event stays accepted.
    if (!isExpectedError(error)) deps.onDefect?.(error);
    const failure = toSendFailure(error);
    const away = failure.kind === 'refused' ? {} : { away: failure };
    return { kind: 'notYet', found: failure.error.message, ...away };
  }
}

/** Compares the value that a variable shows with the value that was sent; pure. */
function compareValue(
  sent: string,
  shown: Exclude<GlobalView, { readonly kind: 'unreadable' }>,
  baseline: Baseline,
): ReadBack {
  if (shown.kind === 'value' && isSameValue(shown.value, sent)) return { kind: 'shows' };
  const found =
    shown.kind === 'value'
      ? `AutoSys shows ${JSON.stringify(shorten(shown.value))}`
      : 'AutoSys shows no such variable';
  if (baseline.kind !== 'value') return { kind: 'notYet', found };
  const { before, ours } = baseline;
  const isSame =
    shown.kind === 'unset'
      ? { toBefore: before?.kind === 'unset', toOurs: false }
      : {
          toBefore: before?.kind === 'value' && isSameValue(before.value, shorten(shown.value)),
          toOurs: ours.some((value) => isSameValue(value, shown.value)),
        };
  const shows = compareState(isSame);
  if (shows !== undefined) return { kind: 'notYet', found, shows };
  // A missing variable was lost, not changed: AutoSys keeps a variable that was set.
  const isOther = shown.kind === 'value' && before !== undefined && !isVariantOf(shown.value, sent);
  return isOther ? { kind: 'changed', found } : { kind: 'notYet', found };
}

async function readJobEffect(
  event: JobEvent,
  baseline: Baseline,
  deps: ConfirmDeps,
  signal: AbortSignal,
): Promise<ReadBack> {
  const { reader, sending, thorough = false, clockDiffers = () => false } = deps;
  const findMarker = async (runsBack: number): Promise<EventMarker> => {
    const { mark, sentAt } = sending ?? {};
    return mark === undefined || sentAt === undefined
      ? { kind: 'unreadable', reason: 'the event has no comment that identifies it' }
      : findEventMarker(
          { event, mark, sentAt, maxRunsBack: runsBack, clockDiffers: clockDiffers() },
          reader,
          signal,
        );
  };

  const job = await reader.readJob(event.job, { signal });
  const evidence = findJobEvidence(event, baseline, job);
  switch (evidence.kind) {
    case 'shows':
    case 'moot':
      return evidence;
    case 'started':
      return evaluateStart(evidence.run, await findMarker(maxRunsBack), sending);
    case 'changed':
      return evidence;
    case 'absent':
      return thorough
        ? evaluateAbsence(evidence, await findMarker(0))
        : { ...evidence, kind: 'notYet' };
    case 'overtaken':
      return sending?.acknowledged
        ? { kind: 'moot', reason: `AutoSys accepted it, and ${evidence.reason}` }
        : { kind: 'failed', reason: evidence.reason };
    case 'none':
      return evaluateMarker(event, await findMarker(0), sending);
    default:
      return evidence satisfies never;
  }
}

function isJobEvent(event: AutosysEvent): event is JobEvent {
  return 'job' in event && event.job !== undefined;
}
