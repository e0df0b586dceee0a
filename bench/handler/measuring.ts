/** What the measured process is asked for. */
export interface MeasurementOptions {
  readonly rounds: number;
}

/** What is measured by turns, each in milliseconds for one event. */
export type Rung =
  | 'bare'
  | 'bareByTwos'
  | 'bareWithLists'
  | 'client'
  | 'ledger'
  | 'inMemory'
  | 'handler';

/** What it has found. */
export interface HandlerMeasurements {
  readonly ms: Readonly<Record<Rung, readonly number[]>>;
  /** Round trips in one measurement of `ledger`. */
  readonly ledgerTrips: number;
  /** Of the handler. */
  readonly perEvent: {
    readonly autosys: number;
    readonly ledger: number;
    readonly secrets: number;
    readonly cpuMs: number;
    readonly allocatedBytes: number;
    readonly keptBytes: number;
  };
  /** Of one row of the ledger, as full as it gets. */
  readonly rowBytes: number;
  readonly maxRssBytes: number;
}

/** Where the measured process finds its world; JSON in its first argument. */
export interface HandlerEndpoints {
  readonly autosys: {
    readonly url: string;
    readonly certificateAuthority: string;
    readonly user: string;
    readonly password: string;
  };
  readonly tablesUrl: string;
  readonly secretsUrl: string;
  readonly tableName: string;
  readonly configPath: string;
}
