import type {
  ApiErrorBody,
  FindAnswer,
  HintAnswer,
  LogAnswer,
  RestartPlan,
  RunAnswer,
} from './api.ts';

/** An answer about a run as text, for people and spool files. */
export function formatRunAnswer(answer: RunAnswer): string {
  const { name, target, state, status, awsId, console: link, exit, result } = answer;
  const { diagnosis, stop, continues, continuedBy } = answer;
  const lines = [
    // A plain word first, which the filter of an HTTP job can match.
    `${state} ${name}${status === undefined ? '' : ` (${status})`}`,
    `target ${target}, requested by ${answer.caller} at ${answer.requestedAt}`,
    ...(awsId === undefined ? [] : [`in AWS: ${awsId}`]),
    ...(continues === undefined ? [] : [`continues the execution of ${continues}`]),
    ...(continuedBy === undefined ? [] : [`continued by ${continuedBy}`]),
    ...(link === undefined ? [] : [`console: ${link}`]),
    ...(diagnosis === undefined ? toFailureLines(result) : [toLine(diagnosis)]),
    ...(stop === undefined ? [] : [`stop ${stop.state}: ${toLine(stop.text)}`]),
    ...(stop?.remaining ?? []).map((one) => `may still be active: ${toLine(one)}`),
    ...(exit === undefined ? [] : [`exit code ${exit.code}: ${exit.source}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function toFailureLines({ error, cause, reason }: RunAnswer['result'] = {}): readonly string[] {
  return [
    ...(error === undefined ? [] : [`error: ${error}`]),
    ...(cause === undefined ? [] : [`cause: ${toLine(cause)}`]),
    ...(reason === undefined ? [] : [`reason: ${toLine(reason)}`]),
  ];
}

/** The found runs as text, one block for each. */
export function formatFindAnswer({ runs, decoded }: FindAnswer): string {
  if (runs.length > 0) return runs.map(formatRunAnswer).join('\n');
  const says =
    decoded === undefined
      ? ''
      : `; the name says ${decoded.job} run ${decoded.run} try ${decoded.try} (${decoded.instance})`;
  return `no run was found in the ledger${says}\n`;
}

/** A page of a log as text. The last line names the token for the next request. */
export function formatLogAnswer({ text, next, end }: LogAnswer): string {
  return `${text}=== ${end ? 'end' : 'more'}: ${next} ===\n`;
}

/** What became of a hint as text. A plain word first, which the filter of an HTTP job can match. */
export function formatHintAnswer({ job, instance, waits, answered }: HintAnswer): string {
  return `noted ${job} (${instance}): ${waits} waiting, ${answered} answered\n`;
}

/** The plan of a restart as text. */
export function formatRestartPlan({ text }: RestartPlan): string {
  return `${text.map(toLine).join('\n')}\n`;
}

/** An error as three lines of text: what, code, what to do. */
export function formatError({ code, message, fix }: ApiErrorBody): string {
  return `${toLine(message)}\ncode: ${code}\nwhat to do: ${fix}\n`;
}

function toLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
