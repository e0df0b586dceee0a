import type { Disposition } from './disposition.ts';

/** A name or value that AutoSys does not accept: what it is, what was found, what is allowed. */
export class NameError extends Error {
  override readonly name = 'NameError';
  readonly code = 'AUTOSYS_NAME';
  readonly disposition: Disposition = 'reject';
  /** Such as `job name`. */
  readonly what: string;
  readonly found: string;
  readonly allowed: string;

  constructor({ what, found, allowed }: { what: string; found: string; allowed: string }) {
    super(`${what}: found ${found}, allowed: ${allowed}`);
    this.what = what;
    this.found = found;
    this.allowed = allowed;
  }
}
