import type { MetricName } from '../contract.ts';

/** Definition of a metric. */
export interface MetricFact {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** The metric is emitted in total, and once per value of each of these dimensions. */
  readonly by: readonly ('autosysInstance' | 'route')[];
}

const count = { unit: 'Count', by: [] } as const;
const countByInstance = { unit: 'Count', by: ['autosysInstance'] } as const;
const millisecondsByInstanceAndRoute = {
  unit: 'Milliseconds',
  by: ['autosysInstance', 'route'],
} as const;
const milliseconds = { unit: 'Milliseconds', by: [] } as const;
const seconds = { unit: 'Seconds', by: [] } as const;
const secondsByInstance = { unit: 'Seconds', by: ['autosysInstance'] } as const;
const millisecondsByInstance = { unit: 'Milliseconds', by: ['autosysInstance'] } as const;

/** Unit and dimensions of each metric. Their meanings are in docs/metric-meanings.ts. */
export const metricFacts: Readonly<Record<MetricName, MetricFact>> = {
  EventsReceived: count,
  EventsIgnored: count,
  EventsInvalid: count,
  EventsRefused: count,
  EventsConfirmed: countByInstance,
  EventsAccepted: countByInstance,
  EventsDiscarded: countByInstance,
  EventsWaiting: countByInstance,
  EventsParked: countByInstance,
  EventsObserved: countByInstance,
  ConfirmedAfter: millisecondsByInstanceAndRoute,
  RecoveredAfter: milliseconds,
  CircuitBreakerOpened: countByInstance,
  CircuitBreakerClosed: countByInstance,
  CircuitBreakerOpen: countByInstance,
  LoginRefused: countByInstance,
  RunsRecovered: count,
  RunsLost: count,
  RunLookupsFailed: count,
  StopsParked: count,
  GlobalsReasserted: countByInstance,
  ClockDiffers: countByInstance,
  OpenRuns: count,
  SweepLag: seconds,
  OldestDue: secondsByInstance,
  CanaryFailed: countByInstance,
  CanaryRoundTrip: millisecondsByInstance,
  CertificateDaysLeft: countByInstance,
  SecretAgeDays: countByInstance,
  DuplicateStarts: count,
  RequestsReceived: countByInstance,
  RequestsRefused: countByInstance,
  RequestsWaiting: countByInstance,
  OldestWait: secondsByInstance,
  WaitOverdue: secondsByInstance,
  JobAnswerDelay: millisecondsByInstance,
  NightPageFailed: countByInstance,
};
