import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { add, type Nights, nothingYet, type Outcome, playNights } from './batch-of-nights.ts';

/** So many nights are given out at once: a second of work or two. */
const portion = 20;

/**
 * Plays nights in so many threads side by side.
 *
 * @param jobs 1 plays them in this thread
 * @param onProgress hears what was done so far
 */
export async function playWith(
  jobs: number,
  { from, count, ...kind }: Nights,
  onProgress: (sofar: Outcome) => void,
): Promise<Outcome> {
  let outcome = nothingYet;
  let next = from;
  const takePortion = (): Nights | undefined => {
    const left = from + count - next;
    if (left <= 0) return undefined;
    const nights = { ...kind, from: next, count: Math.min(kind.everyDeath ? 1 : portion, left) };
    next += nights.count;
    return nights;
  };
  const work = async (play: (nights: Nights) => Promise<Outcome>) => {
    for (let nights = takePortion(); nights; nights = takePortion()) {
      const played = await play(nights);
      outcome = add(outcome, played);
      onProgress(outcome);
      // Between portions others in this process may do something.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  if (jobs === 1) await work(playNights);
  else await Promise.all(Array.from({ length: jobs }, () => withWorker(work)));
  return { ...outcome, broken: outcome.broken.toSorted((one, other) => one.seed - other.seed) };
}

async function withWorker(
  work: (play: (nights: Nights) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    // Nights leave much behind them that is young: room for it spares a fifth of the time.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  try {
    await work(async (nights) => {
      worker.postMessage(nights);
      const [outcome] = await once(worker, 'message');
      return outcome;
    });
  } finally {
    await worker.terminate();
  }
}
