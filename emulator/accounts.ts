import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AutosysEventKind } from '../autosys/event.ts';

/**
 * What EEM lets a user do: send one kind of event, read, define jobs by JIL.
 *
 * Coarser than EEM, which also asks for the job and its owner (classes as-job, as-owner, as-sendevent, GLOBAL_VAR).
 */
export type Permission = AutosysEventKind | 'read' | 'jil';

/** A user of the embedded AutoSys. */
export interface EmulatedLogin {
  readonly user: string;
  readonly password: string;
  /** @default - everything */
  readonly permissions?: readonly Permission[];
}

/** Who may come in, and what each may do. Passwords are kept as keyed digests only. */
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

  /** Gives a user another password; the old one is refused from the next request on. */
  setPassword(user: string, password: string): void {
    const credentials = `${user}:${password}`;
    // RFC 7617 asks for UTF-8; older Java clients send ISO-8859-1.
    const spellings = [Buffer.from(credentials, 'utf8'), Buffer.from(credentials, 'latin1')];
    this.#digests.set(
      user,
      spellings.map((bytes) => this.#digest(bytes)),
    );
  }

  /** Sets what a user may do from the next request on; nothing named lets everything through. */
  permit(user: string, permissions?: readonly Permission[]): void {
    this.#permissions.set(user, permissions && new Set(permissions));
  }

  /** The user whose name and password an Authorization header carries, or `undefined`. */
  recognise(authorization: string | undefined): string | undefined {
    const base64 = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
    if (base64 === undefined) return undefined;
    const shown = this.#digest(Buffer.from(base64, 'base64'));
    let found: string | undefined;
    // Every account is compared, and each in constant time, so that the time taken tells nothing.
    for (const [user, digests] of this.#digests) {
      for (const digest of digests) if (timingSafeEqual(digest, shown)) found = user;
    }
    return found;
  }

  /** Whether EEM lets the user do it. */
  mayDo(user: string, permission: Permission): boolean {
    return this.#permissions.get(user)?.has(permission) ?? true;
  }

  #digest(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(bytes).digest();
  }
}
