import { seededRandom } from '../../local/random.ts';
import { aLaunchRig } from '../../test/lambda/launch/rig.ts';
import { createCountedTable, createUnitCount, type LedgerUnits } from './counted-table.ts';
import { EventClock } from './event-clock.ts';
import { type ApiRequest, createWaitingCommands, toWaitingRunName } from './waiting-commands.ts';

const minuteMs = 60_000;
const beginMs = Date.parse('2026-11-30T01:00:00Z');

/** Commands that wait all at once through the real handler, in virtual time. */
export interface ManyWaiting {
  /** Per ended run, the time from its end in AWS to the end of its command. */
  readonly lateMs: readonly number[];
  /** The requests of the measured time, in which every command waits. */
  readonly requests: readonly ApiRequest[];
  readonly measuredMs: number;
  /** Request units of the ledger in the measured time. */
  readonly units: LedgerUnits;
}

/** Choices of a scenario; every time is in minutes. */
export interface ManyWaitingOptions {
  readonly waiters: number;
  /** The starts are spread over this time, at random. 0: all within one millisecond. */
  readonly startsWithin: number;
  /** When the measured time begins and ends. */
  readonly measured: readonly [from: number, to: number];
}

/**
 * Runs of 25 to 35 minutes. A command whose run has ended is followed by another one at once, so
 * their number stays the same.
 */
export async function simulateManyWaiting({
  waiters,
  startsWithin,
  measured: [from, to],
}: ManyWaitingOptions): Promise<ManyWaiting> {
  const clock = new EventClock(beginMs);
  const random = seededRandom(11);
  const [fromMs, toMs] = [beginMs + from * minuteMs, beginMs + to * minuteMs];
  const isMeasured = (atMs: number) => atMs >= fromMs && atMs < toMs;
  const countUnits = createUnitCount();
  const units = { reads: 0, writes: 0 };
  const rig = aLaunchRig({
    ...{ clock: clock.now, random, sleep: clock.sleep },
    wrap: (table) =>
      createCountedTable(table, (trip) => {
        const { reads, writes } = countUnits(trip);
        if (!isMeasured(clock.now())) return;
        units.reads += reads;
        units.writes += writes;
      }),
  });
  const commands = createWaitingCommands({ clock, random, rig, canHold: false });
  const lateMs: number[] = [];
  const waitInTurn = async (waiter: number) => {
    for (let run = 1; ; run += 1) {
      let endedMs = Number.NaN;
      clock.setTimer((25 + 10 * random()) * minuteMs, () => {
        endedMs = clock.now();
        void rig.report(toWaitingRunName(waiter, run), { status: 'SUCCEEDED' });
      });
      const { end } = await commands.wait(waiter, run);
      if (end.code !== 0) throw new Error(`waiter ${waiter}: expected exit code 0, ${end.source}`);
      lateMs.push(clock.now() - endedMs);
    }
  };
  const failed: unknown[] = [];
  for (let waiter = 0; waiter < waiters; waiter += 1) {
    clock.setTimer(Math.round(random() * startsWithin * minuteMs), () => {
      waitInTurn(waiter).catch((error: unknown) => failed.push(error));
    });
  }
  await clock.runUntil(toMs);
  if (failed.length > 0) throw failed[0];
  return {
    lateMs,
    requests: commands.requests.filter(({ atMs }) => isMeasured(atMs)),
    measuredMs: toMs - fromMs,
    units,
  };
}
