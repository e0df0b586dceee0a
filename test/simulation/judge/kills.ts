import type { Take } from '../autosys/witness.ts';

/** A start or a kill of one attempt of a run, as its comment names it. */
interface Act {
  readonly attempt: string;
  readonly status: string;
}

/** What a comment of the night says of the run, its attempt and its status: `c-1@2026-11-20T00:10:00Z#0 RUNNING, event …`. */
const commentOf = /^(?<attempt>\S+#\d+) (?<status>[A-Z_]+)/;

/** No job is killed before it was started: the start that follows would run on for ever. */
export function judgeKills(takes: readonly Take[]): readonly string[] {
  const killed = new Set<string>();
  return takes.flatMap(({ event, via }) => {
    if (event.kind !== 'KILLJOB' && !event.kind.endsWith('STARTJOB')) return [];
    const act = toAct('comment' in event ? event.comment : undefined);
    if (act === undefined || !('job' in event)) return [];
    const key = `${via} ${event.job} ${act.attempt}`;
    if (event.kind === 'KILLJOB') {
      killed.add(key);
      return [];
    }
    // A start on the same status as a kill is another effect of the end, and no predecessor of the kill.
    const isEarlier = act.status === 'RUNNING';
    return isEarlier && killed.has(key) ? [`${event.job} was killed before ${key} started it`] : [];
  });
}

/** The attempt of a run that started the job last, as the takes have it. */
export function lastStart(takes: readonly Take[], job: string): string | undefined {
  const last = takes.findLast(
    ({ event }) => event.kind.endsWith('STARTJOB') && 'job' in event && event.job === job,
  );
  if (last === undefined || !('comment' in last.event)) return undefined;
  return toAttempt(last.event.comment);
}

/** The attempt of a run that a comment names. */
export function toAttempt(comment: string | undefined): string | undefined {
  return toAct(comment)?.attempt;
}

function toAct(comment: string | undefined): Act | undefined {
  const { attempt, status } = commentOf.exec(comment ?? '')?.groups ?? {};
  return attempt === undefined || status === undefined ? undefined : { attempt, status };
}
