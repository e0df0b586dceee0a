import { type LoginState, refusalWindowMs } from './state.ts';

/** Maximum number of refused logins within the window, without those that new versions add. */
const allowedRefusals = 2;

/** Time for which an unfinished rotation, or a removed instance, keeps one refusal in reserve. */
const reserveForMs = 7 * 24 * 3_600_000;

/**
 * Number of refused logins that are still allowed, including the free one of a new current version.
 * Pure.
 */
export function toAllowedRefusals(
  { refusedMs, unclear, versions, current }: LoginState,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): number {
  const within = (atMs: number) => nowMs - atMs < refusalWindowMs;
  const { newMs } = versions.find(({ versionId }) => versionId === current?.versionId) ?? {};
  const free = newMs !== undefined && within(newMs) ? 1 : 0;
  const cap = Math.max(allowedRefusals, limit);
  const certain = [...refusedMs, ...unclear.filter(countsAlways).map(({ atMs }) => atMs)];
  const doubtful = unclear.filter((one) => !countsAlways(one) && within(one.atMs)).length;
  const counted = certain.filter(within).length;
  return cap + free - counted - (counted === 0 ? Math.min(doubtful, cap - 1) : doubtful);
}

/**
 * Whether the request counts even if a later success is possible: a trial whose function died, one
 * whose version never worked, or a request whose function did not wait for the answer.
 *
 * A lost reply of a version that had worked is doubtful only, and so are the slots of a dead
 * function: their login was known to be good. A function that dies with all slots must not stop the
 * instances of the secret for half an hour. So while only doubtful requests count, one request
 * remains allowed. Its success clears the others.
 */
function countsAlways({ by, isDoubtful }: LoginState['unclear'][number]): boolean {
  return by !== undefined && isDoubtful !== true;
}

/**
 * Number of requests that may be under way now, over all functions. Pure.
 *
 * Each of them may be refused, so the number never exceeds the refusals that are still allowed.
 * While AutoSys refuses the current version, one refusal is kept in reserve: the current version is
 * tried again when AutoSys refuses the previous version too.
 */
export function toOpenSlots(
  state: LoginState,
  facts: { readonly nowMs: number; readonly limit: number },
): number {
  const allowed = toAllowedRefusals(state, facts);
  const isRotating = Object.values(state.instances).some(({ refused }) =>
    refused.some(
      ({ versionId, atMs }) =>
        versionId === state.current?.versionId && facts.nowMs - atMs < reserveForMs,
    ),
  );
  const reserved = isRotating && allowed > 1 ? 1 : 0;
  return Math.max(0, Math.min(facts.limit, allowed - reserved));
}

/**
 * The instant at which the next login may be sent after too many refusals, in milliseconds. Pure.
 */
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
