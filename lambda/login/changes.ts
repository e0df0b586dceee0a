import { hasWorked, withoutProven, withUnclearTrial } from './expiry.ts';
import type { Actor } from './leases.ts';
import { countRefusal, toAllowedRefusals } from './limit.ts';
import {
  isKnownGood,
  type LoginState,
  slotLeaseMs,
  toInstanceLogin,
  withInstanceLogin,
} from './state.ts';

/**
 * Reserves the trial of a version for one request.
 *
 * `undefined` where another request is trying, and where no refusal is left: a slot that was taken earlier, while more
 * were allowed, does not allow a request whose login may be refused. Pure.
 */
export function beginTrial(
  state: LoginState,
  { owner, nowMs, limit }: Actor,
  { instance, by, versionId }: { instance: string; by: string; versionId: string },
): LoginState | undefined {
  const standing = toInstanceLogin(state, instance);
  if (standing.trial && standing.trial.by !== by) return undefined;
  if (toAllowedRefusals(state, { nowMs, limit }) < 1) return undefined;
  const trial = { by, owner, versionId, untilMs: nowMs + slotLeaseMs };
  const known = state.versions.some((version) => version.versionId === versionId);
  // A version that is tried as the previous one is not a new one, also where it becomes the current one later.
  const versions = known ? state.versions : [{ versionId }, ...state.versions];
  return withInstanceLogin({ ...state, versions }, instance, { ...standing, trial });
}

/** A trial that showed nothing about the login. */
export interface EndedTrial {
  readonly instance: string;
  readonly by: string;
  /** Whether AutoSys may have refused it and the reply was lost. */
  readonly isUnclear: boolean;
}

/**
 * Ends a trial that shows nothing about the login.
 *
 * Where its reply was lost it counts as a refusal. Where the version had worked it only counts like a lost slot: an AutoSys
 * that does not answer must not suspend a good login. Pure.
 */
export function endTrial(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, by, isUnclear }: EndedTrial,
): LoginState {
  const { trial, ...standing } = toInstanceLogin(state, instance);
  if (trial?.by !== by) {
    if (isUnclear) return state;
    return { ...state, unclear: state.unclear.filter((one) => one.by !== by) };
  }
  if (!isUnclear) return withInstanceLogin(state, instance, standing);
  const isDoubtful = hasWorked(standing, trial.versionId);
  return withUnclearTrial(withoutSlot(state, owner), instance, trial, {
    atMs: nowMs,
    ...(isDoubtful && { isDoubtful }),
  });
}

/** A request without a trial whose reply was lost: AutoSys may have refused its login. */
export interface LostReply {
  readonly instance: string;
  readonly versionId: string;
  readonly by: string;
}

/** Counts a request whose reply was lost like a lost slot, until the version is known to work after it. Pure. */
export function loseReply(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, versionId, by }: LostReply,
): LoginState {
  const unproven = [{ instance, versionId }];
  const lost = { owner, by, atMs: nowMs, unproven, isDoubtful: true } as const;
  const rest = withoutSlot(state, owner);
  return { ...rest, unclear: [...rest.unclear, lost] };
}

/** The owner gives one slot up for a refusal. */
function withoutSlot(state: LoginState, owner: string): LoginState {
  const slots = state.slots
    .map((slot) => (slot.owner === owner ? { ...slot, count: slot.count - 1 } : slot))
    .filter(({ count }) => count > 0);
  return { ...state, slots };
}

/** A request that AutoSys answered: its login works. */
export interface AcceptedLogin {
  readonly instance: string;
  readonly versionId: string;
  /** When the request began. */
  readonly begunMs: number;
  /** The trial that is over. */
  readonly by?: string;
}

/** Records that a version works. Pure. */
export function acceptLogin(known: LoginState, accepted: AcceptedLogin): LoginState {
  const { instance, versionId, begunMs, by } = accepted;
  const others = known.unclear.filter((one) => by === undefined || one.by !== by);
  const state = { ...known, unclear: others };
  const { trial, ...standing } = toInstanceLogin(state, instance);
  // An older success, reported late, must not undo what was found since.
  const refusedLater = standing.refused.some(
    (one) => one.versionId === versionId && one.atMs >= begunMs,
  );
  const isTrial = trial !== undefined && trial.by === by;
  if (refusedLater && !isTrial) return state;
  const { suspect, ...rest } = standing;
  const isShown = suspect?.versionId === versionId && (isTrial || begunMs > suspect.atMs);
  const isLatest =
    standing.worked === undefined ||
    isTrial ||
    (standing.worked.versionId === versionId && standing.worked.atMs < begunMs);
  const isCurrent = versionId === state.current?.versionId;
  const proven = { ...state, unclear: withoutProven(state.unclear, accepted) };
  return withInstanceLogin(isCurrent ? withoutUnusedCredit(proven) : proven, instance, {
    ...rest,
    ...(isLatest && { worked: { versionId, atMs: begunMs } }),
    ...(suspect && !isShown && { suspect }),
    refused: isCurrent ? [] : standing.refused.filter((one) => one.versionId !== versionId),
    ...(trial && !isTrial && { trial }),
  });
}

/** A new version that works at once needs no refusal of its own: what comes later is another change. */
function withoutUnusedCredit(state: LoginState): LoginState {
  const isUsed = state.refusedMs.length + state.unclear.length > 0;
  if (isUsed || state.versions.every(({ newMs }) => newMs === undefined)) return state;
  return { ...state, versions: state.versions.map(({ versionId }) => ({ versionId })) };
}

/** A request that AutoSys refused with 401. */
export interface RefusedLogin {
  readonly instance: string;
  readonly versionId: string;
  /** Tells this request from every other one for the target. */
  readonly request: string;
  /** Such as `send job RISK`. */
  readonly target: string;
  /** The trial that is over; absent where the version was known to be good. */
  readonly by?: string;
}

/**
 * What a refusal means: of the login, or, as long as no other request shows it, perhaps of this request alone.
 *
 * The refusing owner gives one slot back, so that slots and refusals together never exceed what is allowed. Pure.
 */
export function refuseLogin(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, versionId, request, target, by }: RefusedLogin,
): { readonly state: LoginState; readonly meaning: 'login' | 'perhapsRequest' } {
  const counted = withCounted(state, owner, { versionId, by, nowMs });
  const { trial, ...standing } = toInstanceLogin(state, instance);
  const others = { ...(trial && trial.by !== by && { trial }) };
  const at = { versionId, atMs: nowMs };
  // A refusal of the previous version is expected: AutoSys has caught up with the secret.
  const isCurrent = versionId === state.current?.versionId;
  if (isCurrent && by === undefined && isKnownGood(standing, versionId, nowMs)) {
    // A trial that began before the refusal shows nothing about it.
    const denied = [...standing.denied, { request, target, ...at }];
    const changed = { ...standing, denied, suspect: at };
    return { state: withInstanceLogin(counted, instance, changed), meaning: 'perhapsRequest' };
  }
  const { worked, suspect, ...rest } = standing;
  const hadWorked = worked?.versionId === versionId;
  const changed = {
    ...rest,
    ...others,
    ...(worked && !hadWorked && { worked }),
    // Where a version that worked is refused, AutoSys has changed: what it refused earlier may be right now.
    refused: hadWorked
      ? [at]
      : [...standing.refused.filter((one) => one.versionId !== versionId), at],
    denied: standing.denied.filter(({ atMs }) => atMs !== suspect?.atMs),
  };
  return { state: withInstanceLogin(counted, instance, changed), meaning: 'login' };
}

/** Counts a refusal in the place of the slot, or of what was unclear about the request. */
function withCounted(
  state: LoginState,
  owner: string,
  { versionId, by, nowMs }: { versionId: string; by: string | undefined; nowMs: number },
): LoginState {
  const lost = state.unclear.find((one) => one.owner === owner && one.by === by);
  const freed =
    lost === undefined
      ? withoutSlot(state, owner)
      : { ...state, unclear: state.unclear.filter((one) => one !== lost) };
  return { ...freed, ...countRefusal(state, versionId, nowMs) };
}
