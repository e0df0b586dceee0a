import { describeError, isExpectedError } from '../errors.ts';
import {
  type ApiErrorBody,
  apiVersion,
  type FindAnswer,
  type HintAnswer,
  type LogAnswer,
  type RestartPlan,
  type RunAnswer,
  versionHeader,
} from './api.ts';
import { ApiError, toNotAvailable, toUnknownCall } from './api-error.ts';
import type { CompleteEnd } from './array-exit.ts';
import { findCaller, type LaunchRules } from './check-start.ts';
import { findLaunchEndpoint, type LaunchEndpoint } from './endpoints.ts';
import type { createFindRuns } from './find-runs.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import { toNothingStarted } from './nothing-started.ts';
import {
  isFromNewerCommand,
  type ProxyRequest,
  readCallerName,
  readRequestFields,
  readStartRequest,
  readStopRequest,
  wantsText,
} from './read-request.ts';
import type { createReadRunLog } from './read-run-log.ts';
import { type AnswerRestartDeps, answerRestart } from './restart/answer-restart.ts';
import type { createAnswerLaunch, createRunStatus } from './run-status.ts';
import type { createStartRun } from './start-run.ts';
import type { StartedLaunch } from './start-work.ts';
import type { createStopRun } from './stop/stop-run.ts';
import {
  formatError,
  formatFindAnswer,
  formatHintAnswer,
  formatLogAnswer,
  formatRestartPlan,
  formatRunAnswer,
} from './text-answer.ts';

/** The answer for API Gateway (REST API, proxy integration). */
export interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HandleLaunchRequestDeps extends AnswerRestartDeps {
  readonly rules: LaunchRules;
  readonly startRun: ReturnType<typeof createStartRun>;
  readonly runStatus: ReturnType<typeof createRunStatus>;
  readonly findRuns: ReturnType<typeof createFindRuns>;
  readonly readRunLog: ReturnType<typeof createReadRunLog>;
  readonly stopRun: ReturnType<typeof createStopRun>;
  readonly runs: LaunchedRuns;
  readonly completeEnd: CompleteEnd;
  readonly answerLaunch: ReturnType<typeof createAnswerLaunch>;
  /** Called with every answered request, for the log. */
  readonly onAnswer: (handled: HandledLaunchRequest) => void;
  /** Called with an error that no code expects. */
  readonly onDefect: (error: unknown) => void;
}

/** One answered request, without its content. */
export interface HandledLaunchRequest {
  readonly action: string;
  readonly caller?: string;
  readonly status: number;
  /** Code of an error. */
  readonly code?: string;
  readonly reason?: string;
  /** Name of the run. */
  readonly run?: string;
}

/** What an action answers. */
interface ActionAnswer {
  readonly status: number;
  readonly content: RunAnswer | FindAnswer | LogAnswer | RestartPlan | HintAnswer;
}

/** Creates the handling of requests: check, act, answer. It never rejects. */
export function createHandleLaunchRequest(deps: HandleLaunchRequestDeps) {
  return createHandle(deps, (endpoint, asked, signal) => act(deps, endpoint, asked, signal));
}

/** What the function of an endpoint does for a caller. @throws {ApiError} for a refused request */
export type Act = (
  endpoint: LaunchEndpoint,
  asked: { readonly request: ProxyRequest; readonly caller: string },
  signal: AbortSignal,
) => Promise<ActionAnswer>;

/** Creates the handling of requests by one action: check, act, answer. It never rejects. */
export function createHandle(
  deps: Pick<HandleLaunchRequestDeps, 'onAnswer' | 'onDefect'>,
  actOn: Act,
) {
  return async function handleRequest(
    request: ProxyRequest,
    signal: AbortSignal,
  ): Promise<ProxyAnswer> {
    const text = wantsText(request);
    const { httpMethod, resource } = request;
    const endpoint = findLaunchEndpoint(httpMethod, resource);
    const action = endpoint?.action ?? 'unknown';
    let caller: string | undefined;
    try {
      if (endpoint === undefined) throw toUnknownCall(httpMethod, resource);
      caller = readCallerName(request);
      const { status, content } = await actOn(endpoint, { request, caller }, signal);
      const run = 'name' in content ? { run: content.name } : {};
      deps.onAnswer({ action, caller, status, ...run });
      return toAnswer(status, text, content);
    } catch (error) {
      if (!(error instanceof ApiError) && !isExpectedError(error)) deps.onDefect(error);
      const failed = toApiError(error);
      const { status, code, message } = failed;
      const known = caller === undefined ? {} : { caller };
      deps.onAnswer({ action, ...known, status, code, reason: message });
      return toErrorAnswer(failed, text);
    }
  };
}

async function act(
  deps: HandleLaunchRequestDeps,
  { action }: LaunchEndpoint,
  { request, caller: callerName }: { readonly request: ProxyRequest; readonly caller: string },
  signal: AbortSignal,
): Promise<ActionAnswer> {
  const query = withoutAbsent(request.queryStringParameters ?? {});
  const name = request.pathParameters?.['name'] ?? '';
  switch (action) {
    case 'start': {
      const start = readStartRequest(readRequestFields(request), isFromNewerCommand(request));
      return answerStarted(deps, await deps.startRun(start, callerName, signal), signal);
    }
    case 'restart': {
      const caller = findCaller(callerName, deps.rules);
      const restarted = await answerRestart(deps, { request, caller }, signal);
      if (restarted.kind === 'planned') return { status: 200, content: restarted.plan };
      return answerStarted(deps, restarted, signal);
    }
    case 'status': {
      const caller = findCaller(callerName, deps.rules);
      const { after } = query;
      const asked = { name, ...(after !== undefined && { after }) };
      return { status: 200, content: await deps.runStatus(asked, caller, signal) };
    }
    case 'stop': {
      const caller = findCaller(callerName, deps.rules);
      const stop = readStopRequest(readRequestFields(request), isFromNewerCommand(request));
      const asked = { name, ...stop };
      const { stored, status } = await deps.stopRun(asked, caller, signal);
      const run = await deps.runs.read(stored.launch);
      return { status, content: deps.answerLaunch(stored.launch, run) };
    }
    case 'find': {
      const caller = findCaller(callerName, deps.rules);
      return { status: 200, content: await deps.findRuns(query, caller) };
    }
    case 'log': {
      const caller = findCaller(callerName, deps.rules);
      const { from } = query;
      const asked = { name, ...(from !== undefined && { from }) };
      return { status: 200, content: await deps.readRunLog(asked, caller, signal) };
    }
    default:
      throw toUnknownCall(request.httpMethod, request.resource);
  }
}

async function answerStarted(
  { runs, completeEnd, answerLaunch }: HandleLaunchRequestDeps,
  { stored, status }: StartedLaunch,
  signal: AbortSignal,
): Promise<ActionAnswer> {
  const { name, refusal } = stored.launch;
  // An HTTP job counts any 2xx as success.
  if (refusal !== undefined) throw toNothingStarted(name, refusal);
  const run = await runs.read(stored.launch);
  const { launch } = await completeEnd(stored, run, signal);
  return { status, content: answerLaunch(launch, run) };
}

function withoutAbsent(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** An error of the request as it is; any other as 503, so that the command repeats the request. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return toNotAvailable(describeError(error).message);
}

function toAnswer(status: number, text: boolean, content: ActionAnswer['content']): ProxyAnswer {
  const retryAfter = 'name' in content ? content.retryAfter : undefined;
  return {
    statusCode: status,
    headers: toHeaders(text, retryAfter),
    body: text ? formatContent(content) : JSON.stringify(content),
  };
}

function formatContent(content: ActionAnswer['content']): string {
  if ('name' in content) return formatRunAnswer(content);
  if ('waits' in content) return formatHintAnswer(content);
  if ('kept' in content) return formatRestartPlan(content);
  return 'text' in content ? formatLogAnswer(content) : formatFindAnswer(content);
}

function toErrorAnswer(error: ApiError, text: boolean): ProxyAnswer {
  const { status, code, message, fix, exit, faults, retryAfter } = error;
  const body: ApiErrorBody = {
    version: apiVersion,
    code,
    message,
    fix,
    exit,
    ...(faults !== undefined && { faults }),
  };
  return {
    statusCode: status,
    headers: toHeaders(text, retryAfter),
    body: text ? formatError(body) : JSON.stringify(body),
  };
}

function toHeaders(text: boolean, retryAfter: number | undefined): Record<string, string> {
  return {
    'content-type': text ? 'text/plain; charset=utf-8' : 'application/json',
    'cache-control': 'no-store',
    [versionHeader]: apiVersion,
    // The header has whole seconds (RFC 9110).
    ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }),
  };
}
