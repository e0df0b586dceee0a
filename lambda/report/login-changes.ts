import {
  type LoginState,
  refusalWindowMs,
  type Standing,
  slotLeaseMs,
  toAllowedAgainMs,
  toAllowedRefusals,
  toOpenSlots,
  unknownStanding,
} from './login-state.ts';

/** A version that worked within the last minute is known to be good. */
export const knownGoodMs = 60_000;
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
  const others = seen.slots.filter((slot) => slot.owner !== owner);
  const taken = others.reduce((sum, { count }) => sum + count, 0);
  const mine = seen.waiting.find((waiter) => waiter.owner === owner);
  const sinceMs = Math.min(mine?.sinceMs ?? nowMs, nowMs);
  const isAhead = (waiter: { readonly owner: string; readonly sinceMs: number }) =>
    waiter.owner !== owner && waiter.sinceMs < sinceMs && nowMs - waiter.sinceMs >= starvingMs;
  const free = open - taken - seen.waiting.filter(isAhead).length;
  const waiting = seen.waiting.filter((waiter) => waiter.owner !== owner);
  if (free >= 1) {
    // One slot is left to each function that waits, as far as they go round.
    const count = Math.max(1, Math.min(wanted, free - waiting.length));
    const slot = { owner, count, untilMs: nowMs + slotLeaseMs };
    return { kind: 'taken', state: { ...seen, slots: [...others, slot], waiting } };
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
  const others = state.slots.filter((slot) => slot.owner !== owner);
  const taken = others.reduce((sum, { count }) => sum + count, 0);
  const isWanted = state.waiting.some((waiter) => waiter.owner !== owner);
  const free = isWanted ? 0 : toOpenSlots(state, { nowMs, limit }) - taken;
  const count = Math.max(mine.count, Math.min(wanted, free));
  return {
    state: { ...state, slots: [...others, { owner, count, untilMs: nowMs + slotLeaseMs }] },
    count,
  };
}

/** Gives all slots back, and any place among the waiters. Pure. */
export function releaseSlots(state: LoginState, owner: string): LoginState {
  const isOther = (one: { readonly owner: string }) => one.owner !== owner;
  return { ...state, slots: state.slots.filter(isOther), waiting: state.waiting.filter(isOther) };
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

/** Reserves the trial of a version for one request; `undefined` where another request is trying. Pure. */
export function beginTrial(
  state: LoginState,
  { owner, nowMs }: Actor,
  { instance, by, versionId }: { instance: string; by: string; versionId: string },
): LoginState | undefined {
  const standing = toStanding(state, instance);
  if (standing.trial && standing.trial.by !== by) return undefined;
  const trial = { by, owner, untilMs: nowMs + slotLeaseMs };
  const known = state.versions.some((version) => version.versionId === versionId);
  // A version that is tried as the previous one is not a new one, also where it becomes the current one later.
  const versions = known ? state.versions : [{ versionId }, ...state.versions];
  return withStanding({ ...state, versions }, instance, { ...standing, trial });
}

/** Ends a trial that says nothing about the login: AutoSys was not reached, or did not answer. Pure. */
export function endTrial(state: LoginState, instance: string, by: string): LoginState {
  const { trial, ...standing } = toStanding(state, instance);
  return trial?.by === by ? withStanding(state, instance, standing) : state;
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
export function acceptLogin(
  state: LoginState,
  { instance, versionId, begunMs, by }: AcceptedLogin,
): LoginState {
  const { trial, ...standing } = toStanding(state, instance);
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
  return withStanding(isCurrent ? withoutUnusedCredit(state) : state, instance, {
    ...rest,
    ...(isLatest && { worked: { versionId, atMs: begunMs } }),
    ...(suspect && !isShown && { suspect }),
    refused: isCurrent ? [] : standing.refused.filter((one) => one.versionId !== versionId),
    ...(trial && !isTrial && { trial }),
  });
}

/** A new version that works at once needs no refusal of its own: what comes later is another change. */
function withoutUnusedCredit(state: LoginState): LoginState {
  const isUsed = state.refusedMs.length > 0;
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
  const slots = state.slots
    .map((slot) => (slot.owner === owner ? { ...slot, count: slot.count - 1 } : slot))
    .filter(({ count }) => count > 0);
  const counted = { ...state, slots, ...countRefusal(state, versionId, nowMs) };
  const { trial, ...standing } = toStanding(state, instance);
  const others = { ...(trial && trial.by !== by && { trial }) };
  const at = { versionId, atMs: nowMs };
  // A refusal of the previous version is expected: AutoSys has caught up with the secret.
  const isCurrent = versionId === state.current?.versionId;
  if (isCurrent && by === undefined && isKnownGood(standing, versionId, nowMs)) {
    // A trial that began before the refusal shows nothing about it.
    const denied = [...standing.denied, { request, target, ...at }];
    const changed = { ...standing, denied, suspect: at };
    return { state: withStanding(counted, instance, changed), meaning: 'perhapsRequest' };
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
  return { state: withStanding(counted, instance, changed), meaning: 'login' };
}

/** The first refusal of a new version is free; every other one counts. */
function countRefusal({ versions, refusedMs }: LoginState, refused: string, nowMs: number) {
  const isFree = versions.some(
    ({ versionId, newMs }) =>
      versionId === refused && newMs !== undefined && nowMs - newMs < refusalWindowMs,
  );
  return {
    versions: versions.map((one) => (one.versionId === refused ? { versionId: refused } : one)),
    refusedMs: isFree ? refusedMs : [...refusedMs, nowMs],
  };
}

/** Whether the version worked within the last minute, and no refusal since is undecided. */
export function isKnownGood(
  { worked, suspect }: Standing,
  versionId: string,
  nowMs: number,
): boolean {
  if (worked?.versionId !== versionId || suspect?.versionId === versionId) return false;
  return Math.abs(nowMs - worked.atMs) < knownGoodMs;
}

/** A request as far as a refusal of it alone goes. */
export interface DeniedFacts {
  /** Tells this request from every other one for the target. */
  readonly request: string;
  /** What the permission depends on, such as `send job RISK`. */
  readonly target: string;
  /** Another request whose refusal refuses this one as well: what may not be read may not be changed. */
  readonly deniedBy?: string;
}

/** Why a request is not sent now. */
export type DenialResult =
  /** AutoSys has refused it, and nothing else, with 401. */
  | { readonly kind: 'denied'; readonly atMs: number; readonly untilMs: number }
  /** Another request for the target was refused, and another refusal is not risked before. */
  | { readonly kind: 'later'; readonly atMs: number; readonly untilMs: number }
  /** Nothing has shown yet whether the login is refused or this request alone. */
  | { readonly kind: 'undecided'; readonly atMs: number };

/** Whether a 401 for this request, or one for the same target, keeps it from being sent. Pure. */
export function findDenial(
  state: LoginState,
  {
    instance,
    request,
    target,
    deniedBy,
    versionId,
  }: DeniedFacts & { instance: string; versionId: string },
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): DenialResult | undefined {
  const { denied, suspect } = toStanding(state, instance);
  const ofVersion = denied.filter((one) => one.versionId === versionId);
  const own = ofVersion.findLast((one) => one.request === request || one.request === deniedBy);
  const found = own ?? ofVersion.findLast((one) => one.target === target);
  if (found === undefined) return undefined;
  const { atMs } = found;
  if (suspect?.versionId === versionId) {
    // Another request should show first whether the login is refused.
    return nowMs - atMs < undecidedMs ? { kind: 'undecided', atMs } : undefined;
  }
  const untilMs = atMs + refusalWindowMs;
  // However long it had to wait: it is rejected once, and sent again only where a person replays it.
  if (own && own.told !== true) return { kind: 'denied', atMs, untilMs };
  if (nowMs < untilMs) return { kind: own ? 'denied' : 'later', atMs, untilMs };
  // It may be refused again, and must not use up what the other requests need.
  const isLast = toAllowedRefusals(state, { nowMs, limit }) < 2;
  return isLast
    ? { kind: 'later', atMs, untilMs: toAllowedAgainMs(state, { nowMs, limit }) }
    : undefined;
}

/** Records that the rejection of a request was reported: a later replay of it may be sent. Pure. */
export function markDenialTold(
  state: LoginState,
  instance: string,
  facts: DeniedFacts,
): LoginState {
  const standing = toStanding(state, instance);
  const isOwn = (request: string) => request === facts.request || request === facts.deniedBy;
  const denied = standing.denied.map((one) =>
    isOwn(one.request) ? { ...one, told: true as const } : one,
  );
  return withStanding(state, instance, { ...standing, denied });
}

/** For so long another request is awaited that shows whether a login is refused or one request. */
const undecidedMs = 10 * 60_000;

export function toStanding(state: LoginState, instance: string): Standing {
  return state.standings[instance] ?? unknownStanding;
}

function withStanding(state: LoginState, instance: string, standing: Standing): LoginState {
  return { ...state, standings: { ...state.standings, [instance]: standing } };
}
