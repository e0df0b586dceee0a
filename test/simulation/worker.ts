import { parentPort } from 'node:worker_threads';
import { runScenarios, type ScenarioRange } from './scenarios.ts';

/** A worker thread: runs the requested scenarios and posts their result. */
parentPort?.on('message', async (range: ScenarioRange) => {
  parentPort?.postMessage(await runScenarios(range));
});
