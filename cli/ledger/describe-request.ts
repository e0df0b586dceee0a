import type { RequestResult } from '../../lambda/request/result.ts';
import type { JobWait, StoredRequest } from '../../lambda/request/stored-request.ts';
import { describeAwaitedRun } from '../../lambda/request/wait/describe-wait.ts';
import type { Paint } from '../render.ts';
import { quoteForShell } from './advice.ts';
import type { FoundRequestRow } from './find.ts';
import type { TimeFormat, ToTimeFormat } from './times.ts';

/**
 * A request of an AWS process: who asked, when, how far it is, its result and its history. Without
 * its task token, and without the caller's own key.
 */
export function describeStoredRequest(
  { key, request }: FoundRequestRow,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { instance, action, subject, entry, execution, state, receivedMs, attempt } = request;
  const { result, wait } = request;
  const time = toTimeFormat(instance);
  return [
    `${instance}  ${paint('bold', `${action} ${subject}`)}, requested by an AWS process`,
    `  stage    ${describeStage(request)}`,
    `  entry    ${entry} of requests`,
    `  asked by ${execution ?? 'a caller without an execution'}${state === undefined ? '' : `, state ${state}`}`,
    `  received ${time.ago(receivedMs)}${attempt === 0 ? '' : `, as attempt ${attempt} of its key`}`,
    ...(wait ? [`  waits    ${describeWait(wait, time)}`] : []),
    ...(result ? [`  result   ${describeResult(result, paint)}`] : []),
    `  key      ${quoteForShell(key)}`,
    'history',
    ...request.history.map(({ atMs, text }) => `  ${time.at(atMs)}  ${text}`),
  ];
}

/** A request for --json, without its task token and the caller's own key. */
export function toStoredRequestDocument({ key, request }: FoundRequestRow) {
  const { instance, action, subject, entry, execution, state, attempt, stage, result } = request;
  const { receivedMs, wait, history } = request;
  return {
    ...{ key, instance, action, subject, entry, attempt, stage },
    ...(execution !== undefined && { execution }),
    ...(state !== undefined && { state }),
    receivedAt: new Date(receivedMs),
    ...(wait && { wait: toWaitDocument(wait) }),
    ...(result && { result }),
    history: history.map(({ atMs, text }) => ({ at: new Date(atMs), text })),
  };
}

function describeStage({ stage, wait }: StoredRequest): string {
  if (wait?.kill) return 'ended: its execution is gone, and its run is still to be killed';
  if (wait?.answering) return 'ended: its result is being sent to the execution';
  if (stage === 'ended') return 'ended: it has a result';
  return wait ? 'open: the job has not ended' : 'open: its effect is not decided';
}

function describeWait(wait: JobWait, time: TimeFormat): string {
  const { start, untilMs, onAbort, token } = wait;
  const how = token === undefined ? 'without a task token' : 'with a task token';
  const kill = onAbort === 'kill' ? '; KILLJOB if its execution is gone' : '';
  return `for ${describeAwaitedRun(wait)} (${start}), until ${time.ago(untilMs)}, ${how}${kill}`;
}

function describeResult(result: RequestResult, paint: Paint): string {
  if (result.kind === 'failure') return `${paint('red', result.failure)}: ${result.cause}`;
  return JSON.stringify(result.answer);
}

function toWaitDocument({ job, start, onAbort, untilMs, nextMs, run, token, kill }: JobWait) {
  return {
    ...{ job, start, onAbort, hasToken: token !== undefined },
    until: new Date(untilMs),
    nextReadAt: new Date(nextMs),
    ...(run?.run !== undefined && { run: run.run }),
    ...(run?.try !== undefined && { try: run.try }),
    ...(kill && { isToBeKilled: true }),
  };
}
