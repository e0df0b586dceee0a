import { Agent } from 'node:https';
import { parseAuthorities } from './authority.ts';

/**
 * Reads the certificates to trust, as PEM. Called before each request, so it should cache.
 *
 * @param after `refusal` if the certificate of a server was not trusted: the cache may be outdated
 */
export type ReadAuthorities = (after?: 'refusal') => Promise<string | readonly string[]>;

/** The certificates to trust, or the function that reads them. @default - those of Node.js */
export type Authorities = readonly string[] | ReadAuthorities | undefined;

/** The connections that were made with the same trusted certificates. */
export class Connections {
  /** PEM. Undefined: the certificates that Node.js trusts. */
  readonly authorities: readonly string[] | undefined;
  /** Connections for many requests. */
  readonly kept = new Agent({ keepAlive: true });
  /** Connections for one request each. */
  readonly fresh = new Agent({ keepAlive: false });
  #busy = 0;
  #retired = false;

  constructor(authorities: readonly string[] | undefined) {
    this.authorities = authorities;
  }

  /** Runs a function that uses the connections. They are not closed while it runs. */
  async use<Done>(work: () => Promise<Done>): Promise<Done> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#retired && this.#busy === 0) this.close();
    }
  }

  /** Closes the connections when no request uses them any more. */
  retire(): void {
    this.#retired = true;
    if (this.#busy === 0) this.close();
  }

  /** Closes the connections immediately. */
  close(): void {
    this.kept.destroy();
    this.fresh.destroy();
  }
}

/**
 * The connections for the current trusted certificates.
 *
 * After a change of the certificates, older connections are closed when their requests have ended.
 */
export class Trust {
  readonly #read: ReadAuthorities | undefined;
  #given: string | undefined;
  #connections: Connections;

  constructor(authorities: Authorities) {
    this.#read = typeof authorities === 'function' ? authorities : undefined;
    this.#connections = new Connections(
      typeof authorities === 'function' ? undefined : authorities,
    );
  }

  /** Throws what reading the authorities throws, and a NameError if they are not certificates. */
  async connections(after?: 'refusal'): Promise<Connections> {
    if (this.#read === undefined) return this.#connections;
    const read = await this.#read(after);
    const given = typeof read === 'string' ? read : read.join('\n');
    if (given !== this.#given) {
      const connections = new Connections(parseAuthorities(given));
      this.#connections.retire();
      this.#connections = connections;
      this.#given = given;
    }
    return this.#connections;
  }

  close(): void {
    this.#connections.close();
  }
}
