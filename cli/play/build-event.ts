import { randomUUID } from 'node:crypto';
import { sources } from '../../lambda/contract.ts';
import { toPartition } from '../../lambda/routing/partition.ts';
import type { PlayedWorkload } from './find-workload.ts';
import type { PlayedRun } from './runs.ts';

/** How a run ends, as far as an event shows it. */
export interface EndDetails {
  /** Name of the error of an execution that fails. @default Rehearsal.Failed */
  readonly error?: string;
  /** Exit code of the container of a Batch job. @default - 0, or 1 if the job fails */
  readonly exitCode?: number;
  /** Output of an execution that succeeds, as JSON text. @default {} */
  readonly output?: string;
  /** Input of the execution, as JSON text. @default {} */
  readonly input?: string;
}

/** An event as EventBridge carries it. */
export interface PlayedEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A status change of a run. */
export interface PlayedChange {
  readonly workload: PlayedWorkload;
  readonly run: PlayedRun;
  readonly details: EndDetails;
}

/**
 * Builds the event that EventBridge carries for a status change (key sets of recorded events: Step
 * Functions of February 2024, Batch jobs on Fargate).
 */
export function buildEvent(change: PlayedChange, now: Date): PlayedEvent {
  const { workload } = change;
  const { account, region, kind } = workload;
  const { source, detailType } = sources[kind];
  const detail =
    workload.kind === 'execution'
      ? toExecutionDetail({ ...change, workload })
      : toBatchJobDetail({ ...change, workload });
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account,
    time: `${now.toISOString().slice(0, 19)}Z`,
    region,
    resources: [workload.kind === 'execution' ? detail['executionArn'] : detail['jobArn']],
    detail,
  };
}

type Detail = Readonly<Record<string, unknown>>;
type Change<Kind> = Omit<PlayedChange, 'workload'> & {
  readonly workload: Extract<PlayedWorkload, { readonly kind: Kind }>;
};

/** Label of the Distributed Map whose children are played. */
const mapLabel = 'Map';

function toExecutionDetail({ workload, run, details }: Change<'execution'>): Detail {
  const { stateMachine, qualifier, isMapChild, account, region } = workload;
  const { status, id: name, startedMs, stoppedMs = null } = run;
  const arn = `arn:${toPartition(region)}:states:${region}:${account}`;
  const machine = isMapChild ? `${stateMachine}/${mapLabel}` : stateMachine;
  const stateMachineArn = `${arn}:stateMachine:${machine}`;
  const isVersion = qualifier !== undefined && /^\d+$/.test(qualifier);
  const output = status === 'SUCCEEDED' ? (details.output ?? '{}') : null;
  return {
    executionArn: `${arn}:execution:${machine}:${name}`,
    stateMachineArn,
    name,
    status,
    startDate: startedMs,
    stopDate: stoppedMs,
    input: details.input ?? '{}',
    inputDetails: { included: true },
    output,
    outputDetails: output === null ? null : { included: true },
    ...toFailure(status, details),
    stateMachineVersionArn: isVersion ? `${stateMachineArn}:${qualifier}` : null,
    stateMachineAliasArn:
      qualifier !== undefined && !isVersion ? `${stateMachineArn}:${qualifier}` : null,
    redriveCount: 0,
    redriveDate: null,
    ...toRedrive(status),
  };
}

function toFailure(status: string, { error }: EndDetails): Detail {
  switch (status) {
    case 'FAILED':
      return { error: error ?? 'Rehearsal.Failed', cause: 'a rehearsed failure' };
    case 'TIMED_OUT':
      return { error: error ?? 'States.Timeout', cause: null };
    default:
      return { error: error ?? null, cause: null };
  }
}

function toRedrive(status: string): Detail {
  return ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)
    ? { redriveStatus: 'REDRIVABLE', redriveStatusReason: null }
    : {
        redriveStatus: 'NOT_REDRIVABLE',
        redriveStatusReason: `Execution is ${status} and cannot be redriven`,
      };
}

function toBatchJobDetail({ workload, run, details }: Change<'batchJob'>): Detail {
  const { jobName, jobQueue, jobDefinition, isArrayChild, account, region } = workload;
  const { status, id, createdMs, startedMs, stoppedMs } = run;
  const arn = `arn:${toPartition(region)}:batch:${region}:${account}`;
  const parentArn = `${arn}:job/${id}`;
  const part = isArrayChild ? ':0' : '';
  const isEnded = stoppedMs !== undefined;
  const exitCode = details.exitCode ?? (status === 'FAILED' ? 1 : 0);
  const container = {
    image: openImage,
    command: [],
    environment: [],
    networkInterfaces: [],
    resourceRequirements: [],
    secrets: [],
    ...(isEnded && { exitCode }),
  };
  const statusReason = 'Essential container in task exited';
  const attempt = {
    container: { exitCode, networkInterfaces: [] },
    ...{ startedAt: startedMs, stoppedAt: stoppedMs, statusReason },
  };
  return {
    jobArn: `${parentArn}${part}`,
    jobName,
    jobId: `${id}${part}`,
    jobQueue: `${arn}:job-queue/${jobQueue}`,
    jobDefinition: `${arn}:job-definition/${jobDefinition}`,
    status,
    ...(isEnded && { statusReason }),
    attempts: isEnded ? [attempt] : [],
    createdAt: createdMs,
    ...(startedMs !== undefined && { startedAt: startedMs }),
    ...(isEnded && { stoppedAt: stoppedMs }),
    ...(isArrayChild && { arrayProperties: { index: 0 } }),
    retryStrategy: { attempts: 1, evaluateOnExit: [] },
    dependsOn: [],
    parameters: {},
    container,
    tags: { resourceArn: parentArn },
    propagateTags: false,
    platformCapabilities: ['FARGATE'],
    eksAttempts: [],
  };
}

const openImage = 'rehearsal:1';
