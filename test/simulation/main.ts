import { parseArgs } from 'node:util';
import type { Broken, Nights } from './batch-of-nights.ts';
import { playWith } from './crew.ts';
import { Progress } from './progress.ts';
import { isProtection, type Protection, protections } from './protections/protections.ts';
import { simulate } from './simulate.ts';
import { summarize, summarizeFindings } from './summary.ts';

/**
 * Plays many nights: `npm run simulate -- --seeds 1000 --jobs 2`, or one with its trace: `npm run simulate -- --seed 28`.
 *
 * - `--from` is the first seed
 * - `--every-death` plays brief nights, each again with a death at every single instant; `--seed 28 --death 17` is one
 * - `--without 'version order'` takes a protection away
 *
 * Ends with 1 when any night broke what must hold.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    death: { type: 'string' },
    'every-death': { type: 'boolean', default: false },
    without: { type: 'string' },
  },
});

const without = readProtection(values.without);
process.exitCode =
  values.seed === undefined ? await playAll() : await showOne(toNumber('seed', values.seed));

async function playAll(): Promise<number> {
  const nights: Nights = {
    from: toNumber('from', values.from),
    count: toNumber('seeds', values.seeds),
    everyDeath: values['every-death'],
    ...(without && { without }),
  };
  const progress = new Progress(nights.count, process.stderr);
  let told = 0;
  const outcome = await playWith(toNumber('jobs', values.jobs), nights, ({ seeds, broken }) => {
    progress.show(seeds, broken.length);
    // Told at once: nobody waits an hour to learn of the first.
    for (const one of broken.slice(told)) console.log(describeBroken(one));
    told = broken.length;
  });
  progress.end();
  for (const line of summarizeFindings(outcome)) console.log(line);
  console.log(summarize(outcome, progress.seconds));
  return outcome.broken.length > 0 ? 1 : 0;
}

function describeBroken({ seed, deathAt, violations }: Broken): string {
  const death = deathAt === undefined ? '' : ` --death ${deathAt}`;
  const lacking = without === undefined ? '' : ` --without '${without}'`;
  return `seed ${seed}: ${violations.join('; ')}\n  see it: npm run simulate -- --seed ${seed}${death}${lacking}`;
}

/** One night, line by line. */
async function showOne(seed: number): Promise<number> {
  const { violations, trace } = await simulate(seed, {
    traced: true,
    ...(without && { without }),
    ...(values.death !== undefined && { deathAt: toNumber('death', values.death) }),
  });
  console.log(trace.join('\n'));
  for (const violation of violations) console.log(`seed ${seed}: ${violation}`);
  if (violations.length === 0) console.log(`seed ${seed}: all holds`);
  return violations.length > 0 ? 1 : 0;
}

function toNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option}: found ${JSON.stringify(text)}, expected a whole number`);
}

function readProtection(text: string | undefined): Protection | undefined {
  if (text === undefined || isProtection(text)) return text;
  throw new Error(`--without: found ${JSON.stringify(text)}, expected ${protections.join(', ')}`);
}
