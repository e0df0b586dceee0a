import { NameError } from '../../autosys/errors.ts';
import { nameRules, parseGlobalName, parseJobName } from '../../autosys/names.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { toTargets } from '../describe-route.ts';
import { findRefusedJob, maxNameLength } from './base-name.ts';
import type { TargetPlan } from './target-plan.ts';
import { toDerivedJobs } from './ways.ts';

type Plan = Pick<TargetPlan, 'target' | 'base' | 'ways' | 'params' | 'callers'>;

/**
 * Faults of the names of all targets: characters and length, names that are used twice, and jobs
 * that no caller may act for. A shorter name is suggested where one helps.
 */
export function findNameFaults(
  plans: readonly Plan[],
  config: Pick<BridgeConfig, 'targets' | 'routes'>,
): readonly string[] {
  const own = plans.flatMap((plan) => findOwnFault(plan) ?? []);
  return own.length > 0 ? own : findDuplicates(plans, toTakenNames(config));
}

function findOwnFault(plan: Plan): string | undefined {
  const { target, base, ways, callers } = plan;
  const fault = findLongName(plan) ?? findWrongCharacter(plan);
  if (fault !== undefined) return fault;
  const refused = callers.length === 0 ? undefined : findRefusedJob(base.name, { ways, callers });
  if (refused === undefined) return undefined;
  const allowed = callers.map(({ name, jobs }) => `${name} (${jobs.join(' ')})`).join(', ');
  return `target ${target.name}: no caller may start it for job ${refused}, allowed: the jobs of ${allowed}; choose a name with --name ${target.name}=NAME, fewer jobs with --way, or add the job to jobs of a caller`;
}

/** Names that are derived from the base name. */
function toDerivedNames({ base, ways, params }: Plan) {
  const variables = params.flatMap(({ globalVariable }) => globalVariable ?? []);
  return { jobs: toDerivedJobs(base.name, ways), variables };
}

function findLongName(plan: Plan): string | undefined {
  const { jobs, variables } = toDerivedNames(plan);
  const all = [
    ...jobs.map((name) => ({ what: 'job', name, max: nameRules.job.max })),
    ...variables.map((name) => ({
      what: 'variable',
      name,
      max: nameRules.globalVariable.max,
    })),
  ];
  const long = all.find(({ name, max }) => name.length > max);
  if (!long) return undefined;
  const { what, name, max } = long;
  return `target ${plan.target.name}: the name of ${what} ${name.slice(0, 40)}… has ${name.length} characters, allowed: ${max}${suggestName(plan, all)}`;
}

function findWrongCharacter(plan: Plan): string | undefined {
  const { jobs, variables } = toDerivedNames(plan);
  try {
    jobs.forEach(parseJobName);
    variables.forEach(parseGlobalName);
    return undefined;
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return `target ${plan.target.name}: ${error.message}; choose a name with --name or --prefix`;
  }
}

/** The advice to use a shorter name, which leaves room for each suffix that it can help. */
function suggestName(
  { target, base, ways, callers }: Plan,
  names: readonly { readonly name: string }[],
): string {
  const suffixes = names.map(({ name }) => name.length - base.name.length);
  const room = maxNameLength - Math.max(0, ...suffixes.filter((length) => length <= 41));
  const short = base.shorten(room);
  const isUsable =
    short !== undefined &&
    (callers.length === 0 || findRefusedJob(short, { ways, callers }) === undefined);
  return isUsable
    ? `; add --name ${target.name}=${short}`
    : `; choose a shorter name with --name ${target.name}=NAME, and add it to jobs of a caller`;
}

/** A name, what has it already, and whose plan it belongs to. */
interface NamedUse {
  readonly kind: 'job' | 'variable';
  readonly name: string;
  readonly by: string;
  readonly plan?: Plan;
}

/** Names that the bridge sets: those of mirrors, and what routes set by a fixed name. */
function toTakenNames({
  targets,
  routes,
}: Pick<BridgeConfig, 'targets' | 'routes'>): readonly NamedUse[] {
  return [
    ...targets.flatMap(({ name, mirror }): readonly NamedUse[] =>
      mirror === undefined
        ? []
        : [
            {
              kind: mirror.kind === 'job' ? 'job' : 'variable',
              name: mirror.name,
              by: `the mirror of target ${name}`,
            },
          ],
    ),
    ...toTargets(routes).flatMap(({ kind, name }): readonly NamedUse[] =>
      kind === 'globalVariable' ? [{ kind: 'variable', name, by: 'set by a route' }] : [],
    ),
  ];
}

function findDuplicates(plans: readonly Plan[], taken: readonly NamedUse[]): readonly string[] {
  const derived = plans.flatMap((plan): readonly NamedUse[] => {
    const { jobs, variables } = toDerivedNames(plan);
    const by = `that of target ${plan.target.name}`;
    return [
      ...jobs.map((name) => ({ kind: 'job', name, by, plan }) as const),
      ...variables.map((name) => ({ kind: 'variable', name, by, plan }) as const),
    ];
  });
  const first = new Map(taken.toReversed().map((use) => [`${use.kind} ${use.name}`, use]));
  return derived.flatMap((use) => {
    const key = `${use.kind} ${use.name}`;
    const other = first.get(key);
    first.set(key, other ?? use);
    if (other === undefined || use.plan === undefined) return [];
    const names = [...toDerivedJobs(use.plan.base.name, use.plan.ways)].map((name) => ({ name }));
    const advice = suggestName(use.plan, names);
    return [
      `target ${use.plan.target.name}: ${use.kind} ${use.name} has two uses, also ${other.by}${advice}`,
    ];
  });
}
