import { toAllowedAgainMs, toAllowedRefusals } from './limit.ts';
import { type LoginState, refusalWindowMs, toInstanceLogin, withInstanceLogin } from './state.ts';

/** A request, as needed to find an earlier refusal of it. */
export interface DeniedFacts {
  /** Identifies the request among all requests for the target. */
  readonly request: string;
  /** What the permission depends on, such as `send job RISK`. */
  readonly target: string;
  /** A request whose refusal also applies to this one: what may not be read may not be changed. */
  readonly deniedBy?: string;
}

/** Why a request is not sent now. */
export type DenialResult =
  /** AutoSys refused this request alone with 401. */
  | { readonly kind: 'denied'; readonly atMs: number; readonly untilMs: number }
  /**
   * AutoSys refused another request for the target. A second refusal is not risked before
   * `untilMs`.
   */
  | { readonly kind: 'later'; readonly atMs: number; readonly untilMs: number }
  /** Not known yet whether AutoSys refuses the login or this request alone. */
  | { readonly kind: 'undecided'; readonly atMs: number };

/** Finds a 401 for this request, or for the same target, that prevents sending it. Pure. */
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
  const { denied, suspect } = toInstanceLogin(state, instance);
  const ofVersion = denied.filter((one) => one.versionId === versionId);
  const own = ofVersion.findLast((one) => one.request === request || one.request === deniedBy);
  const found = own ?? ofVersion.findLast((one) => one.target === target);
  if (found === undefined) return undefined;
  const { atMs } = found;
  if (suspect?.versionId === versionId) {
    // Another request decides first whether the login is refused.
    return nowMs - atMs < undecidedMs ? { kind: 'undecided', atMs } : undefined;
  }
  const untilMs = atMs + refusalWindowMs;
  // A denied request is rejected once, however long it waited. Afterwards it is sent only when an
  // operator replays it.
  if (own && own.isReported !== true) return { kind: 'denied', atMs, untilMs };
  if (nowMs < untilMs) return { kind: own ? 'denied' : 'later', atMs, untilMs };
  // The request may be refused again. It must not use the last refusal that other requests need.
  const isLast = toAllowedRefusals(state, { nowMs, limit }) < 2;
  return isLast
    ? { kind: 'later', atMs, untilMs: toAllowedAgainMs(state, { nowMs, limit }) }
    : undefined;
}

/**
 * Records that the rejection of a request was reported, so that a replay of it may be sent. Pure.
 */
export function markDenialReported(
  state: LoginState,
  instance: string,
  facts: DeniedFacts,
): LoginState {
  const instanceState = toInstanceLogin(state, instance);
  const isOwn = (request: string) => request === facts.request || request === facts.deniedBy;
  const denied = instanceState.denied.map((one) =>
    isOwn(one.request) ? { ...one, isReported: true as const } : one,
  );
  return withInstanceLogin(state, instance, { ...instanceState, denied });
}

/**
 * How long to wait for another request to show whether AutoSys refuses the login or one request.
 */
const undecidedMs = 10 * 60_000;
