/**
 * Names shared by AWS, the functions, the stack and the local host.
 *
 * Constants only, nothing is computed: sources, statuses, environment variables, metric names.
 */

/** EventBridge events that the bridge processes: `source` and `detail-type` (AWS documentation). */
export const sources = {
  execution: { source: 'aws.states', detailType: 'Step Functions Execution Status Change' },
  batchJob: { source: 'aws.batch', detailType: 'Batch Job State Change' },
} as const;

/** `detail.status` of a Step Functions execution. */
export const executionStatuses = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** `detail.status` of an AWS Batch job. */
export const batchJobStatuses = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const;
export type BatchJobStatus = (typeof batchJobStatuses)[number];

/** Environment variables of every function. */
export const environment = {
  /** Path of the compiled route file, beside the bundle. */
  config: 'BRIDGE_CONFIG',
  /** Name of the ledger table. */
  ledgerTable: 'LEDGER_TABLE',
  /**
   * Account of the function, twelve digits. Its events are allowed without being named in the route
   * file.
   */
  account: 'BRIDGE_ACCOUNT',
  /**
   * For the sweep and the functions of requests: ARN of the role that each source creates for them,
   * with {@link sourceRoleParts}.
   */
  sourceRole: 'SOURCE_ROLE',
  /** For the night function: name of the bucket of the pages. */
  nightBucket: 'NIGHT_BUCKET',
} as const;

/** Placeholders in `SOURCE_ROLE` for the account and the Region of a source. */
export const sourceRoleParts = { account: '{account}', region: '{region}' } as const;

/** The ledger table: one item per row. */
export const ledgerTable = {
  attributes: {
    /** Text; partition key of the table. */
    key: 'key',
    /** Number. Increases with every write; each write is conditional on it. */
    revision: 'revision',
    /** Text; partition key of the index. A row without it is not in the index. */
    agenda: 'agenda',
    /** Number, milliseconds; sort key of the index. */
    agendaAt: 'agendaAt',
    /** Text; partition key of the second index. A row without it is not in that one. */
    target: 'target',
    /** Number, milliseconds; sort key of the second index. */
    changedAt: 'changedAt',
    /**
     * Text, such as `ACE 2026-11-20T02 5`: instance, hour of the last change and shard; partition
     * key of the third index, whose sort key is `key`. A row without it is not in that one.
     */
    hour: 'hour',
    /** Number, seconds; DynamoDB's time to live. */
    expiresAt: 'expiresAt',
    /** Text, JSON. */
    body: 'body',
  },
  agendaIndex: 'agenda',
  targetIndex: 'target',
  hourIndex: 'hour',
} as const;

/** Tag of every Batch job that the bridge submits. A permission to end jobs is limited to it. */
export const launchTag = { key: 'autosys-bridge', value: 'launched' } as const;

/** File name of the compiled route file, beside every bundle that needs it. */
export const configFileName = 'bridge.json';

/** CloudWatch namespace and metric names. `metric-facts.ts` defines each metric. */
export const metrics = {
  namespace: 'AutosysBridge',
  received: 'EventsReceived',
  ignored: 'EventsIgnored',
  invalid: 'EventsInvalid',
  refused: 'EventsRefused',
  confirmed: 'EventsConfirmed',
  accepted: 'EventsAccepted',
  discarded: 'EventsDiscarded',
  waiting: 'EventsWaiting',
  parked: 'EventsParked',
  observed: 'EventsObserved',
  confirmedAfterMs: 'ConfirmedAfter',
  recoveredAfterMs: 'RecoveredAfter',
  circuitOpened: 'CircuitBreakerOpened',
  circuitClosed: 'CircuitBreakerClosed',
  circuitIsOpen: 'CircuitBreakerOpen',
  loginRefused: 'LoginRefused',
  recovered: 'RunsRecovered',
  lost: 'RunsLost',
  lookupsFailed: 'RunLookupsFailed',
  stopsParked: 'StopsParked',
  reasserted: 'GlobalsReasserted',
  clockDiffers: 'ClockDiffers',
  openRuns: 'OpenRuns',
  sweepLagSeconds: 'SweepLag',
  oldestDueSeconds: 'OldestDue',
  canaryFailed: 'CanaryFailed',
  canaryRoundTripMs: 'CanaryRoundTrip',
  certificateDaysLeft: 'CertificateDaysLeft',
  secretAgeDays: 'SecretAgeDays',
  duplicateStarts: 'DuplicateStarts',
  requestsReceived: 'RequestsReceived',
  requestsRefused: 'RequestsRefused',
  requestsWaiting: 'RequestsWaiting',
  oldestWaitSeconds: 'OldestWait',
  waitOverdueSeconds: 'WaitOverdue',
  jobAnswerDelayMs: 'JobAnswerDelay',
  nightPageFailed: 'NightPageFailed',
} as const;

/** Dimensions of metrics. */
export const metricDimensions = {
  /** On every metric, the same for all functions, so that one metric covers the whole bridge. */
  service: 'service',
  /** Name of the AutoSys instance. */
  autosysInstance: 'autosysInstance',
  /** Name of the route. */
  route: 'route',
} as const;

/** Value of the dimension `service`. */
export const metricService = 'autosys-bridge';

export type MetricName = Exclude<(typeof metrics)[keyof typeof metrics], 'AutosysBridge'>;

/**
 * Log groups that the launch function reads.
 *
 * `batch` is the group of Batch jobs without a log configuration of their own (Batch user guide);
 * `lambda` is the prefix of the groups that Lambda creates for functions (Lambda developer guide).
 * Logs in other groups are reported as not allowed.
 */
export const readableLogGroups = { batch: '/aws/batch/job', lambda: '/aws/lambda/' } as const;
