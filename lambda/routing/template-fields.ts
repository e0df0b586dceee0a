import type { BatchJobEvent, ExecutionEvent, WorkloadEvent } from '../workload/workload.ts';

/** How one kind of workload gives a field. */
interface Reading<Event extends WorkloadEvent> {
  /** The most characters it can have; left out where nothing bounds it, so that a template must cut it. */
  readonly longest?: number;
  /** Whether an event of this kind may come without it, so that a template must give a fallback. */
  readonly mayBeAbsent?: true;
  readonly read: (event: Event) => string | number | Date | undefined;
}

/** A field that a template may name; a kind of workload that is left out does not have it. */
export interface TemplateField {
  /** What it is, in one sentence. */
  readonly summary: string;
  readonly execution?: Reading<ExecutionEvent>;
  readonly batchJob?: Reading<BatchJobEvent>;
}

/** A field that both kinds have alike. */
function both(summary: string, reading: Reading<WorkloadEvent>): TemplateField {
  return { summary, execution: reading, batchJob: reading };
}

/**
 * Lengths that AWS documents: names in the service's API reference, an execution's ARN 256, an account 12 digits,
 * 1,000 redrives, 10 attempts, an array of 10,000. Instants are cut to whole seconds, `2026-11-05T02:13:00Z`.
 */
const instant = 20;
const stateMachineName = 80;
const batchName = 128;
/** A UUID, then `:9999` or `#999`. */
const batchJobId = 41;

/** Every field a template may name, beside `output.` and a path; the list is closed. */
export const templateFields = {
  status: both('The status word of AWS, such as SUCCEEDED.', {
    longest: 15,
    read: ({ status }) => status,
  }),
  workloadKind: both('What changed: execution or batchJob.', {
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
  announcedAt: both('When EventBridge announced the change.', {
    longest: instant,
    read: ({ emittedAt }) => emittedAt,
  }),
  changedAt: both('When the status changed, as far as the event tells.', {
    longest: instant,
    read: ({ changedAt }) => changedAt,
  }),
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
  durationSeconds: both('From start to stop, in whole seconds.', {
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
      'The cause of a failed execution, up to 32,768 characters. Of JSON only error and message are taken, never command or environment.',
    execution: { mayBeAbsent: true, read: ({ cause }) => cause },
  },
  reason: {
    summary:
      'Why the Batch job has its status: the reason of AWS Batch, or of the failing container where that explains nothing.',
    batchJob: { mayBeAbsent: true, read: ({ reason }) => reason },
  },
  exitCode: {
    summary:
      'Exit code of the failing container in the last attempt, 0 on SUCCEEDED. For people: FAILED with 0 exists.',
    batchJob: { longest: 11, mayBeAbsent: true, read: ({ exitCode }) => exitCode },
  },
  attempt: {
    summary: 'The attempt, from 1.',
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
    summary: 'The label of the Distributed Map whose child the execution is.',
    execution: { longest: 40, mayBeAbsent: true, read: ({ mapLabel }) => mapLabel },
  },
} as const satisfies Readonly<Record<string, TemplateField>>;

/** The field of that name, or `undefined` where the list has none. */
export function findTemplateField(name: string): TemplateField | undefined {
  const fields: Readonly<Record<string, TemplateField>> = templateFields;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function toDurationSeconds({ startedAt, stoppedAt }: WorkloadEvent): number | undefined {
  if (startedAt === undefined || stoppedAt === undefined) return undefined;
  return Math.max(0, Math.round((stoppedAt.getTime() - startedAt.getTime()) / 1000));
}
