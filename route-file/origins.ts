import type * as z from 'zod';
import type { Origin, Selector } from '../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../lambda/workload/workload.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';
import { originSchema } from './origin-schema.ts';
import { toLocation, toSelector } from './selector.ts';

type WorkloadKind = WorkloadEvent['kind'];
type Given = z.output<typeof originSchema>;

const executionKeys = ['stateMachine', 'mapChildren'] as const;
const batchSelectors = ['jobQueue', 'jobDefinition', 'jobName'] as const;
const batchKeys = [...batchSelectors, 'arrayChildren', 'nodes'] as const;

/** Which kind of workload a `from` means, even where something in it is wrong. */
export function toWorkloadKind(raw: unknown): WorkloadKind | undefined {
  if (!isMapping(raw)) return undefined;
  if ('stateMachine' in raw) return 'execution';
  return batchSelectors.some((key) => key in raw) ? 'batchJob' : undefined;
}

/** Compiles where a route's events come from; `undefined` where that is wrong, and said to be. */
export function compileOrigin(raw: unknown, path: Path, faults: Faults): Origin | undefined {
  const given = originSchema.safeParse(raw).data;
  if (given === undefined) return undefined;
  const kind = toWorkloadKind(raw);
  if (kind === undefined) {
    faults.at(
      path,
      `from: found nothing to hear, allowed: stateMachine, or one or more of ${batchSelectors.join(', ')}`,
    );
    return undefined;
  }
  const foreign = (kind === 'execution' ? batchKeys : executionKeys).filter((key) => key in given);
  for (const key of foreign) faults.atKey([...path, key], sayForeign(kind, key));
  const origin = kind === 'execution' ? toExecutionOrigin(given) : toBatchJobOrigin(given);
  if (origin !== undefined) refuseContradictions(origin, given, path, faults);
  return foreign.length === 0 ? origin : undefined;
}

function sayForeign(kind: WorkloadKind, key: string): string {
  return kind === 'execution'
    ? `from: ${key} is about Batch jobs, and this route hears a state machine; make two routes of it`
    : `from: ${key} is about state machines, and this route hears Batch jobs; make two routes of it`;
}

function toExecutionOrigin(given: Given): Origin | undefined {
  const { stateMachine, mapChildren = 'ignore' } = given;
  if (stateMachine === undefined) return undefined;
  return {
    kind: 'execution',
    stateMachine: toSelector(stateMachine),
    mapChildren,
    ...toRestrictions(given),
  };
}

function toBatchJobOrigin(given: Given): Origin {
  const { jobQueue, jobDefinition, jobName, arrayChildren = 'ignore', nodes = 'ignore' } = given;
  return {
    kind: 'batchJob',
    ...(jobQueue !== undefined && { jobQueue: toSelector(jobQueue) }),
    ...(jobDefinition !== undefined && { jobDefinition: toSelector(jobDefinition) }),
    ...(jobName !== undefined && { batchJobName: toSelector(jobName) }),
    arrayChildren,
    nodes,
    ...toRestrictions(given),
  };
}

function toRestrictions({ account, region }: Given) {
  return {
    ...(account !== undefined && { accounts: [account].flat() }),
    ...(region !== undefined && { regions: [region].flat() }),
  };
}

/** An ARN says its account and Region itself; beside others it could never be heard. */
function refuseContradictions(origin: Origin, given: Given, path: Path, faults: Faults): void {
  const selectors: readonly (readonly [string, Selector | undefined])[] =
    origin.kind === 'execution'
      ? [['stateMachine', origin.stateMachine]]
      : [
          ['jobQueue', origin.jobQueue],
          ['jobDefinition', origin.jobDefinition],
        ];
  for (const [key, selector] of selectors) {
    const own = selector && toLocation(selector);
    if (own === undefined) continue;
    const { accounts = [own.account], regions = [own.region] } = origin;
    if (!accounts.includes(own.account)) {
      faults.at([...path, 'account'], sayContradiction(key, 'account', own.account, given.account));
    }
    if (!regions.includes(own.region)) {
      faults.at([...path, 'region'], sayContradiction(key, 'region', own.region, given.region));
    }
  }
}

function sayContradiction(
  key: string,
  what: string,
  own: string,
  asked: string | readonly string[] | undefined,
): string {
  return `${what}: found ${[asked].flat().join(', ')}, yet the ARN of ${key} is in ${own}; nothing is ever heard`;
}
