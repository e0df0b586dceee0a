import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  addResults,
  type BatchResult,
  emptyResult,
  runScenarios,
  type ScenarioRange,
} from './scenarios.ts';

/** Number of seeds that a thread gets at a time: one or two seconds of work. */
const portionSize = 20;

/**
 * Runs scenarios in parallel threads.
 *
 * @param jobs number of threads; 1 runs in the calling thread
 * @param onProgress called with the result so far after each portion
 */
export async function runWithWorkers(
  jobs: number,
  { from, count, ...options }: ScenarioRange,
  onProgress: (result: BatchResult) => void,
): Promise<BatchResult> {
  let result = emptyResult;
  let next = from;
  const takePortion = (): ScenarioRange | undefined => {
    const left = from + count - next;
    if (left <= 0) return undefined;
    const range = {
      ...options,
      from: next,
      count: Math.min(options.everyCrash ? 1 : portionSize, left),
    };
    next += range.count;
    return range;
  };
  const work = async (run: (range: ScenarioRange) => Promise<BatchResult>) => {
    for (let range = takePortion(); range; range = takePortion()) {
      const added = await run(range);
      result = addResults(result, added);
      onProgress(result);
      // Lets other work of this process run between two portions.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  if (jobs === 1) await work(runScenarios);
  else await Promise.all(Array.from({ length: jobs }, () => withWorker(work)));
  return { ...result, failed: result.failed.toSorted((one, other) => one.seed - other.seed) };
}

async function withWorker(
  work: (run: (range: ScenarioRange) => Promise<BatchResult>) => Promise<void>,
): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    // A scenario allocates many short-lived objects. A larger young generation saves 20 % of the
    // time.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  try {
    await work(async (range) => {
      worker.postMessage(range);
      const [result] = await once(worker, 'message');
      return result;
    });
  } finally {
    await worker.terminate();
  }
}
