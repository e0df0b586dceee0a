import type { Source } from '../../autosys/source.ts';
import { type BridgeConfig, defaultCanaryGlobal } from '../../lambda/routing/routes.ts';
import { type DefinedJob, readDefinedJobs } from './defined-jobs.ts';
import { judgeConditions } from './judge-conditions.ts';
import { judgeJob } from './judge-job.ts';
import { judgeReaders, type ReadDefinitions } from './judge-readers.ts';
import { type CanaryResult, describeSending } from './judge-sending.ts';
import { judgeVariable } from './judge-variable.ts';
import type { LiveFact, LiveRow, UnreadLiveFact } from './live-row.ts';
import type { LiveSettings } from './live-settings.ts';
import { toNamedJobs } from './named-jobs.ts';
import { toOpenSetters, toProducedVariables } from './produced-values.ts';
import type { AutosysFacts } from './read-autosys-facts.ts';

type Instances = LiveSettings['instances'];

/** What was read from each instance, by its name. */
export type FactsOfInstances = ReadonlyMap<string, AutosysFacts>;

/** The rows of jobs, variables and permissions. Pure. */
export function judgeAutosys(
  config: BridgeConfig,
  { instances, facts }: { readonly instances: Instances; readonly facts: FactsOfInstances },
  canary: ReadonlyMap<string, CanaryResult>,
): readonly LiveRow[] {
  const names = instances.map(({ name }) => String(name));
  const jobs = new Map(names.map((name) => [name, factOf(facts, name).jobs]));
  const isSelected = (of: readonly string[]) => of.some((name) => names.includes(name));
  const named = toNamedJobs(config).filter((one) => isSelected(one.instances));
  const variables = toProducedVariables(config).filter((one) => isSelected(one.instances));
  return [
    ...named.map((one) => judgeJob(one, jobs)),
    ...variables.flatMap((variable) =>
      variable.instances
        .filter((name) => names.includes(name))
        .map((name) => judgeVariable(variable, name, factOf(facts, name).variables)),
    ),
    ...instances.map(({ name, canaryGlobal: canaryVariable = defaultCanaryGlobal }) => {
      const { variables: shown } = factOf(facts, name);
      const lastSet = shown.kind === 'read' ? shown.value.get(canaryVariable)?.value : undefined;
      return describeSending(name, { canaryVariable, lastSet, result: canary.get(name) });
    }),
  ];
}

/** The rows of conditions and of variables without reader. Pure. */
export function judgeDefinitions(
  config: BridgeConfig,
  instances: Instances,
  definitions: ReadonlyMap<string, LiveFact<readonly DefinedJob[]>>,
): readonly LiveRow[] {
  const selected = instances.map(({ name }) => String(name));
  const variables = toProducedVariables(config);
  const read = collectDefinitions(config, definitions);
  const own = variables.filter((one) => one.instances.some((name) => selected.includes(name)));
  const unread = selected.flatMap((name): readonly LiveRow[] => {
    const fact = read.unread.get(name);
    if (fact === undefined || own.length === 0) return [];
    const subject = `conditions of the jobs of ${name}`;
    const { reason: found, advice } = fact;
    return [{ check: 'condition', subject, verdict: 'notChecked', found, advice }];
  });
  return [
    ...unread,
    ...judgeConditions(read.jobs, { variables, open: toOpenSetters(config) }),
    ...judgeReaders(own, read),
  ];
}

function collectDefinitions(
  { instances }: BridgeConfig,
  definitions: ReadonlyMap<string, LiveFact<readonly DefinedJob[]>>,
): ReadDefinitions {
  const jobs: DefinedJob[] = [];
  const unread = new Map<string, UnreadLiveFact>();
  for (const { name } of instances) {
    const fact = definitions.get(name) ?? notSelected;
    if (fact.kind === 'read') jobs.push(...fact.value);
    else unread.set(name, fact);
  }
  return { jobs, unread };
}

const notSelected: UnreadLiveFact = {
  kind: 'unread',
  reason: 'it was not selected',
  advice: 'repeat the command without --instance',
};

/** The jobs of JIL files. A later file wins, as when they are loaded in this order. Pure. */
export function readJilJobs(sources: readonly Source[], instance: string): readonly DefinedJob[] {
  const jobs = sources.flatMap((source) => readDefinedJobs(source, instance));
  return [...new Map(jobs.map((job) => [job.name, job])).values()];
}

function factOf(facts: FactsOfInstances, name: string): AutosysFacts {
  const found = facts.get(name);
  return found ?? { jobs: notSelected, definitions: notSelected, variables: notSelected };
}
