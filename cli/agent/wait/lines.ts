import type { RunAnswer } from '../../../lambda/launch/api.ts';
import { formatInstant, formatTimeSpan } from '../time-text.ts';
import type { WaitPlan, WaitState } from './state.ts';
import { toServiceName } from './trouble.ts';

/** First lines about a run: what it is, and what this command did. */
export function describeFirstAnswer(answer: RunAnswer, status: number | 'attached'): string {
  const about = `${answer.name} (${describeSubject(answer)})`;
  if (status === 'attached') return `waiting for run ${about}`;
  if (status === 202)
    return `run ${about} was requested; it is not known yet whether AWS started it`;
  if (status === 201) return `run ${about} was started`;
  return `run ${about} exists since ${toText(answer.requestedAt)}; nothing was started, waiting for it`;
}

/** Target and identity of a run. */
export function describeSubject({
  target,
  instance,
  job,
  run,
  try: attempt,
  key,
}: RunAnswer): string {
  const parts = [
    `target ${toText(target)}`,
    ...(job === undefined ? [] : [`job ${job}`]),
    ...(run === undefined ? [] : [`run ${run}`]),
    ...(attempt === undefined ? [] : [`try ${attempt}`]),
    ...(instance === undefined ? [] : [`instance ${instance}`]),
    ...(key === undefined ? [] : [`key ${key}`]),
  ];
  return parts.join(', ');
}

/** True once the run has ended, or was never started. */
export function isRunOver({ state }: RunAnswer): boolean {
  return state === 'ENDED' || state === 'REFUSED';
}

/**
 * How a run ended: status, and the diagnosis with the console link, or else error, cause and link.
 * A log that is printed afterwards begins with a diagnosis that says more.
 */
export function describeRunEnd(
  answer: RunAnswer,
  { logs = 'none' }: Pick<WaitPlan, 'logs'> = {},
): readonly string[] {
  const { name, state, status, result = {}, diagnosis, console: link } = answer;
  const { error, cause, reason, exitCode, attempts } = result;
  const facts = [
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(attempts === undefined || attempts < 2 ? [] : [`${attempts} attempts`]),
  ];
  const how = [status ?? state, ...facts].join(', ');
  const details = [
    ...(error === undefined ? [] : [`error: ${error}`]),
    ...(cause === undefined ? [] : [`cause: ${cause}`]),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
  ];
  const hasLog = logs === 'all' || (logs === 'failed' && answer.exit?.code !== 0);
  const isLinked = link !== undefined && diagnosis === undefined && answer.exit?.code !== 0;
  return [
    state === 'REFUSED' ? `AWS refused to start run ${name}` : `run ${name} ended: ${how}`,
    ...(diagnosis === undefined ? details : hasLog ? [] : [diagnosis]),
    ...(isLinked ? [`console: ${link}`] : []),
  ].flatMap(toTextLines);
}

/** The line that is printed once an hour. */
export function describeHour(
  { plan, beganAt, answer, start, trouble, name }: WaitState,
  now: number,
): string {
  const since = formatTimeSpan(now - beganAt);
  const silence = trouble?.isReported
    ? `; no answer of ${toServiceName(plan)} since ${formatInstant(trouble.since)}`
    : '';
  if (answer === undefined) {
    const why = start.words === '' ? '' : `: ${start.words}`;
    const what = name === undefined ? 'to start' : `for run ${name}`;
    return `still waiting ${what} after ${since}${why}${silence}`;
  }
  return `still waiting after ${since}: ${answer.status ?? answer.state}${silence}`;
}

/** Splits a text of the API into lines. */
export function toTextLines(text: string): readonly string[] {
  return text.split(/\r?\n/);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
