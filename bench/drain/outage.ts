import { parseAutosysInstance } from '../../autosys/names.ts';
import { type MeterReading, startMeter } from '../meter.ts';
import { type Change, listChanges, type OutageSize } from './night.ts';
import { type Recovery, recover } from './recovery.ts';
import { type DrainWorld, openWorld, type Tally } from './world.ts';

/** What the hours without AutoSys took. */
export interface Outage extends Tally, MeterReading {
  readonly drains: number;
}

export interface OutageFigures {
  readonly outage: Outage;
  readonly recovery: Recovery;
  /** Variables with another than their newest value, and one-offs that started no job, or more than one. */
  readonly wrong: number;
}

const ace = parseAutosysInstance('ACE');
const startMs = Date.parse('2026-11-20T00:00:00Z');
const minuteMs = 60_000;
const batchSize = 10;

/** Lets AWS announce changes for hours while AutoSys is down, then lets AutoSys come back. */
export async function playOutage(
  size: OutageSize,
  tell: (progress: string) => void,
): Promise<OutageFigures> {
  await using world = await openWorld(size, startMs);
  await world.far.order({ kind: 'go down' });
  const outage = await announceAll(world, listChanges(size, startMs), tell);
  await world.far.order({ kind: 'come back' });
  const recovery = await recover(world, size, tell);
  return { outage, recovery, wrong: await countWrong(world, size) };
}

/** Hands every change to the report in batches, at its time, and drains every minute. */
async function announceAll(
  { time, report, drain, takeTally }: DrainWorld,
  changes: readonly Change[],
  tell: (progress: string) => void,
): Promise<Outage> {
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
    tell(`outage: ${at} of ${changes.length} changes`);
  }
  return { ...takeTally(), drains, ...meter() };
}

async function countWrong({ far }: DrainWorld, { targets, oneOffs }: OutageSize): Promise<number> {
  const told = await far.order({ kind: 'tell' });
  if (told.kind !== 'told') throw new Error(`the AutoSys of the measurement said ${told.kind}`);
  const right = told.values.filter(([, value]) => value === 'SUCCEEDED').length;
  const startedOnce = told.starts.filter(([, starts]) => starts === 1).length;
  return targets - right + (oneOffs - startedOnce);
}
