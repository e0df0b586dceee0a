import { describeError, isExpectedError } from '../errors.ts';
import {
  type ApiErrorBody,
  apiVersion,
  type FindAnswer,
  nothingStarted,
  type RunAnswer,
  versionHeader,
} from './api.ts';
import { ApiError, toInvalidInput, toNotAvailable } from './api-error.ts';
import { findCaller, type LaunchRules } from './check-start.ts';
import { findLaunchEndpoint, type LaunchEndpoint } from './endpoints.ts';
import type { createFindRuns } from './find-runs.ts';
import type { LaunchedRuns } from './launched-runs.ts';
import {
  type ProxyRequest,
  readCallerName,
  readRequestFields,
  readStartRequest,
  readStopRequest,
  wantsText,
} from './read-request.ts';
import type { createAnswerLaunch, createRunStatus } from './run-status.ts';
import type { createStartRun } from './start-run.ts';
import type { createStopRun } from './stop/stop-run.ts';
import { formatError, formatFindAnswer, formatRunAnswer } from './text-answer.ts';

/** The answer for API Gateway (REST API, proxy integration). */
export interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HandleRequestDeps {
  readonly rules: LaunchRules;
  readonly startRun: ReturnType<typeof createStartRun>;
  readonly runStatus: ReturnType<typeof createRunStatus>;
  readonly findRuns: ReturnType<typeof createFindRuns>;
  readonly stopRun: ReturnType<typeof createStopRun>;
  readonly runs: LaunchedRuns;
  readonly answerLaunch: ReturnType<typeof createAnswerLaunch>;
  /** Called with every answered request, for the log. */
  readonly onAnswer: (handled: HandledRequest) => void;
  /** Called with an error that no code expects. */
  readonly onDefect: (error: unknown) => void;
}

/** One answered request, without its content. */
export interface HandledRequest {
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
  readonly content: RunAnswer | FindAnswer;
}

/** Creates the handling of requests: check, act, answer. It never rejects. */
export function createHandleRequest(deps: HandleRequestDeps) {
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
      const { status, content } = await act(deps, endpoint, { request, caller }, signal);
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
  deps: HandleRequestDeps,
  { action }: LaunchEndpoint,
  { request, caller: callerName }: { readonly request: ProxyRequest; readonly caller: string },
  signal: AbortSignal,
): Promise<ActionAnswer> {
  const query = withoutAbsent(request.queryStringParameters ?? {});
  const name = request.pathParameters?.['name'] ?? '';
  switch (action) {
    case 'start': {
      const start = readStartRequest(readRequestFields(request));
      const { stored, status } = await deps.startRun(start, callerName, signal);
      const run = await deps.runs.read(stored.launch);
      return { status, content: deps.answerLaunch(stored.launch, run) };
    }
    case 'status':
    case 'wait': {
      const caller = findCaller(callerName, deps.rules);
      const { after } = query;
      const hold = action === 'wait' ? readHold(query['hold']) : 0;
      const asked = { name, hold, ...(after !== undefined && { after }) };
      return { status: 200, content: await deps.runStatus(asked, caller, signal) };
    }
    case 'stop': {
      const caller = findCaller(callerName, deps.rules);
      const asked = { name, ...readStopRequest(readRequestFields(request)) };
      const { stored, status } = await deps.stopRun(asked, caller, signal);
      const run = await deps.runs.read(stored.launch);
      return { status, content: deps.answerLaunch(stored.launch, run) };
    }
    case 'find': {
      const caller = findCaller(callerName, deps.rules);
      return { status: 200, content: await deps.findRuns(query, caller) };
    }
    default:
      throw toUnknownCall(request.httpMethod, request.resource);
  }
}

function withoutAbsent(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function readHold(text = '20'): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw toInvalidInput([{ path: 'hold', message: 'allowed: seconds, 0 to 20' }]);
}

function toUnknownCall(method: string, resource: string): ApiError {
  return new ApiError({
    status: 404,
    code: 'UNKNOWN_CALL',
    message: `the launch API has no ${method} ${resource}`,
    fix: 'update the command, or look at docs/launch-api.json',
    exit: nothingStarted.usage,
  });
}

/** An error of the request as it is; any other as 503, so that the command repeats the request. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return toNotAvailable(describeError(error).message);
}

function toAnswer(status: number, text: boolean, content: RunAnswer | FindAnswer): ProxyAnswer {
  const isRun = 'name' in content;
  const retryAfter = isRun ? content.retryAfter : undefined;
  const body = isRun ? formatRunAnswer(content) : formatFindAnswer(content);
  return {
    statusCode: status,
    headers: toHeaders(text, retryAfter),
    body: text ? body : JSON.stringify(content),
  };
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
