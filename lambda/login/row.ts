import { LedgerError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import { withoutPast } from './expiry.ts';
import { type LoginState, readLoginState } from './state.ts';

/** The row outlives every outage. */
const keptMs = 90 * 86_400_000;
/** Every function of the bridge may write at once. */
const racesAtMost = 30;

/** A change of the state: the new state where something is to be written, and what came of it. */
export interface StateChange<Result> {
  readonly state?: LoginState | undefined;
  readonly result: Result;
}

/** The row of one secret. Every write is conditional on the revision that was read. */
export class LoginRow {
  readonly #table: Table;
  readonly #key: string;
  readonly #now: () => Date;
  #known: { readonly state: LoginState; readonly revision: number | undefined } | undefined;

  /** @param secret the canonical name of the secret: its whole ARN */
  constructor(table: Table, secret: string, now: () => Date) {
    this.#table = table;
    this.#key = `login ${secret}`;
    this.#now = now;
  }

  /** The state as it was last read or written here. */
  get known(): LoginState | undefined {
    return this.#known?.state;
  }

  /** Reads the state anew. @throws {LedgerError} */
  async read(): Promise<LoginState> {
    const row = await this.#table.get(this.#key);
    const state = readLoginState(row?.body);
    this.#known = { state, revision: row?.revision };
    return state;
  }

  /**
   * Changes the state. `change` is called again where another function was faster.
   *
   * @param fresh whether to read first; otherwise the write over the last known revision is tried first
   * @throws {LedgerError}
   */
  async change<Result>(
    change: (state: LoginState) => StateChange<Result>,
    { fresh }: { readonly fresh: boolean },
  ): Promise<Result> {
    if (fresh || this.#known === undefined) await this.read();
    for (let races = 0; races < racesAtMost; races += 1) {
      const { state: seen, revision } = this.#known ?? { state: await this.read() };
      const nowMs = this.#now().getTime();
      const { state, result } = change(withoutPast(seen, nowMs));
      if (state === undefined) return result;
      const row = { key: this.#key, body: state, expiresAt: new Date(nowMs + keptMs) };
      const written = await this.#table.put(row, revision);
      if (written !== undefined) {
        this.#known = { state, revision: written };
        return result;
      }
      await this.read();
    }
    const reason = `${racesAtMost} races lost in a row`;
    throw new LedgerError({ doing: 'write the state of a login', reason });
  }
}
