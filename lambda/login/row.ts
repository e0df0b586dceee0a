import { LedgerError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import { withoutExpired } from './expiry.ts';
import { type LoginState, readLoginState } from './state.ts';

/** Lifetime of the row after the last write. Longer than any outage. */
const keptMs = 90 * 86_400_000;
/**
 * Maximum number of conditional writes that may fail in a row. Every function may write at once.
 */
const maxRaces = 30;

/** Change of the state: the new state, if it must be written, and the result for the caller. */
export interface StateChange<Result> {
  readonly state?: LoginState | undefined;
  readonly result: Result;
}

/** The row of one secret. Each write is conditional on the revision that was read. */
export class LoginRow {
  readonly #table: Table;
  readonly #key: string;
  readonly #now: () => Date;
  #known: { readonly state: LoginState; readonly revision: number | undefined } | undefined;

  /** @param secret canonical name of the secret: its whole ARN */
  constructor(table: Table, secret: string, now: () => Date) {
    this.#table = table;
    this.#key = `login ${secret}`;
    this.#now = now;
  }

  /** The state as last read or written by this sandbox. */
  get known(): LoginState | undefined {
    return this.#known?.state;
  }

  /** Reads the state from the table. @throws {LedgerError} */
  async read(): Promise<LoginState> {
    const row = await this.#table.get(this.#key);
    const state = readLoginState(row?.body);
    this.#known = { state, revision: row?.revision };
    return state;
  }

  /**
   * Changes the state. `change` is called again if another function wrote in between.
   *
   * @param fresh whether to read first; otherwise the last known revision is tried first
   * @throws {LedgerError}
   */
  async change<Result>(
    change: (state: LoginState) => StateChange<Result>,
    { fresh }: { readonly fresh: boolean },
  ): Promise<Result> {
    if (fresh || this.#known === undefined) await this.read();
    for (let races = 0; races < maxRaces; races += 1) {
      const { state: known, revision } = this.#known ?? { state: await this.read() };
      const nowMs = this.#now().getTime();
      const { state, result } = change(withoutExpired(known, nowMs));
      if (state === undefined) return result;
      const row = { key: this.#key, body: state, expiresAt: new Date(nowMs + keptMs) };
      const written = await this.#table.put(row, revision);
      if (written !== undefined) {
        this.#known = { state, revision: written };
        return result;
      }
      await this.read();
    }
    const reason = `${maxRaces} conditional writes failed in a row`;
    throw new LedgerError({ doing: 'write the state of a login', reason });
  }
}
