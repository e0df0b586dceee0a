import { toInvalidInput, toUnknownCall } from './api-error.ts';
import { findCaller, type LaunchRules } from './check-start.ts';
import { createHandle, type HandleLaunchRequestDeps } from './handle-request.ts';
import type { createRunStatus } from './run-status.ts';

export interface HandleHoldDeps extends Pick<HandleLaunchRequestDeps, 'onAnswer' | 'onDefect'> {
  readonly rules: LaunchRules;
  readonly runStatus: ReturnType<typeof createRunStatus>;
}

/**
 * Creates the handling of requests that are held until a run changes. It never rejects.
 *
 * It has a function of its own, which needs the ledger only and can start nothing.
 */
export function createHandleHold({ rules, runStatus, ...telemetry }: HandleHoldDeps) {
  return createHandle(telemetry, async (endpoint, { request, caller }, signal) => {
    if (endpoint.action !== 'wait') throw toUnknownCall(request.httpMethod, request.resource);
    const { after, hold } = request.queryStringParameters ?? {};
    const asked = {
      name: request.pathParameters?.['name'] ?? '',
      hold: readHold(hold),
      ...(after !== undefined && { after }),
    };
    return { status: 200, content: await runStatus(asked, findCaller(caller, rules), signal) };
  });
}

/** Seconds to wait. @throws {ApiError} 400 */
function readHold(text = '20'): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw toInvalidInput([{ path: 'hold', message: 'allowed: seconds, 0 to 20' }]);
}
