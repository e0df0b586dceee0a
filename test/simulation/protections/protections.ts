/**
 * What keeps a night whole; the simulator can take away each, to show that it would notice.
 *
 * The shipped code knows nothing of it: what crosses its ports is bent.
 */
export const protections = [
  /** A row is written only over the revision that was seen. */
  'conditional write',
  /** One at a time works on an entry. */
  'lease',
  /** Whoever has lost his lease sends nothing any more. */
  'lease check before sending',
  /** That a one-off may leave is written down before it does. */
  'claim before sending',
  /** A one-off that may have left is looked for, never sent again unseen. */
  'look before resend',
  /** A start of somebody else's is not taken for ours. */
  'own starts told from others',
  /** What AutoSys has taken is read back before it counts as done. */
  'read-back',
  /** A message is acknowledged once all it asks for stands in the ledger. */
  'acknowledge after apply',
  /** What waits for AutoSys waits in the ledger, not in the queue, whose patience ends. */
  'waiting in the ledger',
  /** An older fact never follows a newer one. */
  'version order',
  /** What a route says on one change is sent in the order of the file. */
  'order of the file',
  /** An AutoSys that is down is tried by one, seldom. */
  'circuit breaker',
  /** All functions share the state of a circuit breaker. */
  'shared circuit breaker',
  /** In a declared window nobody calls. */
  'declared windows',
  /** What waits is begun at a capped rate. */
  'drain rate',
  /** What is due is taken up by the clock. */
  'drain',
  /** AWS is asked about runs whose end nobody announced. */
  'sweep',
  /** A run stands in the ledger before its message is acknowledged. */
  'run row before acknowledgement',
  /** What AutoSys has lost is set again. */
  're-assert',
  /** A login that was refused is not sent again before its time. */
  'hold after a refused login',
  /** What AutoSys repeats of a login is taken out of what it says. */
  'hidden secrets',
  /** A value that AutoSys has accepted is only read back, never sent again. */
  'read-back after acceptance',
  /** The deadline of an event that AutoSys has accepted counts from its acceptance. */
  'time of acceptance',
  /** A value that is shown without the blanks at its end is the value that was set. */
  'blanks at the end',
  /** A start is discarded once the end of its run is known. */
  'known ends',
  /** What is older than the deadline, or comes from an archive, has no effect. */
  'old events',
  /** A page of the web server is no refusal by AutoSys. */
  'pages told from refusals',
  /** A reply that is compressed although it was not asked for is decompressed. */
  'decompression',
  /** Another start time under the same execution ARN is another run. */
  'start time in keys',
  /** Entries of an instance that the route file no longer names are parked. */
  'unknown instances',
  /** Nothing is sent whose predecessor in the route waits for a person. */
  'held behind a parked one',
  /** The end of a Batch job is one, whatever attempts its events list. */
  'one end of a Batch job',
  /** A state is sent a second time at most. */
  'second send once',
] as const;

export type Protection = (typeof protections)[number];

/** Whether the text names a protection. */
export function isProtection(text: string): text is Protection {
  return protections.some((protection) => protection === text);
}
