/** The measured variants; each in milliseconds per event. */
export type Variant =
  | 'bare'
  | 'bareInPairs'
  | 'bareWithLists'
  | 'client'
  | 'ledger'
  | 'inMemory'
  | 'handler';

/** The result of one measurement. */
export interface HandlerMeasurements {
  readonly ms: Readonly<Record<Variant, readonly number[]>>;
  /** Number of round trips in one measurement of `ledger`. */
  readonly ledgerTrips: number;
  /** Of the handler. */
  readonly perEvent: {
    readonly autosys: number;
    readonly ledger: number;
    readonly secrets: number;
    readonly cpuMs: number;
    readonly allocatedBytes: number;
    readonly retainedBytes: number;
  };
  /** Size of one ledger row at its maximum. */
  readonly rowBytes: number;
  readonly maxRssBytes: number;
}
