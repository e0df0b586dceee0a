import { toAllowedAgainMs, toAllowedRefusals } from './limit.ts';
import { type LoginState, refusalWindowMs, toInstanceLogin, withInstanceLogin } from './state.ts';

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
  const { denied, suspect } = toInstanceLogin(state, instance);
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
export function markDenialLogged(
  state: LoginState,
  instance: string,
  facts: DeniedFacts,
): LoginState {
  const standing = toInstanceLogin(state, instance);
  const isOwn = (request: string) => request === facts.request || request === facts.deniedBy;
  const denied = standing.denied.map((one) =>
    isOwn(one.request) ? { ...one, told: true as const } : one,
  );
  return withInstanceLogin(state, instance, { ...standing, denied });
}

/** For so long another request is awaited that shows whether a login is refused or one request. */
const undecidedMs = 10 * 60_000;
