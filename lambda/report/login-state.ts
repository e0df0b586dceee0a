/** Requests under way that one function holds the right to send. */
export interface SlotLease {
  /** One name for each sandbox. */
  readonly owner: string;
  readonly count: number;
  /** From then on other functions may take the slots: the owner has died. */
  readonly untilMs: number;
}

/** A function that waits for a slot. */
export interface SlotWaiter {
  readonly owner: string;
  readonly sinceMs: number;
  /** From then on the waiter counts as dead unless it has renewed its place. */
  readonly untilMs: number;
}

/** A version of the secret, by the id that Secrets Manager gave it. */
export interface KnownVersion {
  readonly versionId: string;
  /**
   * When the version was first seen as a new one, as long as its first refusal is free: a person has put it. Absent where it
   * was there from the start, was refused, or works while nothing was refused.
   */
  readonly newMs?: number;
}

/** A version and an instant. */
export interface VersionAt {
  readonly versionId: string;
  readonly atMs: number;
}

/** A request that was refused with 401 while the login worked for other requests. */
export interface DeniedRequest extends VersionAt {
  /** Tells this request from every other one for the target. */
  readonly request: string;
  /** Such as `send job RISK`. */
  readonly target: string;
  /** Its rejection was reported. */
  readonly told?: true;
}

/** What one AutoSys instance has said about the versions of the secret. */
export interface Standing {
  /** The version that worked last; `atMs` is the begin of the last request known to have been answered. */
  readonly worked?: VersionAt;
  /** Versions that are refused, the longest refused first. */
  readonly refused: readonly VersionAt[];
  /** A 401 that came although the version had worked within the last minute. */
  readonly suspect?: VersionAt;
  /** The one request that tries a version that is not known to work. */
  readonly trial?: { readonly by: string; readonly owner: string; readonly untilMs: number };
  readonly denied: readonly DeniedRequest[];
}

/**
 * What all functions know about one secret: one row of the ledger's table.
 *
 * Versions are named by the id of Secrets Manager, which reveals nothing about the password.
 */
export interface LoginState {
  readonly format: 2;
  readonly slots: readonly SlotLease[];
  readonly waiting: readonly SlotWaiter[];
  /** Instants of the refused logins within the window, over all functions and instances, without those that are free. */
  readonly refusedMs: readonly number[];
  readonly versions: readonly KnownVersion[];
  /** The current version of the secret, and when it was first read as such; absent at the beginning. */
  readonly current?: { readonly versionId: string; readonly readMs: number };
  readonly standings: Readonly<Record<string, Standing>>;
}

export const unknownLogin: LoginState = {
  format: 2,
  slots: [],
  waiting: [],
  refusedMs: [],
  versions: [],
  standings: {},
};

export const unknownStanding: Standing = { refused: [], denied: [] };

/** Refused logins allowed within the window, without those that new versions of the secret add. */
const allowedRefusals = 2;

/** Half an hour, plus a minute for clocks that differ between functions. */
export const refusalWindowMs = 31 * 60_000;

/** How long a slot lasts without renewal. Longer than two requests (`requestMs` of the client) may take. */
export const slotLeaseMs = 75_000;

/** A request for a target that was refused is remembered for so long. */
const deniedKeptMs = 24 * 3_600_000;

/** A rotation that is not finished by then gets no reserve any more; nor does an instance that was removed. */
const lagsForMs = 7 * 24 * 3_600_000;

/** Secrets Manager stages two versions; a few more are kept, so that a version put back is not taken for a new one. */
const versionsKept = 12;
const deniedKept = 20;

/** The state without what is over. Pure. */
export function withoutPast(state: LoginState, nowMs: number): LoginState {
  // A lease that ends later than any lease can was written by a clock that ran ahead.
  const isLive = ({ untilMs }: { readonly untilMs: number }) =>
    untilMs > nowMs && untilMs - nowMs <= 2 * slotLeaseMs;
  // An instant from the future counts, and for no longer than two windows.
  const toPast = (atMs: number) => Math.min(atMs, nowMs + refusalWindowMs);
  const standings = Object.entries(state.standings).map(([instance, standing]) => {
    const { trial, ...rest } = standing;
    const denied = rest.denied.filter(({ atMs }) => nowMs - atMs < deniedKeptMs).slice(-deniedKept);
    return [instance, { ...rest, denied, ...(trial && isLive(trial) && { trial }) }] as const;
  });
  return {
    ...state,
    slots: state.slots.filter(isLive),
    waiting: state.waiting.filter(isLive),
    refusedMs: state.refusedMs.map(toPast).filter((atMs) => nowMs - atMs < refusalWindowMs),
    versions: state.versions.slice(-versionsKept).map(({ versionId, newMs }) => ({
      versionId,
      ...(newMs !== undefined && { newMs: toPast(newMs) }),
    })),
    standings: Object.fromEntries(standings),
  };
}

/** How many refused logins are still allowed now, that of a new current version included. Pure. */
export function toAllowedRefusals(
  { refusedMs, versions, current }: LoginState,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): number {
  const within = (atMs: number) => nowMs - atMs < refusalWindowMs;
  const { newMs } = versions.find(({ versionId }) => versionId === current?.versionId) ?? {};
  const free = newMs !== undefined && within(newMs) ? 1 : 0;
  return Math.max(allowedRefusals, limit) + free - refusedMs.filter(within).length;
}

/**
 * How many requests may be under way now over all functions.
 *
 * Each of them may be refused, so there are never more than refusals that are still allowed. Where AutoSys refuses the
 * current version, one refusal is kept in reserve: when the previous version is refused too, the current one is tried.
 */
export function toOpenSlots(
  state: LoginState,
  facts: { readonly nowMs: number; readonly limit: number },
): number {
  const allowed = toAllowedRefusals(state, facts);
  const lags = Object.values(state.standings).some(({ refused }) =>
    refused.some(
      ({ versionId, atMs }) =>
        versionId === state.current?.versionId && facts.nowMs - atMs < lagsForMs,
    ),
  );
  const reserved = lags && allowed > 1 ? 1 : 0;
  return Math.max(0, Math.min(facts.limit, allowed - reserved));
}

/** When the next login may be sent after too many were refused. */
export function toAllowedAgainMs(
  state: LoginState,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): number {
  const ends = state.refusedMs.map((atMs) => atMs + refusalWindowMs).sort((a, b) => a - b);
  return ends.find((atMs) => toAllowedRefusals(state, { nowMs: atMs, limit }) > 0) ?? nowMs;
}

/** A row that other software wrote in another shape counts as unknown: all protections start afresh. */
export function readLoginState(body: unknown): LoginState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 2
    ? (body as LoginState)
    : unknownLogin;
}
