import type { Log } from '../telemetry/report-telemetry.ts';
import type { HandledLaunchRequest } from './handle-request.ts';

/** Creates the log of answered requests: one line each, without input, parameters or login. */
export function createLaunchTelemetry({ log }: { readonly log: Log }) {
  return function logAnswer({ action, status, reason, ...facts }: HandledLaunchRequest): void {
    const fields = { action, status, ...facts, ...(reason !== undefined && { reason }) };
    if (status >= 500) log.warn('launch request not served', fields);
    else if (status >= 400) log.warn('launch request refused', fields);
    // A waiting command asks every few seconds.
    else if (action !== 'status' && action !== 'wait') log.info('launch request answered', fields);
  };
}

/** Creates the log of callers whose secret cannot be used. */
export function createCallerTelemetry({ log }: { readonly log: Log }) {
  return function logCallerFailure(caller: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : 'an unknown failure';
    log.error('caller locked out', { caller, reason });
  };
}
