import { parseAutosysInstance } from '../../autosys/names.ts';
import { collectGarbage } from '../heap.ts';
import { type MeterReading, startMeter } from '../meter.ts';
import type { OutageSize } from './night.ts';
import type { DrainWorld, Tally } from './world.ts';

/** The heap after so many entries, garbage collected. */
export interface HeapSample {
  readonly brought: number;
  readonly bytes: number;
  /** Of it the ledger, which on AWS lies elsewhere. */
  readonly tableBytes: number;
}

/** What it took until all was brought about. */
export interface Recovery extends Tally, MeterReading {
  readonly brought: number;
  readonly drains: number;
  /** From the return of AutoSys to the first entry brought about: the circuit breaker allows a probe every five minutes at most. */
  readonly gateSeconds: number;
  /** From the first entry to the last, as the configured rate has it. */
  readonly rateSeconds: number;
  readonly heap: readonly HeapSample[];
}

const ace = parseAutosysInstance('ACE');
const minuteMs = 60_000;
/** Of a minute's invocation the last seconds are kept to write down what is unfinished (`lambda/functions/deadline.ts`). */
const drainMs = 55_000;
/** Of an hour nothing is left to wait for. */
const maxDrains = 60;

/** Drains every minute until each target and one-off is brought about. */
export async function recover(
  { time, drain, table, takeTally }: DrainWorld,
  { targets, oneOffs }: OutageSize,
  tell: (progress: string) => void,
): Promise<Recovery> {
  const asked = targets + oneOffs;
  const backMs = time.nowMs;
  const heap: HeapSample[] = [];
  const meter = startMeter();
  const sampling = { cpuSeconds: 0, wallSeconds: 0 };
  let brought = 0;
  let drains = 0;
  let firstMs = backMs;
  let lastMs = backMs;
  while (brought < asked && drains < maxDrains) {
    const beganMs = time.nowMs;
    for await (const drained of drain(ace, time.signalAfter(drainMs))) {
      if (drained.kind === 'failed') throw new Error(`${drained.key}: ${drained.error.message}`);
      if (drained.outcome.kind !== 'confirmed') continue;
      brought += 1;
      if (brought === 1) firstMs = time.nowMs;
      lastMs = time.nowMs;
      if (brought % Math.ceil(asked / 10) === 0) sample();
    }
    drains += 1;
    tell(`recovery: ${brought} of ${asked} entries`);
    time.nowMs = Math.max(time.nowMs, beganMs + minuteMs);
  }
  if (brought < asked) throw new Error(`${brought} of ${asked} entries were sent in an hour`);
  const { cpuSeconds, wallSeconds } = meter();
  return {
    ...takeTally(),
    brought,
    drains,
    gateSeconds: (firstMs - backMs) / 1_000,
    rateSeconds: (lastMs - firstMs) / 1_000,
    cpuSeconds: cpuSeconds - sampling.cpuSeconds,
    wallSeconds: wallSeconds - sampling.wallSeconds,
    heap,
  };

  function sample(): void {
    const took = startMeter();
    heap.push({ brought, bytes: collectGarbage(), tableBytes: table.bytes() });
    sampling.cpuSeconds += took().cpuSeconds;
    sampling.wallSeconds += took().wallSeconds;
  }
}
