import type { MetricName } from '../contract.ts';

/** Definition of a metric. */
export interface MetricFact {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** The metric is emitted in total, and once per value of each of these dimensions. */
  readonly by: readonly ('autosysInstance' | 'route')[];
  readonly meaning: string;
}

/** Unit, dimensions and meaning of each metric. */
export const metricFacts: Readonly<Record<MetricName, MetricFact>> = {
  EventsReceived: {
    unit: 'Count',
    by: [],
    meaning: 'AWS events received by the report function',
  },
  EventsIgnored: {
    unit: 'Count',
    by: [],
    meaning: 'AWS events that no route matches',
  },
  EventsInvalid: {
    unit: 'Count',
    by: [],
    meaning: 'messages that cannot be parsed; they end in the dead-letter queue',
  },
  EventsRefused: {
    unit: 'Count',
    by: [],
    meaning: 'events from an AWS account that the route file does not allow; they are discarded',
  },
  EventsConfirmed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'effects that AutoSys showed when it was read back',
  },
  EventsAccepted: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'effects that AutoSys accepted and that cannot be read back',
  },
  EventsDiscarded: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'effects discarded as duplicate, superseded or stale, in rare cases while they were being sent',
  },
  EventsWaiting: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'effects left due in the ledger for another try; one count per try',
  },
  EventsParked: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'effects parked for an operator',
  },
  ConfirmedAfter: {
    unit: 'Milliseconds',
    by: ['autosysInstance', 'route'],
    meaning: 'time from the state change in AWS to the confirmation by AutoSys',
  },
  RecoveredAfter: {
    unit: 'Milliseconds',
    by: [],
    meaning: 'the same time for changes that the sweep found because no event arrived',
  },
  CircuitBreakerOpened: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'times the circuit breaker opened because AutoSys did not answer or rejected the login',
  },
  CircuitBreakerClosed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'times the circuit breaker closed because AutoSys answered again',
  },
  CircuitBreakerOpen: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: '1 while the circuit breaker is open, else 0; emitted every minute',
  },
  LoginRefused: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'logins rejected by AutoSys, or a secret that could not be read; emitted when that opens the circuit breaker, and at each probe after it',
  },
  RunsRecovered: {
    unit: 'Count',
    by: [],
    meaning: 'state changes that the sweep found in AWS because no event arrived',
  },
  RunsLost: {
    unit: 'Count',
    by: [],
    meaning:
      'runs that AWS no longer knows, or that could not be looked up for fourteen days; their end is unknown',
  },
  RunLookupsFailed: {
    unit: 'Count',
    by: [],
    meaning:
      'failed lookups of a run in AWS: throttled, denied, not reached, or an account without a role for the sweep; one count per try',
  },
  StopsParked: {
    unit: 'Count',
    by: [],
    meaning:
      'stops of launched runs that were not proven within ten minutes: something of the run may still be active',
  },
  GlobalsReasserted: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'global variables that AutoSys had lost and that were set again',
  },
  ClockDiffers: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'the clock of AutoSys differs from the clock of a function by more than two minutes; counted once per sandbox and hour',
  },
  OpenRuns: {
    unit: 'Count',
    by: [],
    meaning: 'runs that have begun and whose end is not known; emitted every minute',
  },
  SweepLag: {
    unit: 'Seconds',
    by: [],
    meaning:
      'how late the sweep is with the lookup that has been due longest; emitted every minute',
  },
  OldestDue: {
    unit: 'Seconds',
    by: ['autosysInstance'],
    meaning: 'age of the oldest entry that is due; emitted every minute',
  },
  CanaryFailed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      '1 if the canary failed at any step from name resolution to read-back, else 0; not emitted when it is skipped',
  },
  CanaryRoundTrip: {
    unit: 'Milliseconds',
    by: ['autosysInstance'],
    meaning: 'time from sending the scratch variable to reading it back',
  },
  CertificateDaysLeft: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'whole days until the certificate of an AutoSys web server expires; the lowest of all endpoints',
  },
  SecretAgeDays: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'whole days since the current version of the secret was written',
  },
  DuplicateStarts: {
    unit: 'Count',
    by: [],
    meaning:
      'launches for which AWS has more than one Batch job, because a SubmitJob without an answer was accepted late; a person decides which job to end',
  },
  RequestsReceived: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'requests that the request function received; each attempt counts',
  },
  RequestsRefused: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'requests that the bridge refused: invalid, not allowed by their entry, beyond its rate, or with a key that has other content',
  },
  RequestsWaiting: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'requests that wait for the end of a job; emitted every minute',
  },
  OldestWait: {
    unit: 'Seconds',
    by: ['autosysInstance'],
    meaning: 'age of the oldest request that waits for the end of a job; emitted every minute',
  },
  WaitOverdue: {
    unit: 'Seconds',
    by: ['autosysInstance'],
    meaning:
      'how long the request that is most overdue has waited after the end of its timeout, 0 if none; emitted every minute',
  },
  JobAnswerDelay: {
    unit: 'Milliseconds',
    by: ['autosysInstance'],
    meaning: 'time from the end of a job in AutoSys to the answer to its request',
  },
};
