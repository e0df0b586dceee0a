import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';

/** One page of a list. */
export interface TokenPage<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

interface IssuedToken {
  /** The operation and its other arguments, which must not change between pages. */
  readonly scope: string;
  readonly rest: readonly unknown[];
  readonly issuedAt: number;
}

/** Documented for the tokens of Step Functions and CloudWatch Logs. */
const validForMs = 24 * 60 * 60_000;

/**
 * Pages of lists, each with a token for the next one. The items of all pages are those of the first
 * call.
 */
export class PageTokens {
  readonly #clock: LocalClock;
  readonly #issued = new Map<string, IssuedToken>();

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  /**
   * The first page of `all`, or the page of a token.
   *
   * @param scope operation and arguments without token; a token counts only for the same ones
   * @returns undefined for a token that is unknown, expired or of another scope
   */
  page<Item>(
    all: readonly Item[],
    { scope, size, token }: { scope: unknown; size: number; token: string | undefined },
  ): TokenPage<Item> | undefined {
    const key = JSON.stringify(scope);
    const items = token === undefined ? all : this.#redeem<Item>(token, key);
    if (items === undefined) return undefined;
    if (items.length <= size) return { items, nextToken: undefined };
    const nextToken = `A${randomUUID().replaceAll('-', '')}`;
    const rest = items.slice(size);
    this.#issued.set(nextToken, { scope: key, rest, issuedAt: this.#clock.now() });
    return { items: items.slice(0, size), nextToken };
  }

  #redeem<Item>(token: string, scope: string): readonly Item[] | undefined {
    const issued = this.#issued.get(token);
    if (issued === undefined || issued.scope !== scope) return undefined;
    if (this.#clock.now() - issued.issuedAt >= validForMs) return undefined;
    return issued.rest as readonly Item[];
  }
}
