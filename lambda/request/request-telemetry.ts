import { metrics as names } from '../contract.ts';
import type { TelemetryDeps } from '../telemetry/report-telemetry.ts';
import type { HandledAsk } from './answer-request.ts';
import type { RequestFailure } from './result.ts';

/** Failures that count as refused: the request, its caller or its rate is at fault. */
const refusals: readonly (RequestFailure | undefined)[] = [
  'AutoSys.InvalidRequest',
  'AutoSys.NotAllowed',
  'AutoSys.KeyConflict',
  'AutoSys.TooManyRequests',
];

/**
 * Creates the telemetry of requests: one log line and one count for each, without task token, value,
 * comment and key.
 */
export function createRequestTelemetry({ log, metrics }: TelemetryDeps) {
  return function recordRequest({ autosysInstance, ...facts }: HandledAsk): void {
    const of = autosysInstance === undefined ? {} : { autosysInstance };
    metrics.count(names.requestsReceived, of);
    const fields = { ...of, ...facts };
    const { failure } = facts;
    if (refusals.includes(failure)) {
      metrics.count(names.requestsRefused, of);
      log.warn('request refused', fields);
    } else if (failure === undefined) {
      log.info('request answered', fields);
    } else {
      log.warn('request not answered', fields);
    }
  };
}
