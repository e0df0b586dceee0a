import type { ManualClock } from '../../emulator/index.ts';
import { type Random, seededRandom } from '../../local/random.ts';
import type { PushRun } from './runs.ts';
import { TokenBucket } from './throttle.ts';

/** What one script came to. */
export interface Polled {
  readonly run: PushRun;
  /** From its start to its exit, all of which it holds a place on an agent. */
  readonly heldMs: number;
  /** Calls of DescribeExecution, the refused ones included. */
  readonly calls: number;
  /** Times that the AWS CLI gave up: a script with `set -e` ends here, and AutoSys says FAILURE while AWS runs on. */
  readonly gaveUp: number;
}

const pollMs = 2_000;
/** The AWS CLI's retry mode `standard`: three tries, a random share of 1 s and 2 s between them (AWS CLI user guide, retries). */
const tries = 3;

/**
 * Plays the usual script for every run, all on one clock and one quota: start, describe every two seconds until it has
 * ended, exit.
 *
 * Better than in life: a call takes no time, starting the AWS CLI takes no time, and who is refused asks on.
 */
export async function playScripts(
  runs: readonly PushRun[],
  clock: ManualClock,
): Promise<readonly Polled[]> {
  const originMs = clock.now().getTime();
  const bucket = new TokenBucket();
  const random = seededRandom(7);
  const nowMs = () => clock.now().getTime() - originMs;
  const sleepUntil = (atMs: number) =>
    new Promise<void>((resolve) => {
      clock.setTimer(new Date(originMs + atMs), resolve);
    });
  const polled = Promise.all(
    runs.map((run) => playScript(run, { bucket, random, nowMs, sleepUntil })),
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

async function playScript(
  run: PushRun,
  { bucket, random, nowMs, sleepUntil }: Deps,
): Promise<Polled> {
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
