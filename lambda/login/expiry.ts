import { countRefusal } from './limit.ts';
import {
  type InstanceLoginState,
  knownGoodMs,
  type LoginAt,
  type LoginState,
  refusalWindowMs,
  type SlotLease,
  slotLeaseMs,
  type Trial,
  toInstanceLogin,
  type UnclearRequest,
  withInstanceLogin,
} from './state.ts';

/** A request for a target that was refused is remembered for so long. */
const deniedKeptMs = 24 * 3_600_000;

/** Secrets Manager stages two versions; a few more are kept, so that a version put back is not taken for a new one. */
const versionsKept = 12;
const deniedKept = 20;

/**
 * The state without what is over.
 *
 * A lease that ran out without being given back may have ended in a refusal without a record, so it counts as one. Pure.
 */
export function withoutPast(known: LoginState, nowMs: number): LoginState {
  const state = withLost(known, nowMs);
  // An instant from the future counts, and for no longer than two windows.
  const toPast = (atMs: number) => Math.min(atMs, nowMs + refusalWindowMs);
  const isWithin = (atMs: number) => nowMs - atMs < refusalWindowMs;
  const standings = Object.entries(state.standings).map(([instance, standing]) => {
    const denied = standing.denied
      .filter(({ atMs }) => nowMs - atMs < deniedKeptMs)
      .slice(-deniedKept);
    return [instance, { ...standing, denied }] as const;
  });
  return {
    ...state,
    waiting: state.waiting.filter((waiter) => isLive(waiter, nowMs)),
    refusedMs: state.refusedMs.map(toPast).filter(isWithin),
    unclear: state.unclear
      .map((one) => ({ ...one, atMs: toPast(one.atMs) }))
      .filter(({ atMs }) => isWithin(atMs)),
    versions: state.versions.slice(-versionsKept).map(({ versionId, newMs }) => ({
      versionId,
      ...(newMs !== undefined && { newMs: toPast(newMs) }),
    })),
    standings: Object.fromEntries(standings),
  };
}

/** A lease that ends later than any lease can was written by a clock that ran ahead. */
function isLive({ untilMs }: { readonly untilMs: number }, nowMs: number): boolean {
  return untilMs > nowMs && untilMs - nowMs <= 2 * slotLeaseMs;
}

/** Counts trials and slots whose lease ran out. */
function withLost(known: LoginState, nowMs: number): LoginState {
  const ended = known.slots.filter((slot) => !isLive(slot, nowMs));
  const trials = Object.entries(known.standings).flatMap(([instance, { trial }]) =>
    trial && !isLive(trial, nowMs) ? [{ instance, trial }] : [],
  );
  if (ended.length === 0 && trials.length === 0) return known;
  const lost = ended.flatMap((slot) => {
    const tried = trials.filter(({ trial }) => trial.owner === slot.owner).length;
    return toLost(known, slot, { nowMs, tried });
  });
  const state: LoginState = {
    ...known,
    slots: known.slots.filter((slot) => isLive(slot, nowMs)),
    unclear: [...known.unclear, ...lost],
  };
  return trials.reduce<LoginState>(
    (before, { instance, trial }) =>
      withUnclearTrial(before, instance, trial, { atMs: Math.min(trial.untilMs, nowMs) }),
    state,
  );
}

/** The requests that may have been under way without a trial when the owner of the lease died. */
function toLost(
  { standings }: LoginState,
  { owner, count, untilMs, logins }: SlotLease,
  { nowMs, tried }: { readonly nowMs: number; readonly tried: number },
): readonly UnclearRequest[] {
  const atMs = Math.min(untilMs, nowMs);
  // What became known to be good after the lease was written may have been carried as well.
  const sinceMs = atMs - slotLeaseMs - knownGoodMs;
  const later = Object.entries(standings).flatMap(([instance, { worked }]) =>
    worked && worked.atMs >= sinceMs ? [{ instance, versionId: worked.versionId }] : [],
  );
  const isKnown = (one: LoginAt) => logins.some((other) => isSame(one, other));
  const unproven = [...logins, ...later.filter((one) => !isKnown(one))];
  // Without a login that is known to be good, nothing but trials was sent.
  if (unproven.length === 0) return [];
  return Array.from({ length: Math.max(0, count - tried) }, () => ({ owner, atMs, unproven }));
}

/**
 * Ends a trial whose outcome is not known: it counts as a refusal, that of a new version as its free one.
 *
 * Where the version had worked, a later success shows that nothing was refused. Pure.
 */
export function withUnclearTrial(
  state: LoginState,
  instance: string,
  { by, owner, versionId }: Trial,
  { atMs, isDoubtful }: Pick<UnclearRequest, 'atMs' | 'isDoubtful'>,
): LoginState {
  const { trial: _, ...standing } = toInstanceLogin(state, instance);
  const ended = withInstanceLogin(state, instance, standing);
  const { versions, refusedMs } = countRefusal(state, versionId, atMs);
  if (refusedMs.length === state.refusedMs.length) return { ...ended, versions };
  const unproven = hasWorked(standing, versionId) ? [{ instance, versionId }] : [];
  const one = { owner, by, atMs, unproven, ...(isDoubtful && { isDoubtful }) };
  return { ...ended, versions, unclear: [...state.unclear, one] };
}

/** Whether the last thing that AutoSys said about the version is that it is right. */
export function hasWorked({ worked }: InstanceLoginState, versionId: string): boolean {
  return worked?.versionId === versionId;
}

/** Removes what a success shows not to have been refused. Pure. */
export function withoutProven(
  unclear: readonly UnclearRequest[],
  login: LoginAt & { readonly begunMs: number },
): readonly UnclearRequest[] {
  return unclear.flatMap((one) => {
    if (one.atMs > login.begunMs || !one.unproven.some((other) => isSame(login, other))) return one;
    const unproven = one.unproven.filter((other) => !isSame(login, other));
    return unproven.length === 0 ? [] : { ...one, unproven };
  });
}

function isSame(one: LoginAt, other: LoginAt): boolean {
  return one.instance === other.instance && one.versionId === other.versionId;
}
