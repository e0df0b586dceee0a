import { parseArgs } from 'node:util';
import { playWith } from './crew.ts';
import { Progress } from './progress.ts';
import { isProtection, type Protection, protections } from './protections/protections.ts';
import { simulate } from './simulate.ts';
import { summarize } from './summary.ts';

/**
 * Plays many nights: `npm run simulate -- --seeds 1000 --jobs 2`, or one with its trace: `npm run simulate -- --seed 28`.
 *
 * `--from` is the first seed, `--without` takes a protection away, `--death` lets a sandbox die at that instant of the one
 * night, and at each in turn with `every`. Ends with 1 when any night broke what must hold.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    death: { type: 'string' },
    without: { type: 'string' },
  },
});

process.exitCode = await run();

async function run(): Promise<number> {
  const without = readProtection(values.without);
  if (values.seed !== undefined) {
    return showNight(toNumber('seed', values.seed), without);
  }
  const nights = {
    from: toNumber('from', values.from),
    count: toNumber('seeds', values.seeds),
    ...(without && { without }),
  };
  const progress = new Progress(nights.count, process.stderr);
  const outcome = await playWith(toNumber('jobs', values.jobs), nights, (sofar) =>
    progress.show(sofar.nights, sofar.broken.length),
  );
  progress.end();
  for (const { seed, violations } of outcome.broken) {
    console.log(
      `seed ${seed}: ${violations.join('; ')}; see it: npm run simulate -- --seed ${seed}`,
    );
  }
  console.log(summarize(outcome, progress.seconds));
  return outcome.broken.length > 0 ? 1 : 0;
}

/** One night, line by line. */
async function showNight(seed: number, without: Protection | undefined): Promise<number> {
  const deathAt = values.death === undefined ? undefined : toNumber('death', values.death);
  const night = await simulate(seed, {
    traced: true,
    ...(without && { without }),
    ...(deathAt !== undefined && { deathAt }),
  });
  console.log(night.trace.join('\n'));
  for (const violation of night.violations) console.log(`seed ${seed}: ${violation}`);
  if (night.violations.length === 0) console.log(`seed ${seed}: all holds`);
  return night.violations.length > 0 ? 1 : 0;
}

function toNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option}: found ${JSON.stringify(text)}, expected a whole number`);
}

function readProtection(text: string | undefined): Protection | undefined {
  if (text === undefined || isProtection(text)) return text;
  throw new Error(`--without: found ${JSON.stringify(text)}, expected ${protections.join(', ')}`);
}
