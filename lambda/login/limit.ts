import { type LoginState, refusalWindowMs } from './state.ts';

/** Refused logins allowed within the window, without those that new versions of the secret add. */
const allowedRefusals = 2;

/** A rotation that is not finished by then gets no reserve any more; nor does an instance that was removed. */
const lagsForMs = 7 * 24 * 3_600_000;

/** How many refused logins are still allowed now, that of a new current version included. Pure. */
export function toAllowedRefusals(
  { refusedMs, unclear, versions, current }: LoginState,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): number {
  const within = (atMs: number) => nowMs - atMs < refusalWindowMs;
  const { newMs } = versions.find(({ versionId }) => versionId === current?.versionId) ?? {};
  const free = newMs !== undefined && within(newMs) ? 1 : 0;
  const cap = Math.max(allowedRefusals, limit);
  const sure = [...refusedMs, ...unclear.filter(countsAlways).map(({ atMs }) => atMs)];
  const doubtful = unclear.filter((one) => !countsAlways(one) && within(one.atMs)).length;
  const counted = sure.filter(within).length;
  return cap + free - counted - (counted === 0 ? Math.min(doubtful, cap - 1) : doubtful);
}

/**
 * Whether the request counts whatever became of it: a trial whose function died, or whose version never worked.
 *
 * A lost reply of a version that had worked, and the slots of a dead function, are doubtful only: their login was known to be good. A function that dies with all slots must not
 * stop the instances of the secret for half an hour: while nothing else is counted, one request remains, and its success
 * clears the others.
 */
function countsAlways({ by, isDoubtful }: LoginState['unclear'][number]): boolean {
  return by !== undefined && isDoubtful !== true;
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
  const counted = [...state.refusedMs, ...state.unclear.map(({ atMs }) => atMs)];
  const ends = counted.map((atMs) => atMs + refusalWindowMs).sort((a, b) => a - b);
  return ends.find((atMs) => toAllowedRefusals(state, { nowMs: atMs, limit }) > 0) ?? nowMs;
}

/** Counts a refusal. The first one of a new version is free. Pure. */
export function countRefusal(
  { versions, refusedMs }: LoginState,
  refused: string,
  nowMs: number,
): Pick<LoginState, 'versions' | 'refusedMs'> {
  const isFree = versions.some(
    ({ versionId, newMs }) =>
      versionId === refused && newMs !== undefined && nowMs - newMs < refusalWindowMs,
  );
  return {
    versions: versions.map((one) => (one.versionId === refused ? { versionId: refused } : one)),
    refusedMs: isFree ? refusedMs : [...refusedMs, nowMs],
  };
}
