import { type Atom, printAtom } from '../../autosys/condition/index.ts';
import type { Job } from '../../autosys/job.ts';
import { describeRequest } from '../../lambda/ledger/previous-values.ts';
import { describeSource } from '../ledger/advice.ts';
import type { ConditionState } from './condition-state.ts';
import { type PastRequest, toEffectMs, toPastRequests } from './entry-times.ts';
import { describeShownJob } from './explain-job.ts';
import { quote } from './explain-target.ts';
import { holdsFor, type VariableFacts } from './explain-value.ts';
import { knownValue } from './fact.ts';
import { findLastTick } from './obstacles.ts';
import { describePassedOutages } from './passed-outages.ts';
import type { WhyJob } from './read-autosys.ts';
import type { StartCause } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/** A change before a start that may have caused it. */
export type StartChange = StartCause & { readonly at: Date };

/** AutoSys shows whole seconds. */
export const secondMs = 1_000;
/** Difference between the clocks of the bridge and of AutoSys that is ignored. */
const clocksMs = 5_000;

/** The changes before the start of a job, of its terms, its box and its start times. */
export function findStartChanges(
  startedAt: Date,
  {
    state,
    job,
    box,
  }: {
    readonly state: ConditionState | undefined;
    readonly job: Job | undefined;
    readonly box: WhyJob | undefined;
  },
  context: WhyContext,
): readonly StartChange[] {
  const ofTerms = (state?.atoms ?? []).flatMap((atom) =>
    state ? (findTermChange(atom, startedAt, state, context) ?? []) : [],
  );
  return [
    ...ofTerms,
    ...findBoxChange(startedAt, box, context),
    ...findTick(startedAt, job, context),
  ];
}

function findTermChange(
  atom: Atom,
  startedAt: Date,
  state: ConditionState,
  context: WhyContext,
): StartChange | undefined {
  const text = printAtom(atom, { long: true });
  if (atom.kind !== 'value') {
    const reading = atom.job.instance
      ? undefined
      : knownValue(state.jobs.get(atom.job.job)?.shown ?? none)?.reading;
    const at = reading?.lastRun.endedAt;
    if (!reading || at === undefined || at.getTime() > startedAt.getTime() + secondMs)
      return undefined;
    const because = `${text} became true: ${describeShownJob(reading, context)}`;
    return { by: 'job', text: because, at, job: reading.job };
  }
  const facts = atom.instance ? undefined : state.variables.get(atom.globalVariable);
  if (facts === undefined) return undefined;
  const satisfies = (value: string) => holdsFor(atom, value);
  const byBridge = findSetting(facts, startedAt, satisfies, context);
  const byOther = findForeignChange(facts, startedAt, context);
  const newest = isLater(byOther, byBridge, facts) ? byOther : byBridge;
  return newest && { ...newest, by: 'variable', text: `${text} became true: ${newest.text}` };
}

const none = { kind: 'unread', reason: '' } as const;

/** The newest value that AutoSys accepted from the bridge before the start. */
function findSetting(
  { ledger }: VariableFacts,
  startedAt: Date,
  satisfies: (value: string) => boolean,
  { formatTime }: WhyContext,
): StartChange | undefined {
  const state = knownValue(ledger)?.state;
  if (!state) return undefined;
  const { entry } = state.stored;
  const limitMs = startedAt.getTime() + clocksMs;
  const value = entry.kind === 'invalidEffect' ? undefined : describeRequest(entry.event);
  const isCause = ({ isPresent }: PastRequest) =>
    !isPresent || (value !== undefined && satisfies(value));
  const done = toPastRequests(entry).filter((one) => toDoneMs(one) <= limitMs);
  const last = done.at(-1);
  // The value may have been replaced at the instant of the start.
  const isReplaced = last && !isCause(last) && toDoneMs(last) >= startedAt.getTime() - clocksMs;
  const past = isReplaced ? done.at(-2) : last;
  if (past === undefined || !isCause(past)) return undefined;
  const atMs = toDoneMs(past);
  const what = past.isPresent && value !== undefined ? ` to ${quote(value)}` : '';
  const passed = past.isPresent ? describePassedOutages(state.passed, formatTime) : '';
  const text = `the bridge set it${what} at ${formatTime(atMs)} for ${past.requestedBy} (${describeSource(past)}, event ${past.eventId})${passed}`;
  return { by: 'variable', text, at: new Date(atMs), ...(past.isPresent && { entry: state }) };
}

function toDoneMs(request: PastRequest): number {
  return toEffectMs(request) ?? Number.POSITIVE_INFINITY;
}

/** The last change of a variable that AutoSys shows, if it was before the start. */
function findForeignChange(
  { shown, ledger }: VariableFacts,
  startedAt: Date,
  { formatTime }: WhyContext,
): StartChange | undefined {
  const at = knownValue(shown)?.changedAt;
  if (at === undefined || at.getTime() > startedAt.getTime() + secondMs) return undefined;
  const who =
    ledger.kind === 'unread'
      ? `the ledger was not read (${ledger.reason}), so it is unknown who changed it`
      : 'the bridge did not, so an operator or another client of AutoSys changed it';
  return { by: 'operator', text: `it was changed at ${formatTime(at)}; ${who}`, at };
}

/** Longest time from the acceptance of an event of the bridge to the change that AutoSys shows. */
const takesEffectMs = 60_000;

/** Whether the change that AutoSys shows is not that of the bridge. */
function isLater(
  byOther: StartChange | undefined,
  byBridge: StartChange | undefined,
  { ledger }: VariableFacts,
): boolean {
  if (!byOther || !byBridge) return byOther !== undefined;
  const shownMs = toShownMs(ledger) ?? byBridge.at.getTime();
  return byOther.at.getTime() > Math.max(shownMs, byBridge.at.getTime()) + takesEffectMs;
}

function toShownMs(ledger: VariableFacts['ledger']): number | undefined {
  const entry = knownValue(ledger)?.state?.stored.entry;
  return entry?.kind === 'invalidEffect' ? undefined : entry?.confirmedMs;
}

function findBoxChange(
  startedAt: Date,
  box: WhyJob | undefined,
  { formatTime }: WhyContext,
): readonly StartChange[] {
  const at = box?.reading.lastRun.startedAt;
  if (!box || at === undefined || at.getTime() > startedAt.getTime() + secondMs) return [];
  const { job } = box.reading;
  return [{ by: 'box', text: `its box ${job} started at ${formatTime(at)}`, at, job }];
}

function findTick(
  startedAt: Date,
  job: Job | undefined,
  { timezone, formatTime }: WhyContext,
): readonly StartChange[] {
  const at = job && findLastTick(job, startedAt, timezone);
  return at ? [{ by: 'schedule', text: `its start time ${formatTime(at)} came`, at }] : [];
}
