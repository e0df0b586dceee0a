import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/**
 * Plays many nights: `npm run simulate -- --seeds 1000`, or one with its trace: `npm run simulate -- --seed 28`.
 *
 * Ends with 1 when any night broke what must hold.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});

const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const startMs = performance.now();
let broken = 0;
let sent = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const night = await simulate(seed, { traced: values.seed !== undefined });
  sent += night.tally.get('requests') ?? 0;
  if (values.seed !== undefined) console.log(night.trace.join('\n'));
  for (const violation of night.violations) {
    console.log(`seed ${seed}: ${violation}; see it: npm run simulate -- --seed ${seed}`);
  }
  if (night.violations.length > 0) broken += 1;
  if (process.stderr.isTTY) process.stderr.write(`\r${seed - first + 1} of ${count}`);
}
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
console.log(`${count - broken} of ${count} nights hold; ${sent} events to AutoSys, ${seconds} s`);
process.exitCode = broken > 0 ? 1 : 0;
