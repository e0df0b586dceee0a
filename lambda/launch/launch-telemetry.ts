import { metrics as names } from '../contract.ts';
import {
  type Log,
  type Metrics,
  type TelemetryDeps,
  toErrorFields,
} from '../telemetry/report-telemetry.ts';
import type { LaunchCheck } from './check-launches.ts';
import type { HandledLaunchRequest } from './handle-request.ts';
import type { Launch } from './launch.ts';
import { toRemaining } from './stop/stop-record.ts';

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

/** Creates the telemetry of the sweep's work on launches: one log line for each change. */
export function createLaunchCheckTelemetry({ log, metrics }: TelemetryDeps) {
  return function recordLaunchCheck(check: LaunchCheck): void {
    if (check.kind === 'failed') {
      log.error('launch check failed', { ledgerKey: check.key, ...toErrorFields(check.error) });
      return;
    }
    const { name, target, stop, refusal } = check.launch;
    const of = { run: name, target };
    const { kind } = check;
    switch (kind) {
      case 'stopProven':
        log.info('stop proven', { ...of, reason: stop?.text ?? '' });
        return;
      case 'stopParked':
        metrics.count(names.stopsParked);
        log.error('stop parked', {
          ...of,
          reason: stop?.text ?? '',
          remaining: (stop ? toRemaining(stop) : []).slice(0, loggedRemaining).join('; '),
        });
        return;
      case 'startFound':
        log.info('start found in AWS', of);
        return;
      case 'neverStarted':
        log.warn('start never took place', { ...of, reason: refusal?.message ?? '' });
        return;
      case 'waiterGone':
        log.warn('waiting command gone', { ...of, reason: stop?.reason ?? '' });
        return;
      default:
        kind satisfies never;
    }
  };
}

/** Maximum workloads in a log line. */
const loggedRemaining = 10;

/** Creates the log of callers whose secret cannot be used. */
export function createCallerTelemetry({ log }: { readonly log: Log }) {
  return function logCallerFailure(caller: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : 'an unknown failure';
    log.error('caller locked out', { caller, reason });
  };
}

/** Creates the report of a launch that has more than one Batch job. The jobs are in its history. */
export function createDuplicateTelemetry({
  log,
  metrics,
}: {
  readonly log: Log;
  readonly metrics: Metrics;
}) {
  return function reportDuplicate({ name, aws, target, history }: Launch): void {
    const line = history.findLast(({ text }) => text.startsWith('duplicate in AWS'));
    const fields = { run: name, target, bound: aws?.id ?? '', reason: line?.text ?? '' };
    log.error('duplicate start in AWS', fields);
    metrics.count(names.duplicateStarts);
  };
}
