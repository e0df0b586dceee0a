import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AutosysEventKind } from '../autosys/event.ts';

/**
 * What EEM allows a user to do: send one kind of event, read, or define jobs by JIL.
 *
 * Coarser than EEM, which also checks the job and its owner (classes as-job, as-owner,
 * as-sendevent, GLOBAL_VAR).
 */
export type Permission = AutosysEventKind | 'read' | 'jil';

/** A user of the embedded AutoSys. */
export interface EmulatedLogin {
  readonly user: string;
  readonly password: string;
  /** @default - everything */
  readonly permissions?: readonly Permission[];
}

/**
 * The users of the embedded AutoSys and their permissions. Passwords are kept only as keyed
 * digests.
 */
export class EmulatedLogins {
  readonly #key = randomBytes(32);
  readonly #digests = new Map<string, readonly Buffer[]>();
  readonly #permissions = new Map<string, ReadonlySet<Permission> | undefined>();

  constructor(accounts: readonly EmulatedLogin[]) {
    for (const { user, password, permissions } of accounts) {
      this.setPassword(user, password);
      this.permit(user, permissions);
    }
  }

  /** Sets a user's password. The previous password is rejected from the next request on. */
  setPassword(user: string, password: string): void {
    const credentials = `${user}:${password}`;
    // RFC 7617 asks for UTF-8; older Java clients send ISO-8859-1.
    const encodings = [Buffer.from(credentials, 'utf8'), Buffer.from(credentials, 'latin1')];
    this.#digests.set(
      user,
      encodings.map((bytes) => this.#digest(bytes)),
    );
  }

  /**
   * Sets what a user may do, from the next request on. Without permissions everything is allowed.
   */
  permit(user: string, permissions?: readonly Permission[]): void {
    this.#permissions.set(user, permissions && new Set(permissions));
  }

  /**
   * The user whose name and password the Authorization header carries. `undefined` if none matches.
   */
  recognise(authorization: string | undefined): string | undefined {
    const base64 = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
    if (base64 === undefined) return undefined;
    const presented = this.#digest(Buffer.from(base64, 'base64'));
    let found: string | undefined;
    // Every account is compared, each in constant time, so that the duration reveals nothing.
    for (const [user, digests] of this.#digests) {
      for (const digest of digests) if (timingSafeEqual(digest, presented)) found = user;
    }
    return found;
  }

  /** True when EEM allows the user this action. */
  mayDo(user: string, permission: Permission): boolean {
    return this.#permissions.get(user)?.has(permission) ?? true;
  }

  #digest(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(bytes).digest();
  }
}
