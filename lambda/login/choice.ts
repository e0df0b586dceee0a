import { hasWorked } from './expiry.ts';
import { type InstanceLoginState, isKnownGood, type LoginState, refusalWindowMs } from './state.ts';

/** Which version of the secret a request carries. */
export type LoginChoice =
  /** The version is known to be good; several requests may carry it. */
  | { readonly kind: 'use'; readonly versionId: string }
  /** The version is not known to be good; only one request of all functions tries it. */
  | { readonly kind: 'try'; readonly versionId: string }
  /** The current version is refused; the previous version must be read. */
  | { readonly kind: 'readPrevious' }
  /** All versions are refused. The next trial is allowed at `untilMs`. */
  | { readonly kind: 'suspended'; readonly untilMs: number };

/**
 * Chooses the version of the secret that the next request carries. Pure.
 *
 * 1. The current version, unless it is refused.
 * 2. The previous version, unless it is refused.
 * 3. If both are refused: the version with the older refusal, once every quarter of an hour. This
 *   keeps within two refusals in any half hour.
 *
 * Instances that share a secret usually share their users. So a version that another instance
 * refuses, and that did not work here last, is used only if the previous version is refused.
 */
export function chooseLogin(
  instanceState: InstanceLoginState,
  {
    current,
    isRefusedElsewhere,
    previous,
    nowMs,
  }: {
    readonly current: string;
    /** Whether another instance refuses the current version, and none accepts it. */
    readonly isRefusedElsewhere: boolean;
    /** `undefined`: not read yet. `null`: no previous version that differs from the current one. */
    readonly previous: string | null | undefined;
    readonly nowMs: number;
  },
): LoginChoice {
  const { refused } = instanceState;
  const isRefused = (versionId: string) => refused.some((one) => one.versionId === versionId);
  // The last answer of this instance counts more than the answers of other instances.
  const isDoubted = isRefusedElsewhere && !hasWorked(instanceState, current);
  if (!isRefused(current) && !isDoubted) return toUseOrTry(instanceState, current, nowMs);
  if (previous === undefined) return { kind: 'readPrevious' };
  if (previous !== null && !isRefused(previous)) return toUseOrTry(instanceState, previous, nowMs);
  if (!isRefused(current)) return toUseOrTry(instanceState, current, nowMs);
  const untilMs = Math.max(...refused.map(({ atMs }) => atMs)) + refusalWindowMs / 2;
  if (nowMs < untilMs) return { kind: 'suspended', untilMs };
  const oldest = refused.find(({ versionId }) => versionId === current || versionId === previous);
  return { kind: 'try', versionId: oldest?.versionId ?? current };
}

/** Extracts what {@link chooseLogin} needs from the state. Pure. */
export function toChoiceFacts(state: LoginState, instance: string, current: string, nowMs: number) {
  const others = Object.entries(state.instances).flatMap(([name, instanceState]) =>
    name === instance ? [] : [instanceState],
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

function toUseOrTry(
  instanceState: InstanceLoginState,
  versionId: string,
  nowMs: number,
): LoginChoice {
  return { kind: isKnownGood(instanceState, versionId, nowMs) ? 'use' : 'try', versionId };
}
