import { hasWorked } from './expiry.ts';
import { type InstanceLoginState, isKnownGood, type LoginState, refusalWindowMs } from './state.ts';

/** Which version of the secret a request carries. */
export type LoginChoice =
  /** It is known to be good: several requests may carry it. */
  | { readonly kind: 'use'; readonly versionId: string }
  /** It is not known to be good: one request over all functions tries it. */
  | { readonly kind: 'try'; readonly versionId: string }
  /** The current version is refused: what does the previous one say? */
  | { readonly kind: 'readPrevious' }
  /** All are refused; one is tried again then. */
  | { readonly kind: 'hold'; readonly untilMs: number };

/**
 * Chooses the login of the next request.
 *
 * The current version unless it is refused, then the previous one unless it is refused too. A version that another instance
 * refuses, and that did not work here last, is tried here only where the other one is refused: instances that share a secret usually
 * share their users. Where
 * both are refused, the one refused longest ago is tried again every quarter of an hour, which keeps within two refusals in
 * any half hour. Pure.
 */
export function chooseLogin(
  standing: InstanceLoginState,
  {
    current,
    isRefusedElsewhere,
    previous,
    nowMs,
  }: {
    readonly current: string;
    /** Whether another instance refuses the current version, and none accepts it. */
    readonly isRefusedElsewhere: boolean;
    /** `undefined` where it was not read yet, `null` where there is none that differs. */
    readonly previous: string | null | undefined;
    readonly nowMs: number;
  },
): LoginChoice {
  const { refused } = standing;
  const isRefused = (versionId: string) => refused.some((one) => one.versionId === versionId);
  // What worked here last is right here, whatever another AutoSys says.
  const isDoubted = isRefusedElsewhere && !hasWorked(standing, current);
  if (!isRefused(current) && !isDoubted) return toUse(standing, current, nowMs);
  if (previous === undefined) return { kind: 'readPrevious' };
  if (previous !== null && !isRefused(previous)) return toUse(standing, previous, nowMs);
  if (!isRefused(current)) return toUse(standing, current, nowMs);
  const untilMs = Math.max(...refused.map(({ atMs }) => atMs)) + refusalWindowMs / 2;
  if (nowMs < untilMs) return { kind: 'hold', untilMs };
  const oldest = refused.find(({ versionId }) => versionId === current || versionId === previous);
  return { kind: 'try', versionId: oldest?.versionId ?? current };
}

/** What {@link chooseLogin} needs of the state. Pure. */
export function toChoiceFacts(state: LoginState, instance: string, current: string, nowMs: number) {
  const others = Object.entries(state.standings).flatMap(([name, standing]) =>
    name === instance ? [] : [standing],
  );
  const workedMs = others.flatMap(({ worked }) =>
    worked?.versionId === current ? [worked.atMs] : [],
  );
  const refusedMs = others.flatMap(({ refused }) =>
    refused.flatMap(({ versionId, atMs }) => (versionId === current ? [atMs] : [])),
  );
  const isRefusedElsewhere = Math.max(0, ...refusedMs) > Math.max(0, ...workedMs);
  return { current, isRefusedElsewhere, nowMs };
}

function toUse(standing: InstanceLoginState, versionId: string, nowMs: number): LoginChoice {
  return { kind: isKnownGood(standing, versionId, nowMs) ? 'use' : 'try', versionId };
}
