import { AutosysError, type Disposition, NameError } from '../autosys/errors.ts';

/**
 * Something is wrong on our side of the bridge: an event, a secret, a setting.
 *
 * Carries what a person needs and never a value of the event: Batch events hold environment variables in clear.
 */
export abstract class BridgeError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;
}

/** An event that is not in AWS's documented shape: which field, what is allowed, what type was found. */
export class InvalidEventError extends BridgeError {
  override readonly name = 'InvalidEventError';
  readonly code = 'BRIDGE_INVALID_EVENT';
  readonly disposition = 'reject';
  /** Dotted path of the field, such as `detail.status`; empty for the whole event. */
  readonly path: string;
  readonly expected: string;
  /** A type, or a short word that is known to be no secret; never a free value. */
  readonly found: string;

  constructor({ path, expected, found }: { path: string; expected: string; found: string }) {
    super(`${path === '' ? 'the event' : path}: expected ${expected}, found ${found}`);
    this.path = path;
    this.expected = expected;
    this.found = found;
  }
}

/** Secrets Manager did not hand out the secret now; a later try may. */
export class CredentialsError extends BridgeError {
  override readonly name = 'CredentialsError';
  readonly code = 'BRIDGE_CREDENTIALS';
  readonly disposition = 'retry';
  /** The name of a failure, such as `ThrottlingException` or `ECONNREFUSED`. */
  readonly reason: string;

  constructor({ secret, reason }: { secret: string; reason: string }) {
    super(`secret ${secret} could not be read: ${reason}`);
    this.reason = reason;
  }
}

/** The bridge is kept out of an AutoSys until a person mends a secret: no event is to blame, and each waits. */
export abstract class LockoutError extends BridgeError {
  readonly disposition = 'reject';
}

/**
 * No request may be sent with the login now; a later try may do better.
 *
 * All requests under way for the secret are in use, or it is not decided yet whether a 401 concerns the login or one
 * request alone. Says nothing about AutoSys: the circuit breaker does not count it.
 */
export class LoginHeldError extends BridgeError {
  override readonly name = 'LoginHeldError';
  readonly code = 'BRIDGE_LOGIN_HELD';
  readonly disposition = 'retry';

  /** @param reason in words, such as `all 2 requests under way for its secret are in use` */
  constructor(reason: string) {
    super(`not sent: ${reason}; it is sent later`);
  }
}

/**
 * AutoSys answered 401 to requests for one target, although the same login worked for other requests.
 *
 * EEM policies on the owner of a job can have this effect (inferred).
 */
export class RequestDeniedError extends BridgeError {
  override readonly name = 'RequestDeniedError';
  readonly code = 'BRIDGE_REQUEST_DENIED';
  readonly disposition = 'reject';

  constructor({ target, at, until }: { target: string; at: Date; until: Date }) {
    super(
      `AutoSys refused the login (401) for this request alone, at ${at.toISOString()} (${target}); the same login worked for other requests afterwards. Check the EEM policies of the user for this target (as-owner, as-job, GLOBAL_VAR). Every refused login counts towards the lock of the account, so the bridge does not send a request for this target before ${until.toISOString()}; then replay the entry`,
    );
  }
}

/** Errors of GetSecretValue that no later try mends by itself (API reference). */
export type SecretRefusal =
  | 'ResourceNotFoundException'
  | 'InvalidRequestException'
  | 'AccessDeniedException'
  | 'DecryptionFailure'
  | 'InvalidParameterException';

/** The secret is not there, or the function may not read it. */
export class SecretDeniedError extends LockoutError {
  override readonly name = 'SecretDeniedError';
  readonly code = 'BRIDGE_SECRET_DENIED';
  readonly reason: SecretRefusal;

  /** @param advice what to do about it, in words */
  constructor({
    secret,
    reason,
    advice,
  }: {
    secret: string;
    reason: SecretRefusal;
    advice: string;
  }) {
    super(`secret ${secret} cannot be read: ${reason}, ${advice}`);
    this.reason = reason;
  }
}

/** The secret was read and holds something else than it should. */
export class SecretShapeError extends LockoutError {
  override readonly name = 'SecretShapeError';
  readonly code = 'BRIDGE_SECRET_SHAPE';
  readonly found: string;
  readonly expected: string;

  /** @param expected in words; @default - the shape of a login */
  constructor({
    secret,
    found,
    expected = 'JSON with the two texts username and password',
  }: {
    secret: string;
    found: string;
    expected?: string;
  }) {
    super(`secret ${secret}: expected ${expected}, found ${found}`);
    this.found = found;
    this.expected = expected;
  }
}

/** The ledger's table could not be asked, or holds what does not read; a later try may do better. */
export class LedgerError extends BridgeError {
  override readonly name = 'LedgerError';
  readonly code = 'BRIDGE_LEDGER';
  readonly disposition = 'retry';
  /** The key of the row that does not read, which no later try changes; absent where the table could not be asked. */
  readonly row?: string;

  /**
   * @param doing what was tried, such as `carry out GetItem on table Ledger`
   * @param reason the name of a failure, or what does not read and in which row; never a value of the row
   */
  constructor({ doing, reason, row }: { doing: string; reason: string; row?: string }) {
    super(`the ledger could not ${doing}: ${reason}`);
    if (row !== undefined) this.row = row;
  }
}

/** The role of a source could not be taken on: nobody can ask in that account and Region now. */
export class SourceRoleError extends BridgeError {
  override readonly name = 'SourceRoleError';
  readonly code = 'BRIDGE_SOURCE_ROLE';
  readonly disposition = 'retry';
  /** `denied`: there is no such role, or it is closed to us; else a later try may do better. */
  readonly kind: 'throttled' | 'denied' | 'away';

  /** @param role its ARN @param reason the name of the failure */
  constructor(failed: {
    account: string;
    region: string;
    role: string;
    kind: SourceRoleError['kind'];
    reason: string;
  }) {
    const { account, region, role, kind, reason } = failed;
    const where = `in account ${account}, ${region}, nobody may ask without the role ${role}`;
    super(
      kind === 'denied'
        ? `${where}, which is not there or does not let the sweep in (${reason}); deploy the source there with the sweep's role, see docs/deploy.md`
        : `${where}, and AWS STS did not hand it out (${reason})`,
    );
    this.kind = kind;
  }
}

/**
 * A fault in the code of the bridge or of a library kept a request from being judged; it may have been sent.
 *
 * Carries nothing of the error, which is logged as a defect with its class and place.
 */
export class DefectError extends BridgeError {
  override readonly name = 'DefectError';
  readonly code = 'BRIDGE_DEFECT';
  readonly disposition = 'confirm';

  constructor() {
    super(
      'a defect of the bridge kept the answer from being judged; it is logged, see the runbook',
    );
  }
}

/** The function's own configuration is wrong; every fault at once. */
export class ConfigError extends BridgeError {
  override readonly name = 'ConfigError';
  readonly code = 'BRIDGE_CONFIG';
  readonly disposition = 'reject';

  constructor(faults: readonly string[]) {
    super(`the configuration has ${faults.length} fault(s): ${faults.join('; ')}`);
  }
}

/** What to do after any failure; a stranger's error counts as `confirm`, since nobody knows how far it came. */
export function toDisposition(error: unknown): Disposition {
  return isExpectedError(error) ? error.disposition : 'confirm';
}

/** Whether an error is one of those the bridge is made for; every other is a defect. */
export function isExpectedError(error: unknown): error is BridgeError | AutosysError | NameError {
  return (
    error instanceof BridgeError || error instanceof AutosysError || error instanceof NameError
  );
}

/** An error as logs may show it: name, code and message, and nothing that hangs on it. */
export interface ErrorDescription {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** Describes an error for a log; of a stranger's only the name and its code, for its message may hold anything. */
export function describeError(error: unknown): ErrorDescription {
  if (isExpectedError(error)) {
    return { name: error.name, code: error.code, message: error.message };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return { name, code: 'UNEXPECTED', message: `an unexpected ${name}` };
}

/**
 * What a failure means for the event that met it; `ofRequest` where it says nothing about the instance, so that no
 * circuit breaker counts it.
 */
export type Failure =
  /** It may have arrived: look before sending again. */
  | { readonly kind: 'unknown'; readonly error: ErrorDescription; readonly ofRequest?: true }
  /**
   * It did not arrive, and a later try may. `lockedOut` where the login is why, and no event has a chance; `held` where the
   * bridge itself holds the login back, which says nothing about AutoSys.
   */
  | {
      readonly kind: 'unreached';
      readonly error: ErrorDescription;
      readonly lockedOut?: true;
      readonly ofRequest?: true;
      readonly held?: true;
    }
  /** AutoSys will not have it. */
  | { readonly kind: 'refused'; readonly error: ErrorDescription };
