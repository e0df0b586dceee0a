import type { AutosysInstance } from '../../autosys/names.ts';
import { metrics as names } from '../contract.ts';
import { describeError } from '../errors.ts';
import type { Log, LogFields, Metrics } from '../telemetry/report-telemetry.ts';
import { type Finding, isFailure } from './finding.ts';

export interface CanaryTelemetryDeps {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Tells what became of an examination. */
export interface CanaryTelemetry {
  examined(instance: AutosysInstance, findings: readonly Finding[]): void;
  /** It could not be carried out: a fault of ours. */
  unexamined(instance: AutosysInstance, error: unknown): void;
}

/** Binds the account: a line for each step that failed or should be known of, one for the whole, and the metrics. */
export function createCanaryTelemetry({ log, metrics }: CanaryTelemetryDeps): CanaryTelemetry {
  return {
    examined(autosysInstance, findings) {
      const of = { autosysInstance };
      for (const finding of findings) {
        const fields = { autosysInstance, ...toFields(finding) };
        if (isFailure(finding)) log.error('canary step failed', fields);
        else if (finding.grade === 'warning') log.warn('canary step warns', fields);
        else if (finding.grade === 'skipped') log.info('canary stands aside', fields);
      }
      const measured = toMeasured(findings);
      for (const [name, value] of measured) metrics.gauge(name, value, of);
      // Who stands aside has not found out.
      if (findings.some(({ grade }) => grade === 'skipped')) return;
      const failed = findings.some(isFailure);
      metrics.gauge(names.canaryFailed, failed ? 1 : 0, of);
      if (!failed) log.info('canary passed', { autosysInstance, ...Object.fromEntries(measured) });
    },
    unexamined(autosysInstance, error) {
      metrics.gauge(names.canaryFailed, 1, { autosysInstance });
      const { name, code, message: reason } = describeError(error);
      log.error('canary step failed', { autosysInstance, step: 'ours', error: name, code, reason });
    },
  };
}

function toFields({ step, verdict, says, advice, endpoint }: Finding): LogFields {
  return { step, verdict, reason: says, ...(advice && { advice }), ...(endpoint && { endpoint }) };
}

function toMeasured(findings: readonly Finding[]) {
  const all = (of: (finding: Finding) => number | undefined) =>
    findings.map(of).filter((value) => value !== undefined);
  const daysLeft = all(({ certificateDaysLeft }) => certificateDaysLeft);
  return [
    // Of several endpoints the one that ends first.
    ...(daysLeft.length > 0 ? [[names.certificateDaysLeft, Math.min(...daysLeft)] as const] : []),
    ...all(({ secretAgeDays }) => secretAgeDays).map((age) => [names.secretAgeDays, age] as const),
    ...all(({ roundTripMs }) => roundTripMs).map((ms) => [names.canaryRoundTripMs, ms] as const),
  ];
}
