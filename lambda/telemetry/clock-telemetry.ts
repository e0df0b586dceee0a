import type { AutosysInstance } from '../../autosys/names.ts';
import { metrics as names } from '../contract.ts';
import type { TelemetryDeps } from './report-telemetry.ts';

const hourMs = 3_600_000;

export interface ClockTelemetryDeps extends TelemetryDeps {
  readonly now: () => Date;
}

/**
 * Creates the telemetry of a clock difference: one log line and one count per instance, at most
 * once an hour and sandbox.
 *
 * The returned function takes the milliseconds by which the clock of AutoSys is ahead. Negative:
 * behind.
 */
export function createClockTelemetry(
  { log, metrics, now }: ClockTelemetryDeps,
  autosysInstance: AutosysInstance,
): (differenceMs: number) => void {
  let nextMs = Number.NEGATIVE_INFINITY;
  return function emitClockDifference(differenceMs) {
    const nowMs = now().getTime();
    if (nowMs < nextMs) return;
    nextMs = nowMs + hourMs;
    metrics.count(names.clockDiffers, { autosysInstance });
    const reason =
      'the bridge does not compare its times with those of AutoSys until the clocks agree; check the time service of the AutoSys host';
    const offsetSeconds = Math.round(differenceMs / 1_000);
    log.warn('AutoSys clock differs', { autosysInstance, offsetSeconds, reason });
  };
}
