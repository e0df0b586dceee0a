import { type LaunchScenarioOptions, simulateLaunches } from './launch/simulate-launches.ts';
import type { Protection } from './protections/protections.ts';
import { type RequestScenarioOptions, simulateRequests } from './requests/simulate-requests.ts';
import { type ScenarioOptions, type ScenarioResult, simulate } from './simulate.ts';

/** The seeds to simulate. */
export interface ScenarioRange {
  readonly from: number;
  readonly count: number;
  readonly without?: Protection;
  /**
   * Runs short scenarios, each once without a crash and once per instant with a crash at that
   * instant. @default false
   */
  readonly everyCrash?: boolean;
  /** Scenarios of starts, waits and stops instead, with these options. @default - not these */
  readonly launches?: Pick<LaunchScenarioOptions, 'without'>;
  /** Scenarios of requests and waits instead, with these options. @default - not these */
  readonly requests?: Pick<RequestScenarioOptions, 'without'>;
}

/** A scenario in which the judge found a violation. */
export interface FailedScenario {
  readonly seed: number;
  readonly crashAt?: number;
  readonly violations: readonly string[];
}

/** The combined result of several scenarios. */
export interface BatchResult {
  /** Number of seeds. */
  readonly seeds: number;
  /** Number of scenarios. More than seeds with `everyCrash`, which runs each seed several times. */
  readonly scenarios: number;
  readonly failed: readonly FailedScenario[];
  /** Event counts of all scenarios, by name. */
  readonly counters: Readonly<Record<string, number>>;
}

export const emptyResult: BatchResult = { seeds: 0, scenarios: 0, failed: [], counters: {} };

/** Runs scenarios one after the other. */
export async function runScenarios({
  from,
  count,
  ...options
}: ScenarioRange): Promise<BatchResult> {
  let result = emptyResult;
  for (let seed = from; seed < from + count; seed += 1) {
    const added = options.everyCrash
      ? await runWithEachCrash(seed, options)
      : await runOne(seed, options);
    result = addResults(result, { ...added, seeds: 1 });
  }
  return result;
}

/** Runs a short scenario without a crash, then once with a crash at each possible instant. */
async function runWithEachCrash(
  seed: number,
  options: Pick<ScenarioRange, 'without'>,
): Promise<BatchResult> {
  const withoutCrash = await simulate(seed, { ...toOptions(options), crashAt: 0 });
  let result = toResult(seed, withoutCrash, 0);
  for (let crashAt = 1; crashAt <= withoutCrash.instants; crashAt += 1) {
    const crashed = await simulate(seed, { ...toOptions(options), crashAt });
    result = addResults(result, toResult(seed, crashed, crashAt));
  }
  return result;
}

async function runOne(
  seed: number,
  { launches, requests, ...options }: Pick<ScenarioRange, 'without' | 'launches' | 'requests'>,
): Promise<BatchResult> {
  if (requests) return toResult(seed, await simulateRequests(seed, requests));
  const run = launches ? simulateLaunches(seed, launches) : simulate(seed, toOptions(options));
  return toResult(seed, await run);
}

function toOptions({ without }: Pick<ScenarioRange, 'without'>): ScenarioOptions {
  return without === undefined ? {} : { without };
}

function toResult(
  seed: number,
  { violations, counters }: ScenarioResult,
  crashAt?: number,
): BatchResult {
  const scenario = { seed, ...(crashAt !== undefined && { crashAt }) };
  return {
    seeds: 0,
    scenarios: 1,
    failed: violations.length > 0 ? [{ ...scenario, violations }] : [],
    counters: Object.fromEntries(counters),
  };
}

/** Adds two results. */
export function addResults(one: BatchResult, other: BatchResult): BatchResult {
  const counters: Record<string, number> = { ...one.counters };
  for (const [name, count] of Object.entries(other.counters))
    counters[name] = (counters[name] ?? 0) + count;
  return {
    seeds: one.seeds + other.seeds,
    scenarios: one.scenarios + other.scenarios,
    failed: [...one.failed, ...other.failed],
    counters,
  };
}
