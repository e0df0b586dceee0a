import type { BatchJobEvent, ExecutionEvent, WorkloadEvent } from '../workload/workload.ts';

/** How a field is read from an event of one kind of workload. */
interface Reading<Event extends WorkloadEvent> {
  /**
   * Maximum characters. Absent if the field is unbounded; then a template must set a maximum
   * length.
   */
  readonly longest?: number;
  /** True if an event of this kind may lack the field. Then a template must have a fallback. */
  readonly mayBeAbsent?: true;
  readonly read: (event: Event) => string | number | Date | undefined;
}

/**
 * A field that a template may name. It exists for the kinds of workload that have a reading here.
 */
export interface TemplateField {
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly execution?: Reading<ExecutionEvent>;
  readonly batchJob?: Reading<BatchJobEvent>;
}

/** A field that both kinds of workload have. */
function both(summary: string, reading: Reading<WorkloadEvent>): TemplateField {
  return { summary, execution: reading, batchJob: reading };
}

/**
 * Maximum lengths as AWS documents them: names as in the API reference of the service, 256 for an
 * execution ARN, 12 digits for an account, 1,000 redrives, 10 attempts, arrays of 10,000. Instants
 * are cut to whole seconds, as in `2026-11-05T02:13:00Z`.
 */
const instant = 20;
const stateMachineName = 80;
const batchName = 128;
/** A UUID, then `:9999` or `#999`. */
const batchJobId = 41;

/** All fields that a template may name, besides `output.` with a path. */
export const templateFields = {
  status: both('The AWS status, such as SUCCEEDED.', {
    longest: 15,
    read: ({ status }) => status,
  }),
  workloadKind: both('The kind of workload: execution or batchJob.', {
    longest: 9,
    read: ({ kind }) => kind,
  }),
  workload: {
    summary: 'The name of the state machine, or of the job definition as in `jobDefinition`.',
    execution: { longest: stateMachineName, read: ({ stateMachineName: name }) => name },
    batchJob: { longest: batchName, read: ({ jobDefinitionName }) => jobDefinitionName },
  },
  run: {
    summary: 'The name of the execution or of the Batch job.',
    execution: { longest: 80, read: ({ executionName }) => executionName },
    batchJob: { longest: batchName, read: ({ batchJobName }) => batchJobName },
  },
  runId: {
    summary: 'The ARN of the execution or the id of the Batch job.',
    execution: { longest: 256, read: ({ executionArn }) => executionArn },
    batchJob: { longest: batchJobId, read: (event) => event.batchJobId },
  },
  stateMachine: {
    summary: 'The name of the state machine.',
    execution: { longest: stateMachineName, read: ({ stateMachineName: name }) => name },
  },
  executionName: {
    summary: 'The name of the execution.',
    execution: { longest: 80, read: ({ executionName }) => executionName },
  },
  executionArn: {
    summary: 'The ARN of the execution.',
    execution: { longest: 256, read: ({ executionArn }) => executionArn },
  },
  batchJobName: {
    summary: 'The name of the Batch job.',
    batchJob: { longest: batchName, read: ({ batchJobName }) => batchJobName },
  },
  batchJobId: {
    summary: 'The id of the Batch job; an array child adds its index, a node its number.',
    batchJob: { longest: batchJobId, read: (event) => event.batchJobId },
  },
  jobQueue: {
    summary: 'The name of the Batch job queue.',
    batchJob: { longest: batchName, read: ({ jobQueueName }) => jobQueueName },
  },
  jobDefinition: {
    summary:
      'The name of the job definition, without its revision. A few events have none; the effect is then parked.',
    batchJob: { longest: batchName, read: ({ jobDefinitionName }) => jobDefinitionName },
  },
  account: both('The AWS account, twelve digits.', {
    longest: 12,
    read: ({ account }) => account,
  }),
  region: both('The AWS Region.', { longest: 20, read: ({ region }) => region }),
  eventId: both('The id of the EventBridge event.', {
    longest: 36,
    read: ({ eventId }) => eventId,
  }),
  announcedAt: both('The time of the EventBridge event.', {
    longest: instant,
    read: ({ emittedAt }) => emittedAt,
  }),
  changedAt: both(
    'When the status changed. If AWS sends no such time, the time of the EventBridge event.',
    {
      longest: instant,
      read: ({ changedAt }) => changedAt,
    },
  ),
  startedAt: both('When the run started.', {
    longest: instant,
    mayBeAbsent: true,
    read: ({ startedAt }) => startedAt,
  }),
  stoppedAt: both('When the run stopped.', {
    longest: instant,
    mayBeAbsent: true,
    read: ({ stoppedAt }) => stoppedAt,
  }),
  date: both('The day of the change in UTC, such as 2026-11-05.', {
    longest: 10,
    read: ({ changedAt }) => changedAt.toISOString().slice(0, 10),
  }),
  durationSeconds: both('The time from start to stop, in whole seconds.', {
    longest: 10,
    mayBeAbsent: true,
    read: toDurationSeconds,
  }),
  error: {
    summary: 'The error name of a failed execution.',
    execution: { mayBeAbsent: true, read: ({ error }) => error },
  },
  cause: {
    summary:
      'The cause of a failed execution, up to 32,768 characters. JSON is reduced to error and message, without command and environment.',
    execution: { mayBeAbsent: true, read: ({ cause }) => cause },
  },
  reason: {
    summary:
      'Why the Batch job has its status: the reason of AWS Batch, or of the failing container if the reason of Batch explains nothing.',
    batchJob: { mayBeAbsent: true, read: ({ reason }) => reason },
  },
  exitCode: {
    summary:
      'The exit code of the failing container in the last attempt, 0 on SUCCEEDED. A job can be FAILED with exit code 0.',
    batchJob: { longest: 11, mayBeAbsent: true, read: ({ exitCode }) => exitCode },
  },
  attempt: {
    summary: 'The number of the attempt, from 1.',
    batchJob: { longest: 3, read: ({ attempt }) => attempt },
  },
  redriveCount: {
    summary: 'How often the execution was redriven, from 0.',
    execution: { longest: 4, read: ({ redriveCount }) => redriveCount },
  },
  index: {
    summary: 'The index of an array child or the number of a node.',
    batchJob: { longest: 5, mayBeAbsent: true, read: ({ index }) => index },
  },
  mapLabel: {
    summary: 'The label of the Distributed Map that started the child execution.',
    execution: { longest: 40, mayBeAbsent: true, read: ({ mapLabel }) => mapLabel },
  },
} as const satisfies Readonly<Record<string, TemplateField>>;

/** The field of that name, or `undefined` if the list has none. */
export function findTemplateField(name: string): TemplateField | undefined {
  const fields: Readonly<Record<string, TemplateField>> = templateFields;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/**
 * The value of a field. `undefined` if the event, or its kind of workload, has none. An instant is a
 * text in whole seconds.
 */
export function readFieldValue(name: string, event: WorkloadEvent): string | number | undefined {
  const field = findTemplateField(name);
  const value =
    event.kind === 'execution' ? field?.execution?.read(event) : field?.batchJob?.read(event);
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, 'Z') : value;
}

function toDurationSeconds({ startedAt, stoppedAt }: WorkloadEvent): number | undefined {
  if (startedAt === undefined || stoppedAt === undefined) return undefined;
  return Math.max(0, Math.round((stoppedAt.getTime() - startedAt.getTime()) / 1000));
}
