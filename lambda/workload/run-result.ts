import type { WorkloadEvent } from './workload.ts';

/** What the event of its end says about a run, for people and for the exit code of a command. */
export interface EndedRunResult {
  /** Error name of an execution. */
  readonly error?: string;
  /** Cause of an execution, reduced and at most 1,000 characters. */
  readonly cause?: string;
  /** Reason of a Batch job. */
  readonly reason?: string;
  /** Exit code of the failing container of a Batch job. */
  readonly exitCode?: number;
  /** Attempts of a Batch job, or redrives and 1 of an execution. */
  readonly attempts: number;
  /** CloudWatch log streams of the attempts of a Batch job, oldest first. */
  readonly logStreams?: readonly string[];
}

/** Maximum characters of a text in a run row. */
const keptResultCharacters = 1_000;

/** The result that the event of an ended run shows. Pure. */
export function toEndedRunResult(event: WorkloadEvent): EndedRunResult {
  if (event.kind === 'execution') {
    const { error, cause, redriveCount } = event;
    return { ...shorten({ error, cause }), attempts: redriveCount + 1 };
  }
  const { reason, exitCode, attempt, logStreams } = event;
  return {
    ...shorten({ reason }),
    ...(exitCode !== undefined && { exitCode }),
    attempts: attempt,
    ...(logStreams && { logStreams }),
  };
}

function shorten(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text.slice(0, keptResultCharacters).toWellFormed()]],
    ),
  );
}
