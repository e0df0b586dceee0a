import type { LastChanged } from '../../autosys/autorep/index.ts';
import { JobNotFoundError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import { isSameValue, isVariantOf } from '../../autosys/same-value.ts';
import { isForeseen } from '../shared/errors.ts';
import { shorten } from '../shared/shorten.ts';
import { type Failure, toFailure } from './deliver.ts';
import type { Sending as EntrySending, ShownValue } from './ledger/entry.ts';
import { findMark, type JobEventsReader, type Mark } from './mark.ts';
import {
  type Baseline,
  compareState,
  findTrace,
  type JobEvent,
  type JobView,
  type KnownState,
  showsAsChange,
  toSnapshot,
} from './trace.ts';
import { traceless, weighAbsence, weighMark, weighStart } from './weigh.ts';

export type { Baseline, JobSnapshot, JobView } from './trace.ts';

/** A global variable as AutoSys tells it. */
export type GlobalView =
  | {
      readonly kind: 'value';
      readonly value: string;
      /** Known where a list was read, and only of some releases. */
      readonly lastChanged?: LastChanged;
    }
  | { readonly kind: 'unset' }
  /** This release or wire profile cannot read one back. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** When a global variable was last changed, as AutoSys shows it. */
export type LastChangedView =
  | ({ readonly kind: 'known' } & LastChanged)
  /** AutoSys answered, and does not show it. */
  | { readonly kind: 'notShown' }
  /** The list that would show it could not be read now. */
  | { readonly kind: 'notNow'; readonly reason: string };

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

/** What AutoSys says when it is read back. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /**
   * Not visible within the time; the scheduler may still be about to act. `away` where AutoSys could not be read, `queued`
   * where AutoSys shows the event itself, still waiting for its turn, `shows` where it shows a state that is known.
   */
  | {
      readonly kind: 'notYet';
      readonly found: string;
      readonly away?: Failure;
      readonly queued?: true;
      readonly shows?: KnownState;
    }
  /** AutoSys shows a state that is neither ours nor the one from before the first send. */
  | { readonly kind: 'changed'; readonly found: string }
  /** There is no way to read this effect back, here or at all. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** There is nothing left for the event to do, such as to kill a run that is over. */
  | { readonly kind: 'moot'; readonly reason: string }
  /** AutoSys took the event and will not act on it, or must not any more: a person must look. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The event as we have sent it: what it is known by where AutoSys tells more than the state of the job. */
export interface Sending {
  /** Occurs in the comment of our event and of no other to the job; absent where its comment has none. */
  readonly mark?: string;
  readonly sentAt: Date;
  /** AutoSys said that it took the event. */
  readonly acknowledged: boolean;
  /** Asks whether this run of the job may be taken for the effect of our event, and no other of ours' from then on. */
  readonly credit: (run: string) => Promise<boolean>;
}

export interface ConfirmPowers {
  readonly reader: AutosysReader;
  readonly now: () => Date;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly confirmWithinMs: number;
  /** @default - the job alone is looked at: whoever started it is taken for us */
  readonly sending?: Sending;
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
export type Snapshot = Pick<EntrySending, 'job' | 'value'>;

/** Reads the target of an event that shows as a change, before the event is sent; empty where there is nothing to read. */
export async function observe(
  event: AutosysEvent,
  { reader }: Pick<ConfirmPowers, 'reader'>,
  signal: AbortSignal,
): Promise<Snapshot> {
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
  powers: ConfirmPowers,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { now, pause, confirmWithinMs } = powers;
  const deadline = now().getTime() + confirmWithinMs;
  for (let looks = 0; ; looks += 1) {
    const seen = await look(event, baseline, powers, signal);
    if (seen.kind === 'shows') return { kind: 'confirmed', at: now() };
    if (seen.kind !== 'notYet' && seen.kind !== 'changed') return seen;
    const ms = looksAfterMs[looks] ?? 2_000;
    if (now().getTime() + ms > deadline || signal.aborted) return seen;
    await pause(ms, signal).catch(() => undefined);
  }
}

/** What one look tells. */
export type Look =
  | { readonly kind: 'shows' }
  | Exclude<Confirmation, { readonly kind: 'confirmed' }>;

async function look(
  event: AutosysEvent,
  baseline: Baseline,
  powers: ConfirmPowers,
  signal: AbortSignal,
): Promise<Look> {
  const { reader } = powers;
  try {
    if (event.kind === 'SET_GLOBAL') {
      const seen = await reader.readGlobalVariable(event.globalVariable, { signal });
      return seen.kind === 'unreadable' ? seen : compareValue(event.value, seen, baseline);
    }
    if (!isJobEvent(event)) return traceless(event);
    return await lookAtJob(event, baseline, powers, signal);
  } catch (error) {
    if (event.kind === 'DELETEJOB' && error instanceof JobNotFoundError) return { kind: 'shows' };
    // Reading is only looking: what was accepted stays accepted, so a failed look is one more "not yet".
    if (!isForeseen(error)) powers.tellDefect?.(error);
    const failure = toFailure(error);
    const away = failure.kind === 'refused' ? {} : { away: failure };
    return { kind: 'notYet', found: failure.error.message, ...away };
  }
}

/** What a variable shows of the value that was sent; pure. */
function compareValue(
  sent: string,
  shown: Exclude<GlobalView, { readonly kind: 'unreadable' }>,
  baseline: Baseline,
): Look {
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
  powers: ConfirmPowers,
  signal: AbortSignal,
): Promise<Look> {
  const { reader, sending, thorough = false, clockDiffers = () => false } = powers;
  const seek = async (runsBack: number): Promise<Mark> => {
    const { mark, sentAt } = sending ?? {};
    return mark === undefined || sentAt === undefined
      ? { kind: 'unreadable', reason: 'nothing in the event tells it from others' }
      : findMark(
          { event, mark, sentAt, runsBackAtMost: runsBack, clockDiffers: clockDiffers() },
          reader,
          signal,
        );
  };

  const job = await reader.readJob(event.job, { signal });
  const trace = findTrace(event, baseline, job);
  switch (trace.kind) {
    case 'shows':
    case 'moot':
      return trace;
    case 'started':
      return weighStart(trace.run, await seek(runsBackAtMost), sending);
    case 'changed':
      return trace;
    case 'absent':
      return thorough ? weighAbsence(trace, await seek(0)) : { ...trace, kind: 'notYet' };
    case 'overtaken':
      return sending?.acknowledged
        ? { kind: 'moot', reason: `AutoSys took it, and ${trace.reason}` }
        : { kind: 'failed', reason: trace.reason };
    case 'traceless':
      return weighMark(event, await seek(0), sending);
    default:
      return trace satisfies never;
  }
}

function isJobEvent(event: AutosysEvent): event is JobEvent {
  return 'job' in event && event.job !== undefined;
}
