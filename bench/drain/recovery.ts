import { parseAutosysInstance } from '../../autosys/names.ts';
import { collectGarbage } from '../heap.ts';
import { type MeterReading, startMeter } from '../meter.ts';
import type { OutageSize } from './scenario.ts';
import type { DrainSetup, Tally } from './setup.ts';

/** The heap after a number of entries, after garbage collection. */
export interface HeapSample {
  readonly executed: number;
  readonly bytes: number;
  /** The part of it that is the ledger; on AWS the ledger is in DynamoDB. */
  readonly tableBytes: number;
}

/** The cost until all entries were executed. */
export interface Recovery extends Tally, MeterReading {
  readonly executed: number;
  readonly drains: number;
  /**
   * Time from the return of AutoSys to the first executed entry: the circuit breaker allows at most
   * one probe every five minutes.
   */
  readonly firstProbeSeconds: number;
  /** From the first entry to the last; determined by the configured rate. */
  readonly rateSeconds: number;
  readonly heap: readonly HeapSample[];
}

const ace = parseAutosysInstance('ACE');
const minuteMs = 60_000;
/**
 * The last seconds of a minute's invocation are reserved to record unfinished work
 * (`lambda/functions/deadline.ts`).
 */
const drainMs = 55_000;
/** Upper limit: after an hour nothing should be left. */
const maxDrains = 60;

/** Drains every minute until every target and one-shot is executed. */
export async function recover(
  { time, drain, table, takeTally }: DrainSetup,
  { targets, oneShots }: OutageSize,
  onProgress: (progress: string) => void,
): Promise<Recovery> {
  const requested = targets + oneShots;
  const backMs = time.nowMs;
  const heap: HeapSample[] = [];
  const meter = startMeter();
  const sampling = { cpuSeconds: 0, wallSeconds: 0 };
  let executed = 0;
  let drains = 0;
  let firstMs = backMs;
  let lastMs = backMs;
  while (executed < requested && drains < maxDrains) {
    const beganMs = time.nowMs;
    for await (const drained of drain(ace, time.signalAfter(drainMs))) {
      if (drained.kind === 'failed') throw new Error(`${drained.key}: ${drained.error.message}`);
      if (drained.outcome.kind !== 'confirmed') continue;
      executed += 1;
      if (executed === 1) firstMs = time.nowMs;
      lastMs = time.nowMs;
      if (executed % Math.ceil(requested / 10) === 0) sample();
    }
    drains += 1;
    onProgress(`recovery: ${executed} of ${requested} entries`);
    time.nowMs = Math.max(time.nowMs, beganMs + minuteMs);
  }
  if (executed < requested)
    throw new Error(`${executed} of ${requested} entries were sent in an hour`);
  const { cpuSeconds, wallSeconds } = meter();
  return {
    ...takeTally(),
    executed,
    drains,
    firstProbeSeconds: (firstMs - backMs) / 1_000,
    rateSeconds: (lastMs - firstMs) / 1_000,
    cpuSeconds: cpuSeconds - sampling.cpuSeconds,
    wallSeconds: wallSeconds - sampling.wallSeconds,
    heap,
  };

  function sample(): void {
    const readMeter = startMeter();
    heap.push({ executed, bytes: collectGarbage(), tableBytes: table.bytes() });
    sampling.cpuSeconds += readMeter().cpuSeconds;
    sampling.wallSeconds += readMeter().wallSeconds;
  }
}
