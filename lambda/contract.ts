/**
 * The words that AWS, the bridge, its stack and its local host must spell alike.
 *
 * Nothing here is computed: who needs a source, a status, an environment variable or a metric name reads it here.
 */

/** What the bridge listens to: `source` and `detail-type` of the EventBridge envelope (AWS documentation). */
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
  /** Where the compiled route file lies: a path beside the bundle. */
  config: 'BRIDGE_CONFIG',
  /** The name of the ledger's table. */
  ledgerTable: 'LEDGER_TABLE',
  /** The account the function runs in, twelve digits: what AWS announces there is heard without being named. */
  account: 'BRIDGE_ACCOUNT',
  /** Of the sweep: the ARN of the role that each source makes for it, with {@link sourceRoleParts}. */
  sourceRole: 'SOURCE_ROLE',
} as const;

/** What stands in `SOURCE_ROLE` for what each source has of its own. */
export const sourceRoleParts = { account: '{account}', region: '{region}' } as const;

/** The ledger's table: one item per row. */
export const ledgerTable = {
  attributes: {
    /** Text; partition key of the table. */
    key: 'key',
    /** Number that rises with every write, and guards the next one. */
    revision: 'revision',
    /** Text; partition key of the index. A row without it is not in the index. */
    agenda: 'agenda',
    /** Number, milliseconds; sort key of the index. */
    agendaAt: 'agendaAt',
    /** Text; partition key of the second index. A row without it is not in that one. */
    target: 'target',
    /** Number, milliseconds; sort key of the second index. */
    changedAt: 'changedAt',
    /** Number, seconds; DynamoDB's time to live. */
    expiresAt: 'expiresAt',
    /** Text, JSON. */
    body: 'body',
  },
  agendaIndex: 'agenda',
  targetIndex: 'target',
} as const;

/** The compiled route file, as it lies beside every bundle that needs it. */
export const configFileName = 'bridge.json';

/** CloudWatch namespace and metric names; what each means, `metric-facts.ts` says. */
export const metrics = {
  namespace: 'AutosysBridge',
  received: 'EventsReceived',
  ignored: 'EventsIgnored',
  invalid: 'EventsInvalid',
  refused: 'EventsRefused',
  confirmed: 'EventsConfirmed',
  accepted: 'EventsAccepted',
  dropped: 'EventsDropped',
  waiting: 'EventsWaiting',
  parked: 'EventsParked',
  confirmedAfterMs: 'ConfirmedAfter',
  recoveredAfterMs: 'RecoveredAfter',
  circuitOpened: 'CircuitBreakerOpened',
  circuitClosed: 'CircuitBreakerClosed',
  circuitIsOpen: 'CircuitBreakerOpen',
  loginRefused: 'LoginRefused',
  recovered: 'RunsRecovered',
  lost: 'RunsLost',
  unasked: 'RunsUnasked',
  reasserted: 'GlobalsReasserted',
  clockDiffers: 'ClockDiffers',
  openRuns: 'OpenRuns',
  oldestOpenSeconds: 'OldestOpenRun',
  oldestDueSeconds: 'OldestDue',
  canaryFailed: 'CanaryFailed',
  canaryRoundTripMs: 'CanaryRoundTrip',
  certificateDaysLeft: 'CertificateDaysLeft',
  secretAgeDays: 'SecretAgeDays',
} as const;

/** What a metric may be told by, besides over all. */
export const metricDimensions = {
  /** Of every metric, and the same for all functions: so that one metric holds what the bridge did as a whole. */
  service: 'service',
  /** The AutoSys installation. */
  autosysInstance: 'autosysInstance',
  /** The route of the route file. */
  route: 'route',
} as const;

/** The value of the dimension `service`. */
export const metricService = 'autosys-bridge';

export type MetricName = Exclude<(typeof metrics)[keyof typeof metrics], 'AutosysBridge'>;
