import { didYouMean } from '../../autosys/suggest.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { LaunchCaller, LaunchTarget } from '../../lambda/routing/targets.ts';
import { CommandLineError } from '../exit-code.ts';
import { findRefusedJob, toBaseName } from './base-name.ts';
import { findNameFaults } from './check-names.ts';
import { toDetachedCommand, toWaitCommand } from './launch-command.ts';
import { type JilForValues, readPairs } from './options.ts';
import { planParams } from './params.ts';
import { readJilSettings } from './settings.ts';
import { readSuccessCodes } from './success-codes.ts';
import type { JilPlan, LeftOutWay, TargetPlan } from './target-plan.ts';
import { type JilWay, jilWays, keyOfWay, toJilWays } from './ways.ts';

/** Input of {@link createJilPlan}. */
export interface JilPlanRequest {
  readonly config: Pick<BridgeConfig, 'targets' | 'callers' | 'routes'>;
  readonly options: JilForValues;
  /** Names of targets. Empty for all. */
  readonly named: readonly string[];
}

/**
 * Decides the names, ways and values of the jobs.
 *
 * @throws {CommandLineError} with every fault: unknown names, names that are too long, used twice or
 *   not allowed to a caller, values that no command can hold
 */
export function createJilPlan({ config, options, named }: JilPlanRequest): JilPlan {
  const faults: string[] = [];
  const chosen = chooseTargets(config.targets, named, faults);
  const ways = readWays(options.way, faults);
  const settings = readJilSettings(options, faults);
  const names = config.targets.map(({ name }) => name);
  const takePairs = (option: 'name' | 'success' | 'param', known: readonly string[]) => {
    const reading = readPairs(`--${option}`, options[option], known);
    faults.push(...reading.faults);
    return reading.pairs;
  };
  const given = takePairs('name', names);
  const success = takePairs('success', names);
  const values = takePairs('param', [
    ...new Set(config.targets.flatMap(({ params }) => Object.keys(params))),
  ]);
  const targets = chosen.map((target): TargetPlan => {
    if (named.length > 0) faults.push(...findMissingWays(target, ways));
    const own = toJilWays(target).filter((way) => ways.length === 0 || ways.includes(way));
    const callers = config.callers.filter((caller) => caller.targets.includes(target.name));
    const base = toBaseName({
      target: target.name,
      ways: own,
      callers,
      given: given.get(target.name),
      prefix: options.prefix,
    });
    const allowed = keepAllowed(base.name, own, callers);
    const isChosen = ways.length > 0 || allowed.ways.length === 0;
    return {
      target,
      callers,
      base,
      ...(isChosen ? { ways: own, leftOut: [] } : allowed),
      params: planParams(target, { base: base.name, given: values, faults }),
      success: readSuccess(target, success.get(target.name), faults),
    };
  });
  faults.push(...findNameFaults(targets, config), ...targets.flatMap(findLongCommand));
  if (faults.length > 0) throw new CommandLineError('jil-for', [...new Set(faults)]);
  return { targets, settings };
}

/** Leaves out each way with a job that no caller may act for besides those of the ways before it. */
function keepAllowed(
  base: string,
  own: readonly JilWay[],
  callers: readonly LaunchCaller[],
): Pick<TargetPlan, 'ways' | 'leftOut'> {
  if (callers.length === 0) return { ways: own, leftOut: [] };
  const ways: JilWay[] = [];
  const leftOut: LeftOutWay[] = [];
  for (const way of own) {
    const job = findRefusedJob(base, { ways: [...ways, way], callers });
    if (job === undefined) ways.push(way);
    else leftOut.push({ way, job });
  }
  return { ways, leftOut };
}

/** Longest `command` of a job (documented; 512 up to 11.3.6 SP6). */
const maxCommandLength = 1_000;

function findLongCommand(plan: TargetPlan): readonly string[] {
  const { length } =
    [toWaitCommand(plan), toDetachedCommand(plan)].toSorted(
      (one, other) => other.length - one.length,
    )[0] ?? '';
  if (length <= maxCommandLength) return [];
  return [
    `target ${plan.target.name}: the command has ${length} characters, allowed: ${maxCommandLength}; use shorter values with --param, or a shorter --name`,
  ];
}

function chooseTargets(
  all: readonly LaunchTarget[],
  named: readonly string[],
  faults: string[],
): readonly LaunchTarget[] {
  if (named.length === 0) return all;
  const names = all.map(({ name }) => name);
  for (const name of named.filter((one) => !names.includes(one))) {
    const found = JSON.stringify(name.slice(0, 70));
    faults.push(`TARGET: found ${found}, allowed: ${names.join(', ')}${didYouMean(name, names)}`);
  }
  return all.filter(({ name }) => named.includes(name));
}

function readWays(given: readonly string[], faults: string[]): readonly JilWay[] {
  const names: readonly string[] = jilWays;
  for (const way of given.filter((one) => !names.includes(one))) {
    const found = JSON.stringify(way.slice(0, 40));
    faults.push(`--way: expected ${jilWays.join(', ')}, found ${found}${didYouMean(way, names)}`);
  }
  return jilWays.filter((way) => given.includes(way));
}

function findMissingWays(target: LaunchTarget, ways: readonly JilWay[]): readonly string[] {
  const own = toJilWays(target);
  return ways
    .filter((way) => !own.includes(way))
    .map(
      (way) =>
        `--way ${way}: target ${target.name} does not have it; add ${keyOfWay[way]} to the target, allowed now: ${own.join(', ')}`,
    );
}

function readSuccess(
  target: LaunchTarget,
  text: string | undefined,
  faults: string[],
): ReadonlySet<number> {
  if (text === undefined) return new Set([0]);
  const reading = readSuccessCodes(text, target);
  if ('codes' in reading) return reading.codes;
  faults.push(`--success ${target.name}: ${reading.fault}`);
  return new Set([0]);
}
