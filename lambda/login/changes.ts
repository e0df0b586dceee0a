import { hasWorked, withoutProven, withUnclearTrial } from './expiry.ts';
import { countRefusal, toAllowedRefusals } from './limit.ts';
import type { Actor } from './slot-changes.ts';
import {
  isKnownGood,
  type LoginState,
  slotLeaseMs,
  toInstanceLogin,
  withInstanceLogin,
} from './state.ts';

/**
 * Reserves the trial of a version for one request. Pure.
 *
 * Returns `undefined` while another request tries a version, and when no refusal is left. A slot
 * that was taken while more refusals were allowed does not permit a request whose login may be
 * refused.
 */
export function beginTrial(
  state: LoginState,
  { owner, nowMs, limit }: Actor,
  { instance, by, versionId }: { instance: string; by: string; versionId: string },
): LoginState | undefined {
  const instanceState = toInstanceLogin(state, instance);
  if (instanceState.trial && instanceState.trial.by !== by) return undefined;
  if (toAllowedRefusals(state, { nowMs, limit }) < 1) return undefined;
  const trial = { by, owner, versionId, untilMs: nowMs + slotLeaseMs };
  const known = state.versions.some((version) => version.versionId === versionId);
  // A version that is tried as the previous one is not new, even if it becomes the current one
  // later.
  const versions = known ? state.versions : [{ versionId }, ...state.versions];
  return withInstanceLogin({ ...state, versions }, instance, { ...instanceState, trial });
}

/** A trial that ended without showing whether the login works. */
export interface EndedTrial {
  readonly instance: string;
  readonly by: string;
  /** Whether the reply was lost, so that AutoSys may have refused the login. */
  readonly isUnclear: boolean;
  /** Whether the function itself ended the wait early; see `isCutShort`. @default false */
  readonly isCutShort?: boolean;
}

/**
 * Ends a trial that does not show whether the login works. Pure.
 *
 * A lost reply counts as a refusal. If the version had worked before, it counts only like a lost
 * slot: an AutoSys that does not answer must not suspend a working login. If the function did not wait
 * for the answer, it counts as a refusal until a later success.
 */
export function endTrial(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, by, isUnclear, isCutShort = false }: EndedTrial,
): LoginState {
  const { trial, ...instanceState } = toInstanceLogin(state, instance);
  if (trial?.by !== by) {
    if (isUnclear) return state;
    return { ...state, unclear: state.unclear.filter((one) => one.by !== by) };
  }
  if (!isUnclear) return withInstanceLogin(state, instance, instanceState);
  const isDoubtful = hasWorked(instanceState, trial.versionId) && !isCutShort;
  return withUnclearTrial(withoutSlot(state, owner), instance, trial, {
    atMs: nowMs,
    ...(isDoubtful && { isDoubtful }),
  });
}

/** A request outside a trial whose reply was lost. AutoSys may have refused its login. */
export interface LostReply {
  readonly instance: string;
  readonly versionId: string;
  readonly by: string;
  /** Whether the function itself ended the wait early; see `isCutShort`. @default false */
  readonly isCutShort?: boolean;
}

/**
 * Counts a request whose reply was lost until a later success of the version: like a lost slot, or
 * like a refusal if the function did not wait for the answer. Pure.
 */
export function countLostReply(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, versionId, by, isCutShort = false }: LostReply,
): LoginState {
  const unproven = [{ instance, versionId }];
  const doubt = isCutShort ? {} : { isDoubtful: true as const };
  const lost = { owner, by, atMs: nowMs, unproven, ...doubt };
  const rest = withoutSlot(state, owner);
  return { ...rest, unclear: [...rest.unclear, lost] };
}

/** Removes one slot of the owner; a refusal takes its place. */
function withoutSlot(state: LoginState, owner: string): LoginState {
  const slots = state.slots
    .map((slot) => (slot.owner === owner ? { ...slot, count: slot.count - 1 } : slot))
    .filter(({ count }) => count > 0);
  return { ...state, slots };
}

/** A request that AutoSys answered, so its login works. */
export interface AcceptedLogin {
  readonly instance: string;
  readonly versionId: string;
  /** When the request began, in milliseconds. */
  readonly begunMs: number;
  /** Name of the request, if it was a trial. */
  readonly by?: string;
}

/** Records that a version works. Pure. */
export function acceptLogin(known: LoginState, accepted: AcceptedLogin): LoginState {
  const { instance, versionId, begunMs, by } = accepted;
  const others = known.unclear.filter((one) => by === undefined || one.by !== by);
  const state = { ...known, unclear: others };
  const { trial, ...instanceState } = toInstanceLogin(state, instance);
  // A success of an older request that is reported late must not override a later refusal.
  const refusedLater = instanceState.refused.some(
    (one) => one.versionId === versionId && one.atMs >= begunMs,
  );
  const isTrial = trial !== undefined && trial.by === by;
  if (refusedLater && !isTrial) return state;
  const { suspect, ...rest } = instanceState;
  const isShown = suspect?.versionId === versionId && (isTrial || begunMs > suspect.atMs);
  const isLatest =
    instanceState.worked === undefined ||
    isTrial ||
    (instanceState.worked.versionId === versionId && instanceState.worked.atMs < begunMs);
  const isCurrent = versionId === state.current?.versionId;
  const proven = { ...state, unclear: withoutProven(state.unclear, accepted) };
  return withInstanceLogin(isCurrent ? withoutFreeRefusal(proven) : proven, instance, {
    ...rest,
    ...(isLatest && { worked: { versionId, atMs: begunMs } }),
    ...(suspect && !isShown && { suspect }),
    refused: isCurrent ? [] : instanceState.refused.filter((one) => one.versionId !== versionId),
    ...(trial && !isTrial && { trial }),
  });
}

/**
 * A new version that works at once does not use its free refusal; later refusals count. The state
 * is unchanged while refusals are counted.
 */
function withoutFreeRefusal(state: LoginState): LoginState {
  const isUsed = state.refusedMs.length + state.unclear.length > 0;
  if (isUsed || state.versions.every(({ newMs }) => newMs === undefined)) return state;
  return { ...state, versions: state.versions.map(({ versionId }) => ({ versionId })) };
}

/** A request that AutoSys refused with 401. */
export interface RefusedLogin {
  readonly instance: string;
  readonly versionId: string;
  /** Identifies the request among all requests for the target. */
  readonly request: string;
  /** Such as `send job RISK`. */
  readonly target: string;
  /** Name of the request, if it was a trial; absent when the version was known to be good. */
  readonly by?: string;
}

/**
 * Records a refusal and decides what it concerns. Pure.
 *
 * `login`: the version is refused. `perhapsRequest`: the login worked within a minute, so AutoSys
 * may have refused this request alone; another request must decide. The owner gives one slot back,
 * so that slots and refusals together never exceed the limit.
 */
export function refuseLogin(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, versionId, request, target, by }: RefusedLogin,
): { readonly state: LoginState; readonly meaning: 'login' | 'perhapsRequest' } {
  const counted = withCounted(state, owner, { versionId, by, nowMs });
  const { trial, ...instanceState } = toInstanceLogin(state, instance);
  const others = { ...(trial && trial.by !== by && { trial }) };
  const at = { versionId, atMs: nowMs };
  // A refusal of the previous version is expected: AutoSys now has the current version.
  const isCurrent = versionId === state.current?.versionId;
  if (isCurrent && by === undefined && isKnownGood(instanceState, versionId, nowMs)) {
    // A trial that began before this refusal cannot decide it, so it is removed.
    const denied = [...instanceState.denied, { request, target, ...at }];
    const changed = { ...instanceState, denied, suspect: at };
    return { state: withInstanceLogin(counted, instance, changed), meaning: 'perhapsRequest' };
  }
  const { worked, suspect, ...rest } = instanceState;
  const hadWorked = worked?.versionId === versionId;
  const changed = {
    ...rest,
    ...others,
    ...(worked && !hadWorked && { worked }),
    // AutoSys refuses a version that it accepted before, so its login has changed. Versions that it
    // refused earlier may work now.
    refused: hadWorked
      ? [at]
      : [...instanceState.refused.filter((one) => one.versionId !== versionId), at],
    denied: instanceState.denied.filter(({ atMs }) => atMs !== suspect?.atMs),
  };
  return { state: withInstanceLogin(counted, instance, changed), meaning: 'login' };
}

/** Counts a refusal. It replaces the slot of the request, or its unclear outcome. */
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
