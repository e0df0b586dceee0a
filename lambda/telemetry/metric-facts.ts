import type { MetricName } from '../contract.ts';

/** What is known of a metric. */
export interface MetricFact {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** It is told over all, and once more by each of these. */
  readonly by: readonly ('autosysInstance' | 'route')[];
  readonly meaning: string;
}

/** What each metric means, in which unit, told by what. */
export const metricFacts: Readonly<Record<MetricName, MetricFact>> = {
  EventsReceived: {
    unit: 'Count',
    by: [],
    meaning: 'announcements of AWS that came, whatever became of them',
  },
  EventsIgnored: { unit: 'Count', by: [], meaning: 'announcements no route speaks about' },
  EventsInvalid: {
    unit: 'Count',
    by: [],
    meaning: 'messages that nobody can read; they end among the dead letters',
  },
  EventsRefused: {
    unit: 'Count',
    by: [],
    meaning:
      'announcements from an account that the route file does not name; nothing is done about them',
  },
  EventsConfirmed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'AutoSys events that AutoSys has shown when it was read back',
  },
  EventsAccepted: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'AutoSys events that AutoSys took and can never show',
  },
  EventsDropped: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'told before, or overtaken by what is known, in a few cases while it was sent',
  },
  EventsWaiting: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'left in the ledger, to be tried again: one for each try',
  },
  EventsParked: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'given up: a person must look',
  },
  ConfirmedAfter: {
    unit: 'Milliseconds',
    by: ['autosysInstance', 'route'],
    meaning: 'the one number: from the state change in AWS to the confirmation in AutoSys',
  },
  RecoveredAfter: {
    unit: 'Milliseconds',
    by: [],
    meaning: 'the same, where no announcement came and the sweep found the change',
  },
  CircuitBreakerOpened: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'an AutoSys does not answer or refuses the login: nobody calls it for a while',
  },
  CircuitBreakerClosed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'an AutoSys answers again',
  },
  CircuitBreakerOpen: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: '1 while an AutoSys is not called because it failed, else 0; told every minute',
  },
  LoginRefused: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'AutoSys rejected the login, or the secret could not be read: once when that opens the circuit breaker, and at each probe since',
  },
  RunsRecovered: {
    unit: 'Count',
    by: [],
    meaning: 'state changes that no announcement told and the sweep found in AWS',
  },
  RunsLost: {
    unit: 'Count',
    by: [],
    meaning:
      'runs that AWS does not know any more, or about which nobody could ask for fourteen days: nobody will tell how they ended',
  },
  RunsUnasked: {
    unit: 'Count',
    by: [],
    meaning:
      'runs that AWS could not be asked about: throttled, denied, not reached, or in an account that does not let the sweep in; one for each try',
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
      'the clock of an AutoSys differs from that of a function by more than two minutes; counted once per sandbox and hour',
  },
  OpenRuns: {
    unit: 'Count',
    by: [],
    meaning: 'runs that AWS has begun and not ended as far as is known; told every minute',
  },
  OldestOpenRun: {
    unit: 'Seconds',
    by: [],
    meaning:
      'by how much the sweep is late to ask AWS about the one of them that waits longest; told every minute',
  },
  OldestDue: {
    unit: 'Seconds',
    by: ['autosysInstance'],
    meaning:
      'how long the oldest entry that AutoSys is still to be told has waited; told every minute',
  },
  CanaryFailed: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      '1 where the canary did not get from the name of the host to a value that AutoSys shows, else 0; nothing while it stands aside',
  },
  CanaryRoundTrip: {
    unit: 'Milliseconds',
    by: ['autosysInstance'],
    meaning: 'from sending the scratch variable to seeing it in AutoSys',
  },
  CertificateDaysLeft: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning:
      'whole days until the certificate of an AutoSys web server ends, of several the one that ends first',
  },
  SecretAgeDays: {
    unit: 'Count',
    by: ['autosysInstance'],
    meaning: 'whole days since the current version of the login was written',
  },
};
