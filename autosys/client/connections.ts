import { Agent } from 'node:https';
import { parseAuthorities } from './authority.ts';

/**
 * Reads the certificates to trust, as PEM; it should cache, for it is asked before each request.
 *
 * @param after told where a server's certificate was just refused: what is cached may be out of date
 */
export type ReadAuthorities = (after?: 'refusal') => Promise<string | readonly string[]>;

/** The certificates to trust, or where they are read from; absent: those of Node.js. */
export type Authorities = readonly string[] | ReadAuthorities | undefined;

/** The connections that were made under the same trust. */
export class Connections {
  /** PEM; absent: what Node.js trusts. */
  readonly authorities: readonly string[] | undefined;
  /** Connections that serve many requests. */
  readonly kept = new Agent({ keepAlive: true });
  /** Connections that serve one. */
  readonly fresh = new Agent({ keepAlive: false });
  #busy = 0;
  #retired = false;

  constructor(authorities: readonly string[] | undefined) {
    this.authorities = authorities;
  }

  /** Does work over them; they are not closed under it. */
  async use<Done>(work: () => Promise<Done>): Promise<Done> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#retired && this.#busy === 0) this.close();
    }
  }

  /** Closes them when nothing is under way any more. */
  retire(): void {
    this.#retired = true;
    if (this.#busy === 0) this.close();
  }

  /** Closes them now. */
  close(): void {
    this.kept.destroy();
    this.fresh.destroy();
  }
}

/** Holds the connections of the trust as it is now; those of a trust that has changed end with what is under way. */
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

  /** @throws whatever reading the authorities throws, and {NameError} where they are no certificates */
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
