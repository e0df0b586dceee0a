/** Limits of waiting, in milliseconds. */
export const waitLimits = {
  /** A start that certainly never arrived is given up. A lost one is not. */
  notReachedMs: 300_000,
  /** A refusal by a gateway or proxy is given up while a run is followed. */
  refusedMs: 900_000,
  /** A stop that is not accepted is given up. The bridge notices a missing waiter by itself. */
  stopNotAcceptedMs: 600_000,
  /** The bridge parks an unproven stop after ten minutes. */
  notProvenMs: 900_000,
  /** A lost start is looked up this long. REST APIs end a request after 29 s (documented). */
  findMs: 35_000,
  hourMs: 3_600_000,
  /** One request holds this long. */
  holdSeconds: 20,
  firstHoldDelayMs: 60_000,
  /** Keeps a 30-minute run below 165 requests: each refused hold is one more. */
  maxHoldDelayMs: 600_000,
  /** A held request that ends earlier without a change was not held. */
  minHoldMs: 1_000,
  /** A stop without an answer is sent again on another connection. */
  stopRepeatMs: 500,
  /** The same signal again within this time is the same kill, to the process and to its group. */
  sameSignalMs: 100,
} as const;
