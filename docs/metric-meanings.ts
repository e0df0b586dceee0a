import type { MetricName } from '../lambda/contract.ts';

/** Meaning of each metric, for people. It is not part of a bundle, so it costs no cold start. */
export const metricMeanings: Readonly<Record<MetricName, string>> = {
  EventsReceived: 'AWS events received by the report function',
  EventsIgnored: 'AWS events that no route matches',
  EventsInvalid: 'messages that cannot be parsed; they end in the dead-letter queue',
  EventsRefused:
    'events from an AWS account that the route file does not allow; they are discarded',
  EventsConfirmed: 'effects that AutoSys showed when it was read back',
  EventsAccepted: 'effects that AutoSys accepted and that cannot be read back',
  EventsDiscarded:
    'effects discarded as duplicate, superseded or stale, in rare cases while they were being sent',
  EventsWaiting: 'effects left due in the ledger for another try; one count per try',
  EventsParked: 'effects parked for an operator',
  EventsObserved: 'effects that observed routes would have sent; nothing was sent',
  ConfirmedAfter: 'time from the state change in AWS to the confirmation by AutoSys',
  RecoveredAfter: 'the same time for changes that the sweep found because no event arrived',
  CircuitBreakerOpened:
    'times the circuit breaker opened because AutoSys did not answer or rejected the login',
  CircuitBreakerClosed: 'times the circuit breaker closed because AutoSys answered again',
  CircuitBreakerOpen: '1 while the circuit breaker is open, else 0; emitted every minute',
  LoginRefused:
    'logins rejected by AutoSys, or a secret that could not be read; emitted when that opens the circuit breaker, and at each probe after it',
  RunsRecovered: 'state changes that the sweep found in AWS because no event arrived',
  RunsLost:
    'runs that AWS no longer knows, or that could not be looked up for fourteen days; their end is unknown',
  RunLookupsFailed:
    'failed lookups of a run in AWS: throttled, denied, not reached, or an account without a role for the sweep; one count per try',
  StopsParked:
    'stops of launched runs that were not proven within ten minutes: something of the run may still be active',
  GlobalsReasserted: 'global variables that AutoSys had lost and that were set again',
  ClockDiffers:
    'the clock of AutoSys differs from the clock of a function by more than two minutes; counted once per sandbox and hour',
  OpenRuns: 'runs that have begun and whose end is not known; emitted every minute',
  SweepLag: 'how late the sweep is with the lookup that has been due longest; emitted every minute',
  OldestDue: 'age of the oldest entry that is due; emitted every minute',
  CanaryFailed:
    '1 if the canary failed at any step from name resolution to read-back, else 0; not emitted when it is skipped',
  CanaryRoundTrip: 'time from sending the scratch variable to reading it back',
  CertificateDaysLeft:
    'whole days until the certificate of an AutoSys web server expires; the lowest of all endpoints',
  SecretAgeDays: 'whole days since the current version of the secret was written',
  DuplicateStarts:
    'launches for which AWS has more than one Batch job, because a SubmitJob without an answer was accepted late; a person decides which job to end',
  RequestsReceived: 'requests that the request function received; each attempt counts',
  RequestsRefused:
    'requests that the bridge refused: invalid, not allowed by their entry, beyond its rate, or with a key that has other content',
  RequestsWaiting: 'requests that wait for the end of a job; emitted every minute',
  OldestWait: 'age of the oldest request that waits for the end of a job; emitted every minute',
  WaitOverdue:
    'how long the request that is most overdue has waited after the end of its timeout, 0 if none; emitted every minute',
  JobAnswerDelay: 'time from the end of a job in AutoSys to the answer to its request',
  NightPageFailed:
    '1 if the page of the night was not written, else 0; emitted at each pass of the night function',
};
