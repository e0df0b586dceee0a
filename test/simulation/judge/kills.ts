import type { AcceptedEvent } from '../autosys/recorder.ts';

/** The attempt and the status that the comment of a start or a kill names. */
interface CommentParts {
  readonly attempt: string;
  readonly status: string;
}

/** Comment format of the simulated routes: `c-1@2026-11-20T00:10:00Z#0 RUNNING, event …`. */
const commentOf = /^(?<attempt>\S+#\d+) (?<status>[A-Z_]+)/;

/**
 * Checks that no job is killed before its start. A start after the kill would run without an end.
 */
export function judgeKills(acceptedEvents: readonly AcceptedEvent[]): readonly string[] {
  const killed = new Set<string>();
  return acceptedEvents.flatMap(({ event, configuredName }) => {
    if (event.kind !== 'KILLJOB' && !event.kind.endsWith('STARTJOB')) return [];
    const parts = readComment('comment' in event ? event.comment : undefined);
    if (parts === undefined || !('job' in event)) return [];
    const key = `${configuredName} ${event.job} ${parts.attempt}`;
    if (event.kind === 'KILLJOB') {
      killed.add(key);
      return [];
    }
    // A start on the same status as the kill is another effect of the end, and not a predecessor.
    const isEarlier = parts.status === 'RUNNING';
    return isEarlier && killed.has(key) ? [`${event.job} was killed before ${key} started it`] : [];
  });
}

/** Returns the attempt that started the job last. */
export function findLastStart(
  acceptedEvents: readonly AcceptedEvent[],
  job: string,
): string | undefined {
  const last = acceptedEvents.findLast(
    ({ event }) => event.kind.endsWith('STARTJOB') && 'job' in event && event.job === job,
  );
  if (last === undefined || !('comment' in last.event)) return undefined;
  return toAttempt(last.event.comment);
}

/** Returns the attempt that a comment names. */
export function toAttempt(comment: string | undefined): string | undefined {
  return readComment(comment)?.attempt;
}

function readComment(comment: string | undefined): CommentParts | undefined {
  const { attempt, status } = commentOf.exec(comment ?? '')?.groups ?? {};
  return attempt === undefined || status === undefined ? undefined : { attempt, status };
}
