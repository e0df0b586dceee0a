import type { ManualClock } from '../../emulator/index.ts';
import { type Random, seededRandom } from '../../local/random.ts';
import type { PushRun } from './runs.ts';
import { TokenBucket } from './throttle.ts';

/** The result of one script. */
export interface PollResult {
  readonly run: PushRun;
  /** From its start to its exit; the script occupies an agent for this time. */
  readonly heldMs: number;
  /** Calls of DescribeExecution, including refused ones. */
  readonly calls: number;
  /**
   * Number of times that the AWS CLI gave up. A script with `set -e` ends then, and AutoSys reports
   * FAILURE while the run on AWS continues.
   */
  readonly gaveUp: number;
}

const pollMs = 2_000;
/**
 * The AWS CLI's retry mode `standard`: three tries, with a random share of 1 s and 2 s between them
 * (AWS CLI user guide, retries).
 */
const tries = 3;

/**
 * Simulates the usual script for every run, all on one clock and one quota: start, describe every
 * two seconds until the run has ended, exit.
 *
 * The simulation favours the script: a call takes no time, starting the AWS CLI takes no time, and
 * a refused script continues to poll.
 */
export async function simulateScripts(
  runs: readonly PushRun[],
  clock: Pick<ManualClock, 'now' | 'setTimer' | 'advance'>,
): Promise<readonly PollResult[]> {
  const originMs = clock.now().getTime();
  const bucket = new TokenBucket();
  const random = seededRandom(7);
  const nowMs = () => clock.now().getTime() - originMs;
  const sleepUntil = (atMs: number) =>
    new Promise<void>((resolve) => {
      clock.setTimer(new Date(originMs + atMs), resolve);
    });
  const polled = Promise.all(
    runs.map((run) => simulateScript(run, { bucket, random, nowMs, sleepUntil })),
  );
  const longestMs = Math.max(...runs.map(({ endMs }) => endMs)) + 3_600_000;
  await clock.advance(longestMs);
  return polled;
}

interface Deps {
  readonly bucket: TokenBucket;
  readonly random: Random;
  readonly nowMs: () => number;
  readonly sleepUntil: (atMs: number) => Promise<void>;
}

async function simulateScript(
  run: PushRun,
  { bucket, random, nowMs, sleepUntil }: Deps,
): Promise<PollResult> {
  let calls = 0;
  let gaveUp = 0;
  await sleepUntil(run.startMs);
  for (;;) {
    await sleepUntil(nowMs() + pollMs);
    const status = await describe();
    if (status === undefined) gaveUp += 1;
    if (status === 'ended') return { run, heldMs: nowMs() - run.startMs, calls, gaveUp };
  }

  async function describe(): Promise<'running' | 'ended' | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      calls += 1;
      if (bucket.take(nowMs())) return nowMs() >= run.endMs ? 'ended' : 'running';
      if (attempt === tries) return undefined;
      await sleepUntil(nowMs() + random() * 2 ** (attempt - 1) * 1_000);
    }
  }
}
