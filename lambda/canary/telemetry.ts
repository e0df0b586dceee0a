import type { AutosysInstance } from '../../autosys/names.ts';
import { metrics as names } from '../contract.ts';
import { describeError } from '../errors.ts';
import type { Log, LogFields, Metrics } from '../telemetry/report-telemetry.ts';
import { type Finding, isFailure } from './finding.ts';

export interface CanaryTelemetryDeps {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Logs and measures examinations. */
export interface CanaryTelemetry {
  examined(instance: AutosysInstance, findings: readonly Finding[]): void;
  /** The examination failed because of a fault of the bridge. */
  failed(instance: AutosysInstance, error: unknown): void;
}

/**
 * Creates the telemetry of the canary: one log line per step that failed or needs attention, one
 * line if all passed, and the metrics.
 */
export function createCanaryTelemetry({ log, metrics }: CanaryTelemetryDeps): CanaryTelemetry {
  return {
    examined(autosysInstance, findings) {
      const of = { autosysInstance };
      for (const finding of findings) {
        const fields = { autosysInstance, ...toFields(finding) };
        if (isFailure(finding)) log.error('canary step failed', fields);
        else if (finding.grade === 'warning') log.warn('canary step warning', fields);
        else if (finding.grade === 'skipped') log.info('canary skipped', fields);
      }
      const measurements = toMeasurements(findings);
      for (const [name, value] of measurements) metrics.gauge(name, value, of);
      // A skipped examination has no result.
      if (findings.some(({ grade }) => grade === 'skipped')) return;
      const hasFailed = findings.some(isFailure);
      metrics.gauge(names.canaryFailed, hasFailed ? 1 : 0, of);
      if (!hasFailed)
        log.info('canary passed', { autosysInstance, ...Object.fromEntries(measurements) });
    },
    failed(autosysInstance, error) {
      metrics.gauge(names.canaryFailed, 1, { autosysInstance });
      const { name, code, message: reason } = describeError(error);
      log.error('canary step failed', {
        autosysInstance,
        step: 'bridge',
        error: name,
        code,
        reason,
      });
    },
  };
}

function toFields({ step, verdict, message, advice, endpoint }: Finding): LogFields {
  return {
    step,
    verdict,
    reason: message,
    ...(advice && { advice }),
    ...(endpoint && { endpoint }),
  };
}

function toMeasurements(findings: readonly Finding[]) {
  const all = (of: (finding: Finding) => number | undefined) =>
    findings.map(of).filter((value) => value !== undefined);
  const daysLeft = all(({ certificateDaysLeft }) => certificateDaysLeft);
  return [
    // The certificate of all endpoints that expires first.
    ...(daysLeft.length > 0 ? [[names.certificateDaysLeft, Math.min(...daysLeft)] as const] : []),
    ...all(({ secretAgeDays }) => secretAgeDays).map((age) => [names.secretAgeDays, age] as const),
    ...all(({ roundTripMs }) => roundTripMs).map((ms) => [names.canaryRoundTripMs, ms] as const),
  ];
}
