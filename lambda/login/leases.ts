import { toAllowedAgainMs, toOpenSlots } from './limit.ts';
import {
  isKnownGood,
  type LoginAt,
  type LoginState,
  type SlotLease,
  slotLeaseMs,
} from './state.ts';

/** A function that has waited for so long goes before those that came later. */
const starvingMs = 1_000;
/** A waiter renews its place when less than half of this is left. */
const waiterMs = 3_000;

/** Who changes the state, and when. */
export interface Actor {
  readonly owner: string;
  readonly nowMs: number;
  /** The setting `requestsUnderWay`. */
  readonly limit: number;
}

/** What came of asking for slots. */
export type TakeResult =
  | { readonly kind: 'taken'; readonly state: LoginState }
  /** All slots are in use; `state` only where the place among the waiters is to be written. */
  | { readonly kind: 'wait'; readonly state?: LoginState }
  /** Too many logins were refused. */
  | { readonly kind: 'suspended'; readonly untilMs: number; readonly state?: LoginState };

/** Takes free slots, up to `wanted`; the longest waiting function first. Pure. */
export function takeSlots(
  known: LoginState,
  { owner, nowMs, limit }: Actor,
  { wanted, current }: { readonly wanted: number; readonly current: VersionRead },
): TakeResult {
  const seen = withVersion(known, current, nowMs);
  const changed = seen === known ? {} : { state: seen };
  const open = toOpenSlots(seen, { nowMs, limit });
  if (open === 0) {
    return { kind: 'suspended', untilMs: toAllowedAgainMs(seen, { nowMs, limit }), ...changed };
  }
  const { others, taken } = toOthersSlots(seen, owner);
  const mine = seen.waiting.find((waiter) => waiter.owner === owner);
  const sinceMs = Math.min(mine?.sinceMs ?? nowMs, nowMs);
  const isAhead = (waiter: { readonly owner: string; readonly sinceMs: number }) =>
    waiter.owner !== owner && waiter.sinceMs < sinceMs && nowMs - waiter.sinceMs >= starvingMs;
  const free = open - taken - seen.waiting.filter(isAhead).length;
  const waiting = seen.waiting.filter((waiter) => waiter.owner !== owner);
  if (free >= 1) {
    // One slot is left to each function that waits, as far as they go round.
    const count = Math.max(1, Math.min(wanted, free - waiting.length));
    const slots = [...others, toLease(seen, { owner, nowMs, count })];
    const unclear = withoutLost(seen, owner);
    return { kind: 'taken', state: { ...seen, slots, waiting, unclear } };
  }
  if (mine && mine.untilMs - nowMs > waiterMs / 2) return { kind: 'wait', ...changed };
  const place = { owner, sinceMs, untilMs: nowMs + waiterMs };
  return { kind: 'wait', state: { ...seen, waiting: [...waiting, place] } };
}

/** Prolongs the lease of slots that are held, and takes free ones; `undefined` where they are lost. Pure. */
export function renewSlots(
  state: LoginState,
  { owner, nowMs, limit }: Actor,
  wanted: number,
): { readonly state: LoginState; readonly count: number } | undefined {
  const mine = state.slots.find((slot) => slot.owner === owner);
  if (mine === undefined) return undefined;
  const { others, taken } = toOthersSlots(state, owner);
  const isWanted = state.waiting.some((waiter) => waiter.owner !== owner);
  const free = isWanted ? 0 : toOpenSlots(state, { nowMs, limit }) - taken;
  const count = Math.max(mine.count, Math.min(wanted, free));
  const lease = toLease(state, { owner, nowMs, count });
  const { untilMs } = lease;
  const standings = Object.entries(state.standings).map(([instance, standing]) => {
    const { trial } = standing;
    return [
      instance,
      trial?.owner === owner ? { ...standing, trial: { ...trial, untilMs } } : standing,
    ] as const;
  });
  return {
    state: { ...state, slots: [...others, lease], standings: Object.fromEntries(standings) },
    count,
  };
}

/**
 * Gives all slots back, and any place among the waiters.
 *
 * Every request of the owner has ended and its outcome is recorded, so slots whose lease ran out count no more. Pure.
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

/** The leases of all other functions, and how many slots they hold together. */
function toOthersSlots({ slots }: LoginState, owner: string) {
  const others = slots.filter((slot) => slot.owner !== owner);
  return { others, taken: others.reduce((sum, { count }) => sum + count, 0) };
}

/** A lease that begins now. */
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

/** What is unclear without the slots that the owner had lost: it is alive after all. Trials stay. */
function withoutLost({ unclear }: LoginState, owner: string) {
  return unclear.filter((one) => one.owner !== owner || one.by !== undefined);
}

/** The logins that requests may carry without a trial. */
function toKnownGood({ standings }: LoginState, nowMs: number): readonly LoginAt[] {
  return Object.entries(standings).flatMap(([instance, standing]) => {
    const { versionId } = standing.worked ?? {};
    return versionId !== undefined && isKnownGood(standing, versionId, nowMs)
      ? [{ instance, versionId }]
      : [];
  });
}

/** The current version of the secret, as a function has read it. */
export interface VersionRead {
  readonly versionId: string;
  readonly readMs: number;
}

/** Notes the current version of the secret. Only a version after the first one known is new. Pure. */
export function withVersion(state: LoginState, { versionId, readMs }: VersionRead, nowMs: number) {
  const isKnown = state.versions.some((known) => known.versionId === versionId);
  const version = { versionId, ...(state.versions.length > 0 && { newMs: nowMs }) };
  const versions = isKnown ? state.versions : [...state.versions, version];
  // What another function has read later is the truth.
  const isLatest = !isKnown || state.current === undefined || state.current.readMs < readMs;
  const isOther = state.current?.versionId !== versionId;
  if (isKnown && !(isLatest && isOther)) return state;
  return { ...state, versions, ...(isLatest && isOther && { current: { versionId, readMs } }) };
}
