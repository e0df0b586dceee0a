/** The right of one function to have a number of requests under way. */
export interface SlotLease {
  /** Name of the sandbox. */
  readonly owner: string;
  readonly count: number;
  /** After this instant the owner counts as dead. */
  readonly untilMs: number;
  /**
   * Versions that were known to be good when the lease was written. Requests may carry them without
   * a trial.
   */
  readonly logins: readonly LoginAt[];
}

/** A version of the secret at one AutoSys instance. */
export interface LoginAt {
  readonly instance: string;
  readonly versionId: string;
}

/** A request that AutoSys may have refused, without a recorded outcome. It counts as a refusal. */
export interface UnclearRequest {
  readonly owner: string;
  /** The latest instant at which AutoSys may have refused it. */
  readonly atMs: number;
  /** Name of the request; absent for a slot whose lease expired. */
  readonly by?: string;
  /** The reply was waited for and lost, and the version had worked. It counts like a lost slot. */
  readonly isDoubtful?: true;
  /**
   * Later successes of all of these show that nothing was refused. Empty if no success can show it.
   */
  readonly unproven: readonly LoginAt[];
}

/** A function that waits for a slot. */
export interface SlotWaiter {
  readonly owner: string;
  readonly sinceMs: number;
  /** After this instant the waiter counts as dead, unless it has renewed its entry. */
  readonly untilMs: number;
}

/** A version of the secret, by the id that Secrets Manager gave it. */
export interface KnownVersion {
  readonly versionId: string;
  /**
   * When the version was first seen as new. Its first refusal is free, since a person has written
   * it. Absent if the version was known from the start, was refused, or worked while nothing was
   * refused.
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
  /** Identifies the request among all requests for the target. */
  readonly request: string;
  /** Such as `send job RISK`. */
  readonly target: string;
  /** The rejection was reported. */
  readonly isReported?: true;
}

/**
 * The one request that tries a version. It counts as a refusal if its outcome is not recorded in
 * time.
 */
export interface Trial {
  readonly by: string;
  readonly owner: string;
  readonly versionId: string;
  readonly untilMs: number;
}

/** What one AutoSys instance has answered about the versions of the secret. */
export interface InstanceLoginState {
  /** The version that worked last. `atMs` is when the last request that was answered began. */
  readonly worked?: VersionAt;
  /** Versions that are refused, the longest refused first. */
  readonly refused: readonly VersionAt[];
  /** A 401 although the version had worked within the last minute. */
  readonly suspect?: VersionAt;
  /** The one request that tries a version that is not known to work. */
  readonly trial?: Trial;
  readonly denied: readonly DeniedRequest[];
}

/**
 * What all functions know about one secret. One row of the ledger table.
 *
 * Versions are named by their id in Secrets Manager, which reveals nothing about the password.
 */
export interface LoginState {
  readonly format: 3;
  readonly slots: readonly SlotLease[];
  readonly waiting: readonly SlotWaiter[];
  /**
   * Instants of the refused logins within the window, of all functions and instances, without free
   * ones.
   */
  readonly refusedMs: readonly number[];
  readonly unclear: readonly UnclearRequest[];
  readonly versions: readonly KnownVersion[];
  /**
   * The current version of the secret, and when it was first read as current. Absent at the start.
   */
  readonly current?: { readonly versionId: string; readonly readMs: number };
  /** By name of the AutoSys instance. */
  readonly instances: Readonly<Record<string, InstanceLoginState>>;
}

export const unknownLogin: LoginState = {
  format: 3,
  slots: [],
  waiting: [],
  refusedMs: [],
  unclear: [],
  versions: [],
  instances: {},
};

export const unknownInstanceLogin: InstanceLoginState = { refused: [], denied: [] };

/** Half an hour, plus one minute for clocks of functions that differ. */
export const refusalWindowMs = 31 * 60_000;

/**
 * Duration of a lease without renewal. Longer than two requests (`requestMs` of the client) may
 * take.
 */
export const slotLeaseMs = 75_000;

/** A version that worked within the last minute is known to be good. */
export const knownGoodMs = 60_000;

/** A row in another format counts as unknown, so all limits start again. */
export function readLoginState(body: unknown): LoginState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 3
    ? (body as LoginState)
    : unknownLogin;
}

export function toInstanceLogin(state: LoginState, instance: string): InstanceLoginState {
  return state.instances[instance] ?? unknownInstanceLogin;
}

export function withInstanceLogin(
  state: LoginState,
  instance: string,
  instanceState: InstanceLoginState,
): LoginState {
  return { ...state, instances: { ...state.instances, [instance]: instanceState } };
}

/** Whether the version worked within the last minute, without an undecided refusal since. */
export function isKnownGood(
  { worked, suspect }: InstanceLoginState,
  versionId: string,
  nowMs: number,
): boolean {
  if (worked?.versionId !== versionId || suspect?.versionId === versionId) return false;
  return Math.abs(nowMs - worked.atMs) < knownGoodMs;
}
