import type {
  JobLogs,
  ReadFailedChildren,
  ReadFailedMapChildren,
  ReadHistory,
  ReadJobLogs,
} from '../aws/log-results.ts';
import type { NoAnswer } from '../aws/lookup.ts';
import type { Run } from '../ledger/run.ts';
import { reduceCause } from '../workload/read/cause.ts';
import type { EndedRunResult } from '../workload/run-result.ts';
import { isOver } from '../workload/workload.ts';
import { toNotAvailable } from './api-error.ts';
import type { BoundRun } from './bound-run.ts';
import type { FailedChildren } from './diagnosis.ts';
import { type FailingState, findFailingState } from './failing-state.ts';
import type { Launch } from './launch.ts';
import {
  type LogSource,
  toFunctionSource,
  toJobNotes,
  toJobSources,
  toKnownSources,
} from './log-sources.ts';

export interface FindLogSourcesDeps {
  readonly readJobLogs: ReadJobLogs;
  readonly readFailedChildren: ReadFailedChildren;
  readonly readFailedMapChildren: ReadFailedMapChildren;
  readonly readHistory: ReadHistory;
}

/** Where the log of a run is, and what was learnt about its end on the way. */
export interface RunLogSources {
  readonly sources: readonly LogSource[];
  /** What is missing, and why. One line each. */
  readonly notes: readonly string[];
  readonly failing?: FailingState | undefined;
  readonly children?: FailedChildren | undefined;
}

/**
 * A run row with the log streams that its events named: `result.logStreams` of a job that has
 * ended, `logStreams` of a job that runs.
 */
type RunWithStreams = Run & {
  readonly logStreams?: readonly string[];
  readonly result?: EndedRunResult & { readonly logStreams?: readonly string[] };
};

/** Failed children of an array whose logs are read: those with the lowest indices. */
const maxChildren = 3;
/** Levels of executions that are followed down to the failing state. */
const maxLevels = 3;

/**
 * Creates the search for the logs of a run. It asks AWS some times at most: DescribeJobs for a Batch
 * job, and ListJobs if it is an array; GetExecutionHistory for an execution, and what leads to the
 * log of its failing state.
 */
export function createFindLogSources(deps: FindLogSourcesDeps) {
  /** @throws {ApiError} 503 if AWS is not reached or throttles */
  return async function findLogSources(
    { workload, aws }: Launch & { readonly aws: BoundRun },
    run: RunWithStreams | undefined,
    signal: AbortSignal,
  ): Promise<RunLogSources> {
    if (workload === 'batchJob') return findJobSources(deps, { jobId: aws.id, run }, signal);
    if (run === undefined || !isOver(run.version.status)) {
      return onlyNotes(
        'the execution has not ended; the log of a failing state follows at its end',
      );
    }
    if (run.version.status === 'SUCCEEDED') {
      return onlyNotes('the execution succeeded; no log of its states is read');
    }
    return findExecutionSources(deps, { executionArn: aws.id, level: 1 }, signal);
  };
}

async function findJobSources(
  deps: FindLogSourcesDeps,
  { jobId, run, where = '' }: { jobId: string; run?: RunWithStreams | undefined; where?: string },
  signal: AbortSignal,
): Promise<RunLogSources> {
  const known = run?.result?.logStreams ?? run?.logStreams ?? [];
  const answer = await deps.readJobLogs([jobId], signal);
  if (answer.kind !== 'found') {
    const note = toDenial('the attempts of the Batch job', 'batch:DescribeJobs', answer);
    return { sources: toKnownSources(known), notes: [note] };
  }
  const [job] = answer.jobs;
  if (job === undefined) {
    const note = 'AWS Batch no longer has the job (it keeps an ended one for about 7 days)';
    return { sources: toKnownSources(known), notes: [note] };
  }
  if (job.isArray) return findChildSources(deps, job, { where }, signal);
  if (job.mainNode !== undefined) {
    const node = `${jobId}#${job.mainNode}`;
    return findJobSources(deps, { jobId: node, where: `${where}main node, ` }, signal);
  }
  const sources = toJobSources(job, where);
  return { sources, notes: toJobNotes(job) };
}

/** An array job has no stream of its own. */
async function findChildSources(
  deps: FindLogSourcesDeps,
  { jobId, status }: JobLogs,
  { where }: { readonly where: string },
  signal: AbortSignal,
): Promise<RunLogSources> {
  if (status !== 'FAILED') {
    return onlyNotes('an array job has no log; logs of failed children follow when it has failed');
  }
  const listed = await deps.readFailedChildren(jobId, signal);
  if (listed.kind !== 'found') {
    return onlyNotes(toDenial('the failed children', 'batch:ListJobs', listed));
  }
  const { children, more } = listed;
  const shown = children.slice(0, maxChildren);
  const found = { children: { failed: children, more } };
  if (shown.length === 0) return { sources: [], notes: ['no failed child is listed'], ...found };
  const answer = await deps.readJobLogs(
    shown.map((one) => one.jobId),
    signal,
  );
  if (answer.kind !== 'found') {
    const note = toDenial('the failed children', 'batch:DescribeJobs', answer);
    return { sources: [], notes: [note], ...found };
  }
  const sources = shown.flatMap((child) => {
    const job = answer.jobs.find((one) => one.jobId === child.jobId);
    return job === undefined ? [] : toJobSources(job, `${where}child ${child.index}, `);
  });
  const left = children.length - shown.length;
  const notes = left === 0 ? [] : [`the logs of the first ${maxChildren} failed children follow`];
  return { sources, notes, ...found };
}

async function findExecutionSources(
  deps: FindLogSourcesDeps,
  { executionArn, level }: { readonly executionArn: string; readonly level: number },
  signal: AbortSignal,
): Promise<RunLogSources> {
  const history = await deps.readHistory(executionArn, signal);
  if (history.kind === 'unknown') {
    return onlyNotes('AWS no longer has the history of the execution (kept for 90 days)');
  }
  if (history.kind !== 'found') {
    const what = level === 1 ? 'the history of the execution' : `the history of ${executionArn}`;
    return onlyNotes(toDenial(what, 'states:GetExecutionHistory', history));
  }
  const failing = findFailingState(history.events);
  if (failing === undefined) return onlyNotes('the history shows no failing state');
  const { state = 'unknown', functionName, batchJobId, executionArn: child, mapRunArn } = failing;
  if (functionName !== undefined) {
    return { sources: [toFunctionSource(functionName, failing)], notes: [], failing };
  }
  if (batchJobId !== undefined) {
    const where = `state ${state}, `;
    return { ...(await findJobSources(deps, { jobId: batchJobId, where }, signal)), failing };
  }
  if (child !== undefined && level < maxLevels) {
    const inner = { executionArn: child, level: level + 1 };
    const found = await findExecutionSources(deps, inner, signal);
    const notes = [`state ${state} waited for ${child}`, ...found.notes];
    return { ...found, notes, failing: found.failing ?? failing };
  }
  if (mapRunArn !== undefined) return findMapSources(deps, { mapRunArn, failing }, signal);
  return { ...onlyNotes(`state ${state} has no log that the bridge reads`), failing };
}

/** A Map Run has no log. Its failed children explain it. */
async function findMapSources(
  deps: FindLogSourcesDeps,
  { mapRunArn, failing }: { readonly mapRunArn: string; readonly failing: FailingState },
  signal: AbortSignal,
): Promise<RunLogSources> {
  const listed = await deps.readFailedMapChildren(mapRunArn, signal);
  if (listed.kind !== 'found') {
    const note = toDenial('the failed children of the Map Run', 'states:ListExecutions', listed);
    return { ...onlyNotes(note), failing };
  }
  const failed = listed.children.map(({ error, cause }) => ({ error, cause: reduceCause(cause) }));
  const note = `state ${failing.state} has no log; the console shows its children: ${mapRunArn}`;
  return { ...onlyNotes(note), failing, children: { failed, more: listed.more } };
}

function onlyNotes(...notes: readonly string[]): RunLogSources {
  return { sources: [], notes };
}

/** A denial as a note. @throws {ApiError} 503 for every other failure, which may pass */
function toDenial(what: string, action: string, { kind, reason }: NoAnswer): string {
  if (kind !== 'denied') throw toNotAvailable(`${what}: AWS did not answer (${kind}: ${reason})`);
  return `${what} cannot be read: the role of the launch function lacks ${action} (${reason})`;
}
