import { parseAutosysInstance } from '../../autosys/names.ts';
import { type MeterReading, startMeter } from '../meter.ts';
import { type Recovery, recover } from './recovery.ts';
import { type Change, listChanges, type OutageSize } from './scenario.ts';
import { type DrainSetup, openSetup, type Tally } from './setup.ts';

/** The cost of the hours without AutoSys. */
export interface OutageReading extends Tally, MeterReading {
  readonly drains: number;
}

export interface OutageFigures {
  readonly outage: OutageReading;
  readonly recovery: Recovery;
  /** Variables without their newest value, plus one-shots that started no job or more than one. */
  readonly wrong: number;
}

const ace = parseAutosysInstance('ACE');
const startMs = Date.parse('2026-11-20T00:00:00Z');
const minuteMs = 60_000;
const batchSize = 10;

/** Emits the events of AWS for hours while AutoSys is down, then brings AutoSys back. */
export async function runOutage(
  size: OutageSize,
  onProgress: (progress: string) => void,
): Promise<OutageFigures> {
  await using setup = await openSetup(size, startMs);
  await setup.autosys.execute({ kind: 'go down' });
  const outage = await emitAll(setup, listChanges(size, startMs), onProgress);
  await setup.autosys.execute({ kind: 'come back' });
  const recovery = await recover(setup, size, onProgress);
  return { outage, recovery, wrong: await countWrong(setup, size) };
}

/** Passes every event to the report in batches, at its time, and drains every minute. */
async function emitAll(
  { time, report, drain, takeTally }: DrainSetup,
  changes: readonly Change[],
  onProgress: (progress: string) => void,
): Promise<OutageReading> {
  const meter = startMeter();
  const { signal } = new AbortController();
  let drains = 0;
  for (let at = 0; at < changes.length; at += batchSize) {
    const batch = changes.slice(at, at + batchSize);
    while (time.nowMs + minuteMs <= (batch[0]?.atMs ?? 0)) {
      time.nowMs += minuteMs;
      for await (const _ of drain(ace, signal));
      drains += 1;
    }
    await Promise.all(
      batch.map(({ id, event }) => report({ messageId: id, body: JSON.stringify(event) }, signal)),
    );
    onProgress(`outage: ${at} of ${changes.length} changes`);
  }
  return { ...takeTally(), drains, ...meter() };
}

async function countWrong(
  { autosys }: DrainSetup,
  { targets, oneShots }: OutageSize,
): Promise<number> {
  const state = await autosys.execute({ kind: 'report state' });
  if (state.kind !== 'state')
    throw new Error(`embedded AutoSys of the benchmark: expected state, found ${state.kind}`);
  const right = state.values.filter(([, value]) => value === 'SUCCEEDED').length;
  const startedOnce = state.starts.filter(([, starts]) => starts === 1).length;
  return targets - right + (oneShots - startedOnce);
}
