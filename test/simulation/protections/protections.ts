/**
 * The protections of the bridge. The simulator can disable each one, to prove that the judge
 * notices its absence.
 *
 * The shipped code does not know of this: the simulator changes what crosses its ports.
 */
export const protections = [
  /** A row is written only over the revision that was read. */
  'conditional write',
  /** Only one function at a time works on an entry. */
  'lease',
  /** A function whose lease has expired sends nothing. */
  'lease check before sending',
  /** A claim is recorded before a one-shot is sent. */
  'claim before sending',
  /** A one-shot that may have been sent is read back before it is sent again. */
  'read-back before resend',
  /** A start by another sender is not mistaken for a start by the bridge. */
  'run attribution',
  /** An accepted event is read back before it counts as confirmed. */
  'read-back',
  /** A message is acknowledged after all its requests are in the ledger. */
  'acknowledgement after ledger write',
  /**
   * Effects that wait for AutoSys wait in the ledger, not in the queue, which gives up after five
   * deliveries.
   */
  'waiting in the ledger',
  /** An older state is never sent after a newer one. */
  'version order',
  /** The effects of a route on one change are sent in the order of the route file. */
  'route order',
  /** Only one function at a time probes an unavailable AutoSys, at a low rate. */
  'circuit breaker',
  /** All functions share the state of a circuit breaker. */
  'shared circuit breaker',
  /** No request is sent in a maintenance window. */
  'maintenance windows',
  /** The drain starts due entries at a limited rate. */
  'drain rate',
  /** The scheduled sweep sends due entries. */
  'drain',
  /** AWS is asked about runs without an end event. */
  'AWS lookup',
  /** The row of a run is written before its message is acknowledged. */
  'run row before acknowledgement',
  /** A value that AutoSys has lost is set again. */
  'recheck',
  /** A rejected login is not sent again before its time. */
  'rejected login limit',
  /** A login that AutoSys repeats in an answer is removed from it. */
  'secret redaction',
  /** A value that AutoSys has accepted is read back and not sent again. */
  'read-back after acceptance',
  /** The deadline of an accepted event counts from its acceptance. */
  'acceptance time',
  /** A value that is shown without its trailing blanks equals the value that was set. */
  'trailing blanks',
  /** A start is discarded after the end of its run is known. */
  'discard after end',
  /** An event that is older than the deadline, or from an archive, has no effect. */
  'old events',
  /** A page of the web server does not count as a rejection by AutoSys. */
  'web server pages',
  /** An unrequested compressed reply is decompressed. */
  'decompression',
  /** Executions with the same ARN and different start times are different runs. */
  'start time in keys',
  /** Entries of an instance that the route file does not name are parked. */
  'unknown instances',
  /** An effect is not sent while its predecessor in the route is parked. */
  'parked predecessor',
  /** The end of a Batch job is one, whatever attempts its events list. */
  'single Batch end',
  /** A state is sent at most twice. */
  'resend limit',
  /** The row of a group is written only over the revision that was read. */
  'conditional group row',
  /** Each business day of a group has a row of its own. */
  'days of groups',
  /** An event of an earlier business day does not change the variable of a later one. */
  'later day of a group',
  /** An older event of a member never replaces a newer one. */
  'newest run of a member',
  /** Once a group has succeeded, only a start of a member that counted makes it RUNNING. */
  'counted members',
  /** A member that has succeeded on a day counts from its first success. */
  'first success of a member',
  /** A redrive or a new start of a failed member replaces the failure. */
  'restart of a failed member',
  /** A group fails as soon as success is out of reach. */
  'success out of reach',
  /** An end on which the condition of a group does not hold is neither a success nor a failure. */
  'condition of a group',
  /** Each instance of a group gets its state. */
  'every instance of a group',
  /** Changes of the state of a group are numbered, and a later number wins. */
  'numbers of group changes',
  /** A function that dies after the row of a group leaves the effects to the redelivered event. */
  'group effects after a crash',
  /** Each business day begins with the state of the cutoff. */
  'state at the cutoff',
  /** The state of the cutoff does not replace that of a day on which a member has started. */
  'start before the cutoff is recorded',
  /** An observed route sends nothing. */
  'observed routes',
  /** An event of an observed route is recorded once. */
  'observed once',
] as const;

export type Protection = (typeof protections)[number];

/** True when the text names a protection. */
export function isProtection(text: string): text is Protection {
  return protections.some((protection) => protection === text);
}
