import type { AttemptLogs, JobLogs, LogLocation } from '../aws/log-results.ts';
import { readableLogGroups } from '../contract.ts';
import { toExitCodeMeaning } from '../workload/explain-failure.ts';
import { reduceCause } from '../workload/read/cause.ts';
import { isUninformative } from '../workload/read/reason.ts';
import type { FailingState } from './failing-state.ts';
import { toPlainLine } from './log-lines.ts';

/** A part of the log of a run, in the order of reading. */
export interface LogSource {
  /** One line that introduces it. */
  readonly heading: string;
  /** Absent if there is no log, such as of an attempt whose container never started. */
  readonly location?: LogLocation;
  /** Maximum number of lines. @default - all */
  readonly maxLines?: number;
}

/**
 * The log streams of a Batch job: those of each attempt, in order. Pure.
 *
 * @param where what the job is, such as `child 17, `, or empty
 */
export function toJobSources(job: JobLogs, where = ''): readonly LogSource[] {
  const { attempts, maxAttempts, group = readableLogGroups.batch } = job;
  return attempts.flatMap((attempt, index): readonly LogSource[] => {
    const title = `${where}attempt ${index + 1} of ${Math.max(maxAttempts, attempts.length)}`;
    const end = toAttemptEnd(attempt);
    if (attempt.streams.length === 0) {
      return [{ heading: `=== ${title}, no log stream, ${end} ===` }];
    }
    return attempt.streams.map((stream) => ({
      heading: `=== ${title}, stream ${stream}, ${end} ===`,
      location: { kind: 'stream', group, stream },
    }));
  });
}

/** Sources from the streams in the run row, for a job that AWS Batch has forgotten. Pure. */
export function toKnownSources(streams: readonly string[]): readonly LogSource[] {
  const count = streams.length;
  return streams.map((stream, index) => ({
    heading: `=== attempt ${index + 1} of ${count}, stream ${stream} ===`,
    location: { kind: 'stream', group: readableLogGroups.batch, stream },
  }));
}

/** Notes about a job whose log is not in CloudWatch Logs. Pure. */
export function toJobNotes({ driver, isEks, isArray, attempts }: JobLogs): readonly string[] {
  if (isEks) return ['the job runs on EKS, whose logs the bridge does not read'];
  if (driver !== undefined && driver !== 'awslogs') {
    return [`the job writes its log with the driver ${driver}, which the bridge does not read`];
  }
  if (isArray || attempts.length > 0) return [];
  return ['no attempt of the job has a log stream yet'];
}

/** Clock difference between Step Functions and Lambda that is allowed for (assumed). */
const beforeMs = 1_000;
/** Lambda writes the lines of the end of an invocation shortly after it. */
const afterMs = 5_000;
/** Maximum lines of a window: it has the lines of all invocations of its time. */
const windowLines = 10_000;

/**
 * The log of the Lambda function of a failing state. Pure.
 *
 * The history of an execution names neither the log stream nor the request. So all lines of the
 * function's group within the time of the state are read, those of other invocations included
 * (inferred: the function logs into the group that Lambda creates for it).
 */
export function toFunctionSource(
  functionName: string,
  { state = 'unknown', fromMs, toMs }: FailingState,
): LogSource {
  const from = fromMs - beforeMs;
  const to = toMs + afterMs;
  const group = `${readableLogGroups.lambda}${functionName}`;
  const times = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  return {
    heading: `=== state ${toPlainLine(state, 80)}, log group ${group}, every line from ${times}, other invocations included ===`,
    location: { kind: 'window', group, fromMs: from, toMs: to },
    maxLines: windowLines,
  };
}

function toAttemptEnd(attempt: AttemptLogs): string {
  const { exitCode, isOver } = attempt;
  if (!isOver) return 'running';
  const reason = reduceCause(attempt.reason);
  const meaning = toExitCodeMeaning({ exitCode, reason });
  const isPlain = reason === undefined || (exitCode !== undefined && isUninformative(reason));
  const why = [meaning, isPlain ? undefined : toPlainLine(reason, 160)].filter((one) => one);
  const end =
    exitCode === undefined ? 'ended without an exit code' : `ended with exit code ${exitCode}`;
  return why.length === 0 ? end : `${end} (${why.join('; ')})`;
}
