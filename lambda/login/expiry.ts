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

/** How long a denied request is remembered. */
const deniedKeptMs = 24 * 3_600_000;

/**
 * Maximum number of versions in the row. Secrets Manager stages two. Older ones are kept so that a
 * version that is restored does not count as new.
 */
const versionsKept = 12;
const deniedKept = 20;

/**
 * Removes expired leases, waiters and refusals from the state. Pure.
 *
 * A lease that expired without release may have ended in an unrecorded refusal, so it counts as
 * one.
 */
export function withoutExpired(known: LoginState, nowMs: number): LoginState {
  const state = withLost(known, nowMs);
  // An instant in the future counts, but for no longer than two windows.
  const toPast = (atMs: number) => Math.min(atMs, nowMs + refusalWindowMs);
  const isWithin = (atMs: number) => nowMs - atMs < refusalWindowMs;
  const instances = Object.entries(state.instances).map(([instance, instanceState]) => {
    const denied = instanceState.denied
      .filter(({ atMs }) => nowMs - atMs < deniedKeptMs)
      .slice(-deniedKept);
    return [instance, { ...instanceState, denied }] as const;
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
    instances: Object.fromEntries(instances),
  };
}

/** False also for a lease that ends later than any lease can: a clock that was ahead wrote it. */
function isLive({ untilMs }: { readonly untilMs: number }, nowMs: number): boolean {
  return untilMs > nowMs && untilMs - nowMs <= 2 * slotLeaseMs;
}

/** Counts trials and slots whose lease expired as unclear requests. */
function withLost(known: LoginState, nowMs: number): LoginState {
  const ended = known.slots.filter((slot) => !isLive(slot, nowMs));
  const trials = Object.entries(known.instances).flatMap(([instance, { trial }]) =>
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
    (sofar, { instance, trial }) =>
      withUnclearTrial(sofar, instance, trial, { atMs: Math.min(trial.untilMs, nowMs) }),
    state,
  );
}

/** Requests outside trials that may have been under way when the owner of the lease died. */
function toLost(
  { instances }: LoginState,
  { owner, count, untilMs, logins }: SlotLease,
  { nowMs, tried }: { readonly nowMs: number; readonly tried: number },
): readonly UnclearRequest[] {
  const atMs = Math.min(untilMs, nowMs);
  // A version that became known to be good after the lease was written may have been sent too.
  const sinceMs = atMs - slotLeaseMs - knownGoodMs;
  const later = Object.entries(instances).flatMap(([instance, { worked }]) =>
    worked && worked.atMs >= sinceMs ? [{ instance, versionId: worked.versionId }] : [],
  );
  const isKnown = (one: LoginAt) => logins.some((other) => isSame(one, other));
  const unproven = [...logins, ...later.filter((one) => !isKnown(one))];
  // Without a version that is known to be good, only trials were sent.
  if (unproven.length === 0) return [];
  return Array.from({ length: Math.max(0, count - tried) }, () => ({ owner, atMs, unproven }));
}

/**
 * Ends a trial with an unknown outcome. It counts as a refusal; for a new version as its free one.
 * Pure.
 *
 * If the version had worked, a later success shows that AutoSys refused nothing.
 */
export function withUnclearTrial(
  state: LoginState,
  instance: string,
  { by, owner, versionId }: Trial,
  { atMs, isDoubtful }: Pick<UnclearRequest, 'atMs' | 'isDoubtful'>,
): LoginState {
  const { trial: _, ...instanceState } = toInstanceLogin(state, instance);
  const ended = withInstanceLogin(state, instance, instanceState);
  const { versions, refusedMs } = countRefusal(state, versionId, atMs);
  if (refusedMs.length === state.refusedMs.length) return { ...ended, versions };
  const unproven = hasWorked(instanceState, versionId) ? [{ instance, versionId }] : [];
  const one = { owner, by, atMs, unproven, ...(isDoubtful && { isDoubtful }) };
  return { ...ended, versions, unclear: [...state.unclear, one] };
}

/** Whether the version was accepted last: AutoSys has not refused it since. */
export function hasWorked({ worked }: InstanceLoginState, versionId: string): boolean {
  return worked?.versionId === versionId;
}

/** Removes unclear requests that a success shows not to have been refused. Pure. */
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
