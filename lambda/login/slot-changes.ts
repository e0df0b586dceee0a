import { toAllowedAgainMs, toOpenSlots } from './limit.ts';
import {
  isKnownGood,
  type LoginAt,
  type LoginState,
  type SlotLease,
  slotLeaseMs,
} from './state.ts';

/** A function that has waited this long gets a slot before functions that came later. */
const starvingMs = 1_000;
/** Lifetime of a waiter in the row. It renews its entry when less than half is left. */
const waiterMs = 3_000;

/** The function that changes the state, and the time of the change. */
export interface Actor {
  readonly owner: string;
  readonly nowMs: number;
  /** The setting `requestsUnderWay`. */
  readonly limit: number;
}

/** Result of taking slots. */
export type TakeResult =
  | { readonly kind: 'taken'; readonly state: LoginState }
  /** All slots are in use. `state` is set if the list of waiters must be written. */
  | { readonly kind: 'wait'; readonly state?: LoginState }
  /** Too many logins were refused. `state` is set if it must be written. */
  | { readonly kind: 'suspended'; readonly untilMs: number; readonly state?: LoginState };

/** Takes free slots, up to `wanted`. The function that has waited longest is first. Pure. */
export function takeSlots(
  known: LoginState,
  { owner, nowMs, limit }: Actor,
  { wanted, current }: { readonly wanted: number; readonly current: VersionRead },
): TakeResult {
  const latest = withVersion(known, current, nowMs);
  const changed = latest === known ? {} : { state: latest };
  const open = toOpenSlots(latest, { nowMs, limit });
  if (open === 0) {
    return { kind: 'suspended', untilMs: toAllowedAgainMs(latest, { nowMs, limit }), ...changed };
  }
  const { others, taken } = toOthersSlots(latest, owner);
  const mine = latest.waiting.find((waiter) => waiter.owner === owner);
  const sinceMs = Math.min(mine?.sinceMs ?? nowMs, nowMs);
  const goesFirst = (waiter: { readonly owner: string; readonly sinceMs: number }) =>
    waiter.owner !== owner && waiter.sinceMs < sinceMs && nowMs - waiter.sinceMs >= starvingMs;
  const free = open - taken - latest.waiting.filter(goesFirst).length;
  const waiting = latest.waiting.filter((waiter) => waiter.owner !== owner);
  if (free >= 1) {
    // Leaves one slot for each waiting function, if there are enough.
    const count = Math.max(1, Math.min(wanted, free - waiting.length));
    const slots = [...others, toLease(latest, { owner, nowMs, count })];
    const unclear = withoutLost(latest, owner);
    return { kind: 'taken', state: { ...latest, slots, waiting, unclear } };
  }
  if (mine && mine.untilMs - nowMs > waiterMs / 2) return { kind: 'wait', ...changed };
  const waiter = { owner, sinceMs, untilMs: nowMs + waiterMs };
  return { kind: 'wait', state: { ...latest, waiting: [...waiting, waiter] } };
}

/**
 * Renews the lease of held slots and takes free ones. Returns `undefined` if the slots are lost.
 * Pure.
 */
export function renewSlots(
  state: LoginState,
  { owner, nowMs, limit }: Actor,
  wanted: number,
): { readonly state: LoginState; readonly count: number } | undefined {
  const mine = state.slots.find((slot) => slot.owner === owner);
  if (mine === undefined) return undefined;
  const { others, taken } = toOthersSlots(state, owner);
  const hasOtherWaiters = state.waiting.some((waiter) => waiter.owner !== owner);
  const free = hasOtherWaiters ? 0 : toOpenSlots(state, { nowMs, limit }) - taken;
  const count = Math.max(mine.count, Math.min(wanted, free));
  const lease = toLease(state, { owner, nowMs, count });
  const { untilMs } = lease;
  const instances = Object.entries(state.instances).map(([instance, instanceState]) => {
    const { trial } = instanceState;
    return [
      instance,
      trial?.owner === owner ? { ...instanceState, trial: { ...trial, untilMs } } : instanceState,
    ] as const;
  });
  return {
    state: { ...state, slots: [...others, lease], instances: Object.fromEntries(instances) },
    count,
  };
}

/**
 * Releases all slots of the owner and removes it from the waiters. Pure.
 *
 * Every request of the owner has ended and its outcome is recorded. So expired slots no longer
 * count.
 */
export function releaseSlots(state: LoginState, owner: string): LoginState {
  const isOther = (one: { readonly owner: string }) => one.owner !== owner;
  return {
    ...state,
    slots: state.slots.filter(isOther),
    waiting: state.waiting.filter(isOther),
    unclear: withoutLost(state, owner),
  };
}

/** The leases of all other functions, and the total number of their slots. */
function toOthersSlots({ slots }: LoginState, owner: string) {
  const others = slots.filter((slot) => slot.owner !== owner);
  return { others, taken: others.reduce((sum, { count }) => sum + count, 0) };
}

/** A lease that starts now. */
function toLease(
  state: LoginState,
  {
    owner,
    nowMs,
    count,
  }: { readonly owner: string; readonly nowMs: number; readonly count: number },
): SlotLease {
  return { owner, count, untilMs: nowMs + slotLeaseMs, logins: toKnownGood(state, nowMs) };
}

/** Removes the expired slots of an owner that is still alive. Its trials stay. */
function withoutLost({ unclear }: LoginState, owner: string) {
  return unclear.filter((one) => one.owner !== owner || one.by !== undefined);
}

/** The versions that requests may carry without a trial. */
function toKnownGood({ instances }: LoginState, nowMs: number): readonly LoginAt[] {
  return Object.entries(instances).flatMap(([instance, instanceState]) => {
    const { versionId } = instanceState.worked ?? {};
    return versionId !== undefined && isKnownGood(instanceState, versionId, nowMs)
      ? [{ instance, versionId }]
      : [];
  });
}

/** The current version of the secret, as a function read it. */
export interface VersionRead {
  readonly versionId: string;
  readonly readMs: number;
}

/**
 * Records the current version of the secret. The first version in the row does not count as new.
 * Pure.
 */
export function withVersion(state: LoginState, { versionId, readMs }: VersionRead, nowMs: number) {
  const isKnown = state.versions.some((known) => known.versionId === versionId);
  const version = { versionId, ...(state.versions.length > 0 && { newMs: nowMs }) };
  const versions = isKnown ? state.versions : [...state.versions, version];
  // The version that was read last is the current one.
  const isLatest = !isKnown || state.current === undefined || state.current.readMs < readMs;
  const isOther = state.current?.versionId !== versionId;
  if (isKnown && !(isLatest && isOther)) return state;
  return { ...state, versions, ...(isLatest && isOther && { current: { versionId, readMs } }) };
}
