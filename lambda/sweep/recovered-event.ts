import type { DescribedBatchJob, DescribedExecution } from '../aws/lookup.ts';
import { sources } from '../contract.ts';
import { toDigest } from '../workload/digest.ts';
import { reduceCause } from '../workload/read/cause.ts';

/** An event in the shape of an EventBridge event, created from a lookup. */
export interface RecoveredEvent {
  readonly version: '0';
  /** At most 36 characters; the same for every lookup that finds the same change. */
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly recovered: true;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Location of the run, and time of the lookup. */
export interface Asking {
  readonly account: string;
  readonly region: string;
  readonly askedAt: Date;
}

/**
 * Maximum size of input and output in an event, as EventBridge limits it; larger ones are left out.
 */
const maxDataBytes = 248 * 1_024;

/**
 * Creates the event that EventBridge would have sent for an execution in this state.
 *
 * Data that are too large are left out as AWS does, so that a recovered run has the same effects.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function toRecoveredExecutionEvent(
  found: DescribedExecution,
  asking: Asking,
): RecoveredEvent {
  const { executionArn, status, startDate, stopDate, redriveDate, redriveCount = 0 } = found;
  const input = toData(found.input, found.inputDetails?.included);
  const output = toData(found.output, found.outputDetails?.included);
  const outputFits = output.bytes <= maxDataBytes;
  const inputFits = input.bytes + (outputFits ? output.bytes : 0) <= maxDataBytes;
  const changedAt = stopDate ?? redriveDate ?? startDate;
  return {
    ...toEnvelope('execution', asking, changedAt, [executionArn, redriveCount, status]),
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: found.stateMachineArn,
      name: found.name ?? null,
      status,
      startDate: startDate?.getTime() ?? null,
      stopDate: stopDate?.getTime() ?? null,
      ...(inputFits ? toShown('input', input) : toLeftOut('input')),
      ...(outputFits ? toShown('output', output) : toLeftOut('output')),
      // Reduced here too, although the reader does it: the body of a message may be stored or
      // logged.
      error: reduceCause(found.error) ?? null,
      cause: reduceCause(found.cause) ?? null,
      stateMachineVersionArn: found.stateMachineVersionArn ?? null,
      stateMachineAliasArn: found.stateMachineAliasArn ?? null,
      redriveCount,
      redriveDate: redriveDate?.getTime() ?? null,
      redriveStatus: found.redriveStatus ?? null,
      redriveStatusReason: found.redriveStatusReason ?? null,
    },
  };
}

/**
 * Creates the event that EventBridge would have sent for a Batch job in this state, without the
 * content of its containers.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export function toBatchJobEvent(found: DescribedBatchJob, asking: Asking): RecoveredEvent {
  const { jobId, jobArn, status, attempts, eksAttempts, startedAt, stoppedAt } = found;
  const ended = attempts?.length || eksAttempts?.length || 0;
  const changedAt = stoppedAt ?? (status === 'RUNNING' ? startedAt : undefined);
  return {
    ...toEnvelope('batchJob', asking, changedAt === undefined ? undefined : new Date(changedAt), [
      jobId,
      ended,
      status,
    ]),
    resources: jobArn === undefined ? [] : [jobArn],
    detail: { ...found },
  };
}

/** @param changedAt may be invalid; the reader then rejects it with the name of its field */
function toEnvelope(
  source: keyof typeof sources,
  { account, region, askedAt }: Asking,
  changedAt: Date | undefined,
  change: readonly (string | number)[],
): Omit<RecoveredEvent, 'resources' | 'detail'> {
  const isInstant = changedAt !== undefined && !Number.isNaN(changedAt.getTime());
  return {
    version: '0',
    id: `recovered-${toDigest(JSON.stringify(change)).slice(0, 26)}`,
    'detail-type': sources[source].detailType,
    source: sources[source].source,
    account,
    // EventBridge times have whole seconds.
    time: `${(isInstant ? changedAt : askedAt).toISOString().slice(0, 19)}Z`,
    region,
    recovered: true,
  };
}

interface Data {
  readonly text: string | undefined;
  readonly included: boolean | undefined;
  /** Size in the event: JSON text within JSON. */
  readonly bytes: number;
}

function toData(text: string | undefined, included: boolean | undefined): Data {
  const bytes = text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));
  return { text, included, bytes };
}

function toShown(name: 'input' | 'output', { text, included }: Data) {
  const details = text === undefined && included !== false ? null : { included: included ?? true };
  return { [name]: text ?? null, [`${name}Details`]: details };
}

function toLeftOut(name: 'input' | 'output') {
  return { [name]: null, [`${name}Details`]: { included: false } };
}
