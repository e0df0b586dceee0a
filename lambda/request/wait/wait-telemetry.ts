import type { AutosysInstance } from '../../../autosys/names.ts';
import { metrics as names } from '../../contract.ts';
import type { TelemetryDeps } from '../../telemetry/report-telemetry.ts';
import type { JobWaitStep, WaitAbout } from './wait-step.ts';
import type { PassResult } from './work-on-waits.ts';

/**
 * Creates the telemetry of a pass over one instance: the number of waits and the age of the oldest one,
 * and one log line for each wait of which something became of. Task tokens and outputs are left out.
 */
export function createWaitTelemetry({ log, metrics }: TelemetryDeps, now: () => Date) {
  return function recordPass(
    autosysInstance: AutosysInstance,
    results: readonly PassResult[],
  ): void {
    const of = { autosysInstance };
    const steps = results.flatMap((one) => (one.kind === 'failed' ? [] : [one]));
    const open = steps.filter(({ kind }) => kind === 'waiting' || kind === 'notTaken');
    const oldestMs = Math.min(...open.map(({ about }) => about.receivedMs));
    const ageMs = open.length === 0 ? 0 : now().getTime() - oldestMs;
    metrics.gauge(names.requestsWaiting, open.length, of);
    metrics.gauge(names.oldestWaitSeconds, Math.max(0, ageMs / 1_000), of);
    const overdueMs = open.map(({ about }) => now().getTime() - about.untilMs);
    metrics.gauge(names.waitOverdueSeconds, Math.max(0, ...overdueMs) / 1_000, of);
    for (const result of results) {
      if (result.kind === 'failed') {
        const { key: request, error } = result;
        log.error('wait not processed', {
          ...of,
          request,
          code: error.code,
          reason: error.message,
        });
      } else {
        recordStep(result);
      }
    }
  };

  function recordStep(step: JobWaitStep): void {
    const { instance, receivedMs: _, untilMs: __, ...fields }: WaitAbout = step.about;
    const line = { autosysInstance: instance, ...fields };
    switch (step.kind) {
      case 'waiting':
      case 'raced':
        return;
      case 'decided':
        log.info('wait ended', { ...line, ...toResultFields(step) });
        return;
      case 'answered':
        if (step.afterMs !== undefined) {
          metrics.milliseconds(names.jobAnswerDelayMs, Math.max(0, step.afterMs), {
            autosysInstance: instance,
          });
        }
        log.info('wait answered', {
          ...line,
          ...(step.afterMs !== undefined && { durationMs: step.afterMs }),
        });
        return;
      case 'gone':
        log.warn('state no longer waits', { ...line, reason: step.reason });
        return;
      case 'notTaken':
        log.warn('task call failed', { ...line, call: step.call, reason: step.reason });
        return;
      case 'undeliverable':
        log.error('answer not delivered', { ...line, reason: step.reason });
        return;
      case 'kill':
        log.warn('run of a gone execution', { ...line, reason: step.outcome });
        return;
      default:
        step satisfies never;
    }
  }
}

function toResultFields({ result }: Extract<JobWaitStep, { readonly kind: 'decided' }>) {
  return result.kind === 'failure' ? { failure: result.failure, reason: result.cause } : {};
}
