import { AutosysError, type Disposition, NameError } from '../autosys/errors.ts';

/**
 * Base class of errors on the side of the bridge: an event, a secret, a setting.
 *
 * Messages never contain values of an event, since Batch events contain environment variables in
 * clear.
 */
export abstract class BridgeError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;
}

/** An event that does not have the shape that AWS documents. */
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

/** The ledger table could not be accessed, or contains an invalid row; a later try may succeed. */
export class LedgerError extends BridgeError {
  override readonly name = 'LedgerError';
  readonly code = 'BRIDGE_LEDGER';
  readonly disposition = 'retry';
  /** Key of the invalid row, which no retry corrects; absent if the table could not be accessed. */
  readonly row?: string;

  /**
   * @param doing what was tried, such as `carry out GetItem on table Ledger`
   * @param reason name of the failure, or what is invalid in which row; never a value of the row
   */
  constructor({ doing, reason, row }: { doing: string; reason: string; row?: string }) {
    super(`the ledger could not ${doing}: ${reason}`);
    if (row !== undefined) this.row = row;
  }
}

/**
 * The role of a source could not be assumed, so no lookup is possible in its account and Region.
 */
export class SourceRoleError extends BridgeError {
  override readonly name = 'SourceRoleError';
  readonly code = 'BRIDGE_SOURCE_ROLE';
  readonly disposition = 'retry';
  /**
   * `denied`: the role does not exist or denies access. For the other kinds a later try may
   * succeed.
   */
  readonly kind: 'throttled' | 'denied' | 'unavailable';

  /** @param role its ARN @param reason name of the failure */
  constructor(failed: {
    account: string;
    region: string;
    role: string;
    kind: SourceRoleError['kind'];
    reason: string;
  }) {
    const { account, region, role, kind, reason } = failed;
    const where = `calls in account ${account}, ${region} need the role ${role}`;
    super(
      kind === 'denied'
        ? `${where}, which does not exist or does not allow the bridge (${reason}); deploy the source there with bridgeSweepRoleArn, and with bridgeRequestRoleArns for requests, see docs/deploy.md`
        : `${where}, but AWS STS did not grant it (${reason})`,
    );
    this.kind = kind;
  }
}

/**
 * A fault in the code of the bridge or of a library, so the result of a request is unknown.
 *
 * Contains nothing of the original error, which is logged as a defect with its class and location.
 */
export class DefectError extends BridgeError {
  override readonly name = 'DefectError';
  readonly code = 'BRIDGE_DEFECT';
  readonly disposition = 'confirm';

  constructor() {
    super(
      'a defect in the bridge prevented the evaluation of the answer; it is logged, see the runbook',
    );
  }
}

/** The configuration of the function is invalid; reports all faults. */
export class ConfigError extends BridgeError {
  override readonly name = 'ConfigError';
  readonly code = 'BRIDGE_CONFIG';
  readonly disposition = 'reject';

  constructor(faults: readonly string[]) {
    super(`invalid configuration, ${faults.length} fault(s): ${faults.join('; ')}`);
  }
}

/**
 * Disposition after any error. An unexpected error counts as `confirm`, since its outcome is
 * unknown.
 */
export function toDisposition(error: unknown): Disposition {
  return isExpectedError(error) ? error.disposition : 'confirm';
}

/** Whether the bridge expects this error; any other error is a defect. */
export function isExpectedError(error: unknown): error is BridgeError | AutosysError | NameError {
  return (
    error instanceof BridgeError || error instanceof AutosysError || error instanceof NameError
  );
}

/** An error as it may be logged. */
export interface ErrorDescription {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Describes an error for the log. The message of an unexpected error is left out, since it may
 * contain secrets.
 */
export function describeError(error: unknown): ErrorDescription {
  if (isExpectedError(error)) {
    return { name: error.name, code: error.code, message: error.message };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return { name, code: 'UNEXPECTED', message: `an unexpected ${name}` };
}

/**
 * Result of a failed request. `ofRequest`: it shows nothing about the instance, so the circuit
 * breaker does not count it.
 */
export type Failure =
  /** The request may have arrived; read back before sending again. */
  | { readonly kind: 'unknown'; readonly error: ErrorDescription; readonly ofRequest?: true }
  /**
   * The request did not arrive; a later try may succeed. `lockedOut`: the login is the reason, so
   * no event can be sent. `held`: the bridge suspended the login itself, which shows nothing about
   * AutoSys.
   */
  | {
      readonly kind: 'unreached';
      readonly error: ErrorDescription;
      readonly lockedOut?: true;
      readonly ofRequest?: true;
      readonly held?: true;
    }
  /** AutoSys rejected the request. */
  | { readonly kind: 'refused'; readonly error: ErrorDescription };
