import { parseArgs } from 'node:util';
import { isLaunchProtection, launchProtections } from './launch/launch-protections.ts';
import { type LaunchScenarioOptions, simulateLaunches } from './launch/simulate-launches.ts';
import { Progress } from './progress.ts';
import { isProtection, type Protection, protections } from './protections/protections.ts';
import { isRequestProtection, requestProtections } from './requests/request-protections.ts';
import { type RequestScenarioOptions, simulateRequests } from './requests/simulate-requests.ts';
import type { FailedScenario, ScenarioRange } from './scenarios.ts';
import { type ScenarioResult, simulate } from './simulate.ts';
import { summarize, summarizeFindings } from './summary.ts';
import { runWithWorkers } from './workers.ts';

/**
 * Runs many scenarios, `npm run simulate -- --seeds 1000 --jobs 2`, or one scenario with its trace,
 * `npm run simulate -- --seed 28`.
 *
 * - `--from`: the first seed
 * - `--every-death`: short scenarios, each repeated with a crash at every instant; `--seed 28
 *   --death 17` runs one of them
 * - `--without 'version order'`: disables one protection
 * - `--launches`: scenarios of starts, waits and stops; `--launches --seed 28 --without intent`
 * - `--requests`: scenarios of requests and waits; `--requests --seed 28 --without 'run number'`
 *
 * Exits with 1 when a scenario failed.
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
    launches: { type: 'boolean', default: false },
    requests: { type: 'boolean', default: false },
  },
});

const isOther = values.launches || values.requests;
const without = isOther ? undefined : readProtection(values.without);
const launches = values.launches ? readLaunchOptions(values.without) : undefined;
const requests = values.requests ? readRequestOptions(values.without) : undefined;
if (values.launches && values.requests) throw new Error('expected --launches or --requests');
if (isOther && (values['every-death'] || values.death !== undefined)) {
  throw new Error('--launches, --requests: expected neither --every-death nor --death');
}
process.exitCode =
  values.seed === undefined ? await runAll() : await runOneTraced(toNumber('seed', values.seed));

async function runAll(): Promise<number> {
  const range: ScenarioRange = {
    from: toNumber('from', values.from),
    count: toNumber('seeds', values.seeds),
    everyCrash: values['every-death'],
    ...(without && { without }),
    ...(launches && { launches }),
    ...(requests && { requests }),
  };
  const progress = new Progress(range.count, process.stderr);
  let printed = 0;
  const result = await runWithWorkers(toNumber('jobs', values.jobs), range, ({ seeds, failed }) => {
    progress.show(seeds, failed.length);
    // Print each failure at once: a long batch takes an hour.
    for (const one of failed.slice(printed)) console.log(formatFailure(one));
    printed = failed.length;
  });
  progress.end();
  for (const line of summarizeFindings(result)) console.log(line);
  console.log(summarize(result, progress.seconds));
  return result.failed.length > 0 ? 1 : 0;
}

function formatFailure({ seed, crashAt, violations }: FailedScenario): string {
  const death = crashAt === undefined ? '' : ` --death ${crashAt}`;
  const kind = launches ? ' --launches' : requests ? ' --requests' : '';
  const disabled = values.without === undefined ? '' : ` --without '${values.without}'`;
  return `seed ${seed}: ${violations.join('; ')}\n  reproduce: npm run simulate --${kind} --seed ${seed}${death}${disabled}`;
}

/** Runs one scenario and prints its trace. */
async function runOneTraced(seed: number): Promise<number> {
  const { violations, trace } = await simulateTraced(seed);
  console.log(trace.join('\n'));
  for (const violation of violations) console.log(`seed ${seed}: ${violation}`);
  if (violations.length === 0) console.log(`seed ${seed}: passed`);
  return violations.length > 0 ? 1 : 0;
}

function simulateTraced(seed: number): Promise<ScenarioResult> {
  if (launches) return simulateLaunches(seed, { ...launches, traced: true });
  if (requests) return simulateRequests(seed, { ...requests, traced: true });
  return simulate(seed, {
    traced: true,
    ...(without && { without }),
    ...(values.death !== undefined && { crashAt: toNumber('death', values.death) }),
  });
}

function toNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option}: expected a whole number, found ${JSON.stringify(text)}`);
}

function readProtection(text: string | undefined): Protection | undefined {
  if (text === undefined || isProtection(text)) return text;
  throw new Error(
    `--without: expected one of ${protections.join(', ')}; found ${JSON.stringify(text)}`,
  );
}

function readLaunchOptions(text: string | undefined): Pick<LaunchScenarioOptions, 'without'> {
  if (text === undefined) return {};
  if (isLaunchProtection(text)) return { without: text };
  throw new Error(
    `--without: expected one of ${launchProtections.join(', ')}; found ${JSON.stringify(text)}`,
  );
}

function readRequestOptions(text: string | undefined): Pick<RequestScenarioOptions, 'without'> {
  if (text === undefined) return {};
  if (isRequestProtection(text)) return { without: text };
  throw new Error(
    `--without: expected one of ${requestProtections.join(', ')}; found ${JSON.stringify(text)}`,
  );
}
