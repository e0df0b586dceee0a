import { parentPort } from 'node:worker_threads';
import { type Nights, playNights } from './batch-of-nights.ts';

/** Plays nights in a thread of its own: asked for some, tells what they came to. */
parentPort?.on('message', async (nights: Nights) => {
  parentPort?.postMessage(await playNights(nights));
});
