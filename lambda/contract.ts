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

/** Environment variables of the report function. */
export const environment = {
  /** Where the compiled route file lies: a path beside the bundle. */
  config: 'BRIDGE_CONFIG',
  /** The name of the ledger's table. */
  ledgerTable: 'LEDGER_TABLE',
} as const;

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
    /** Number, seconds; DynamoDB's time to live. */
    expiresAt: 'expiresAt',
    /** Text, JSON. */
    body: 'body',
  },
  agendaIndex: 'agenda',
} as const;

/** The compiled route file, as it lies beside every bundle that needs it. */
export const configFileName = 'bridge.json';

/** CloudWatch namespace and metric names; each counts AutoSys events but the first two. */
export const metrics = {
  namespace: 'AutosysBridge',
  /** Messages that came, whatever became of them. */
  received: 'EventsReceived',
  /** Messages no route speaks about. */
  ignored: 'EventsIgnored',
  confirmed: 'EventsConfirmed',
  /** Taken by AutoSys, not yet or never readable back. */
  accepted: 'EventsAccepted',
  /** Told before, or overtaken by what is known: nothing was sent. */
  dropped: 'EventsDropped',
  /** Stands in the ledger until AutoSys can take it. */
  waiting: 'EventsWaiting',
  /** A person must look. */
  parked: 'EventsParked',
  /** Messages that nobody can read. */
  invalid: 'EventsInvalid',
  /** From the AWS state change to the confirmation, in milliseconds. */
  confirmedAfterMs: 'ConfirmedAfter',
} as const;
