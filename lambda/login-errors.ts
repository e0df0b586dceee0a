import { BridgeError } from './errors.ts';

/** Secrets Manager did not return the secret; a later try may succeed. */
export class CredentialsError extends BridgeError {
  override readonly name = 'CredentialsError';
  readonly code = 'BRIDGE_CREDENTIALS';
  readonly disposition = 'retry';
  /** Name of the failure, such as `ThrottlingException` or `ECONNREFUSED`. */
  readonly reason: string;

  constructor({ secret, reason }: { secret: string; reason: string }) {
    super(`secret ${secret} could not be read: ${reason}`);
    this.reason = reason;
  }
}

/**
 * The bridge cannot log in until a person corrects a secret. No event is the cause; all events
 * wait.
 */
export abstract class LockoutError extends BridgeError {
  readonly disposition = 'reject';
}

/**
 * No request may be sent with the login now; a later try may succeed.
 *
 * All requests allowed for the secret are under way, or it is unknown whether a 401 concerns the
 * login or one request alone. Shows nothing about AutoSys, so the circuit breaker does not count
 * it.
 */
export class LoginHeldError extends BridgeError {
  override readonly name = 'LoginHeldError';
  readonly code = 'BRIDGE_LOGIN_HELD';
  readonly disposition = 'retry';

  /** @param reason such as `all 2 requests allowed for its secret are under way` */
  constructor(reason: string) {
    super(`not sent: ${reason}; it is sent later`);
  }
}

/**
 * AutoSys answered 401 to requests for one target, although the same login worked for other
 * requests.
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

/** Errors of GetSecretValue that a retry cannot correct (API reference). */
export type SecretRefusal =
  | 'ResourceNotFoundException'
  | 'InvalidRequestException'
  | 'AccessDeniedException'
  | 'DecryptionFailure'
  | 'InvalidParameterException';

/** The secret does not exist, or the function may not read it. */
export class SecretDeniedError extends LockoutError {
  override readonly name = 'SecretDeniedError';
  readonly code = 'BRIDGE_SECRET_DENIED';
  readonly reason: SecretRefusal;

  /** @param advice what to do */
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

/** The secret was read, but its content is invalid. */
export class SecretShapeError extends LockoutError {
  override readonly name = 'SecretShapeError';
  readonly code = 'BRIDGE_SECRET_SHAPE';
  readonly found: string;
  readonly expected: string;

  /** @param expected description of the expected content; @default - a login */
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
