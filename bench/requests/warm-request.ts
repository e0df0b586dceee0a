/** The compared variants; each in milliseconds per request. */
export type WarmVariant =
  | 'jobStatus'
  /** One bare request that reads a job. */
  | 'bareStatus'
  /** The ledger trips of the last `jobStatus`, without anything else. */
  | 'statusTrips'
  | 'setGlobal'
  /** Two bare requests: a send, and a read. */
  | 'barePair'
  /** What the rules of the bridge require: read, send over a new connection, read back. */
  | 'bareThree'
  | 'setTrips';

/** Requests and round trips of one invocation, on average. */
export interface WarmCounts {
  readonly autosys: number;
  readonly ledger: number;
  /** Request units of the ledger. */
  readonly reads: number;
  readonly writes: number;
}

/** The result of one measurement of the request function. */
export interface WarmRequests {
  readonly ms: Readonly<Record<WarmVariant, readonly number[]>>;
  readonly perRequest: Readonly<Record<'jobStatus' | 'setGlobal', WarmCounts>>;
  /** The trips of the last `setGlobal`, in order: `get` and `put`. */
  readonly setTrips: readonly string[];
}

/** The entry of the measured requests, as a route file has it. */
export const warmEntry = {
  name: 'ledger-team',
  job: 'LOAD_LEDGER',
  global: 'LEDGER_DAY',
  /** Enough for a whole measurement in one minute. */
  rate: 1_500,
} as const;
