/** Requests under way that one function holds the right to send. */
export interface SlotLease {
  /** One name for each sandbox. */
  readonly owner: string;
  readonly count: number;
  /** From then on the owner counts as dead. */
  readonly untilMs: number;
  /** What was known to be good when the lease was written: requests may carry it without a trial. */
  readonly logins: readonly LoginAt[];
}

/** A version of the secret at one AutoSys instance. */
export interface LoginAt {
  readonly instance: string;
  readonly versionId: string;
}

/** A request that may have been refused, and whose outcome was not recorded. It counts as a refusal. */
export interface UnclearRequest {
  readonly owner: string;
  /** The latest instant at which AutoSys may have refused it. */
  readonly atMs: number;
  /** The request; absent for a slot whose lease ran out. */
  readonly by?: string;
  /** Its reply was lost, and the version had worked. It counts like a lost slot. */
  readonly isDoubtful?: true;
  /** A later success of each of these shows that nothing was refused. Empty where no success shows it. */
  readonly unproven: readonly LoginAt[];
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

/** The one request that tries a version. It counts as a refusal where its outcome is not recorded in time. */
export interface Trial {
  readonly by: string;
  readonly owner: string;
  readonly versionId: string;
  readonly untilMs: number;
}

/** What one AutoSys instance has said about the versions of the secret. */
export interface InstanceLoginState {
  /** The version that worked last; `atMs` is the begin of the last request known to have been answered. */
  readonly worked?: VersionAt;
  /** Versions that are refused, the longest refused first. */
  readonly refused: readonly VersionAt[];
  /** A 401 that came although the version had worked within the last minute. */
  readonly suspect?: VersionAt;
  /** The one request that tries a version that is not known to work. */
  readonly trial?: Trial;
  readonly denied: readonly DeniedRequest[];
}

/**
 * What all functions know about one secret: one row of the ledger's table.
 *
 * Versions are named by the id of Secrets Manager, which reveals nothing about the password.
 */
export interface LoginState {
  readonly format: 3;
  readonly slots: readonly SlotLease[];
  readonly waiting: readonly SlotWaiter[];
  /** Instants of the refused logins within the window, over all functions and instances, without those that are free. */
  readonly refusedMs: readonly number[];
  readonly unclear: readonly UnclearRequest[];
  readonly versions: readonly KnownVersion[];
  /** The current version of the secret, and when it was first read as such; absent at the beginning. */
  readonly current?: { readonly versionId: string; readonly readMs: number };
  readonly standings: Readonly<Record<string, InstanceLoginState>>;
}

export const unknownLogin: LoginState = {
  format: 3,
  slots: [],
  waiting: [],
  refusedMs: [],
  unclear: [],
  versions: [],
  standings: {},
};

export const unknownInstanceLogin: InstanceLoginState = { refused: [], denied: [] };

/** Half an hour, plus a minute for clocks that differ between functions. */
export const refusalWindowMs = 31 * 60_000;

/** How long a slot lasts without renewal. Longer than two requests (`requestMs` of the client) may take. */
export const slotLeaseMs = 75_000;

/** A version that worked within the last minute is known to be good. */
export const knownGoodMs = 60_000;

/** A row that other software wrote in another shape counts as unknown: all protections start afresh. */
export function readLoginState(body: unknown): LoginState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 3
    ? (body as LoginState)
    : unknownLogin;
}

export function toInstanceLogin(state: LoginState, instance: string): InstanceLoginState {
  return state.standings[instance] ?? unknownInstanceLogin;
}

export function withInstanceLogin(
  state: LoginState,
  instance: string,
  standing: InstanceLoginState,
): LoginState {
  return { ...state, standings: { ...state.standings, [instance]: standing } };
}

/** Whether the version worked within the last minute, and no refusal since is undecided. */
export function isKnownGood(
  { worked, suspect }: InstanceLoginState,
  versionId: string,
  nowMs: number,
): boolean {
  if (worked?.versionId !== versionId || suspect?.versionId === versionId) return false;
  return Math.abs(nowMs - worked.atMs) < knownGoodMs;
}
