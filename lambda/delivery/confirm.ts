import { JobNotFoundError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import { isSameValue, isVariantOf } from '../../autosys/same-value.ts';
import type { GlobalView, JobView, LastChangedView } from '../../autosys/views.ts';
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

/** The powers of confirmation: to look at a job, at what was sent to it, and at a global variable. */
export interface AutosysReader extends JobEventsReader {
  readJob(job: JobName, options: { readonly signal: AbortSignal }): Promise<JobView>;
  readGlobalVariable(
    name: GlobalName,
    options: { readonly signal: AbortSignal },
  ): Promise<GlobalView>;
  /** @default - it cannot be read */
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
  /** @default - the job alone is looked at: whoever started it is taken for us */
  readonly sending?: SentEvent;
  /** Hears of an error of our own code. @default - nobody does */
  readonly tellDefect?: (error: unknown) => void;
  /** Whether to ask what became of the event also where the job shows nothing of it. @default false */
  readonly thorough?: boolean;
  /** Whether the clock of AutoSys differs from ours by minutes. @default - it is not known to */
  readonly clockDiffers?: () => boolean;
}

/** An event may be listed with the run it starts or with the one before; and one more may have come meanwhile. */
const runsBackAtMost = 2;

/** Milliseconds between two looks: quick at first, since AutoSys usually acts within a second. */
const looksAfterMs = [100, 200, 400, 800, 1_600];

/** What AutoSys shows of the target before an event is sent, so that the effect can be recognised afterwards. */
export type TargetSnapshot = Pick<EntrySending, 'job' | 'value'>;

/** Reads the target of an event that shows as a change, before the event is sent; empty where there is nothing to read. */
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
    // Whether the job exists is for AutoSys to say when the event is sent, in its own words.
    if (error instanceof JobNotFoundError) return {};
    throw error;
  }
}

function toShown(seen: Exclude<GlobalView, { readonly kind: 'unreadable' }>): ShownValue {
  // A text that is longer than any value of AutoSys must not fill the ledger's row.
  return seen.kind === 'unset' ? { kind: 'unset' } : { kind: 'value', value: shorten(seen.value) };
}

/** Reads AutoSys back until it shows the effect or the time is over. */
export async function confirm(
  event: AutosysEvent,
  baseline: Baseline,
  deps: ConfirmDeps,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { now, sleep, confirmWithinMs } = deps;
  const deadline = now().getTime() + confirmWithinMs;
  for (let looks = 0; ; looks += 1) {
    const seen = await look(event, baseline, deps, signal);
    if (seen.kind === 'shows') return { kind: 'confirmed', at: now() };
    if (seen.kind !== 'notYet' && seen.kind !== 'changed') return seen;
    const ms = looksAfterMs[looks] ?? 2_000;
    if (now().getTime() + ms > deadline || signal.aborted) return seen;
    await sleep(ms, signal).catch(() => undefined);
  }
}

async function look(
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
    return await lookAtJob(event, baseline, deps, signal);
  } catch (error) {
    if (event.kind === 'DELETEJOB' && error instanceof JobNotFoundError) return { kind: 'shows' };
    // Reading is only looking: what was accepted stays accepted, so a failed look is one more "not yet".
    if (!isExpectedError(error)) deps.tellDefect?.(error);
    const failure = toSendFailure(error);
    const away = failure.kind === 'refused' ? {} : { away: failure };
    return { kind: 'notYet', found: failure.error.message, ...away };
  }
}

/** What a variable shows of the value that was sent; pure. */
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
  // A variable that is gone was lost rather than changed: AutoSys keeps a variable that was set.
  const isOther = shown.kind === 'value' && before !== undefined && !isVariantOf(shown.value, sent);
  return isOther ? { kind: 'changed', found } : { kind: 'notYet', found };
}

async function lookAtJob(
  event: JobEvent,
  baseline: Baseline,
  deps: ConfirmDeps,
  signal: AbortSignal,
): Promise<ReadBack> {
  const { reader, sending, thorough = false, clockDiffers = () => false } = deps;
  const seek = async (runsBack: number): Promise<EventMarker> => {
    const { mark, sentAt } = sending ?? {};
    return mark === undefined || sentAt === undefined
      ? { kind: 'unreadable', reason: 'nothing in the event tells it from others' }
      : findEventMarker(
          { event, mark, sentAt, runsBackAtMost: runsBack, clockDiffers: clockDiffers() },
          reader,
          signal,
        );
  };

  const job = await reader.readJob(event.job, { signal });
  const trace = findJobEvidence(event, baseline, job);
  switch (trace.kind) {
    case 'shows':
    case 'moot':
      return trace;
    case 'started':
      return evaluateStart(trace.run, await seek(runsBackAtMost), sending);
    case 'changed':
      return trace;
    case 'absent':
      return thorough ? evaluateAbsence(trace, await seek(0)) : { ...trace, kind: 'notYet' };
    case 'overtaken':
      return sending?.acknowledged
        ? { kind: 'moot', reason: `AutoSys took it, and ${trace.reason}` }
        : { kind: 'failed', reason: trace.reason };
    case 'traceless':
      return evaluateMarker(event, await seek(0), sending);
    default:
      return trace satisfies never;
  }
}

function isJobEvent(event: AutosysEvent): event is JobEvent {
  return 'job' in event && event.job !== undefined;
}
