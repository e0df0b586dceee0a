import type * as z from 'zod';
import type { Origin, Selector } from '../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../lambda/workload/workload.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';
import { originSchema } from './origin-schema.ts';
import { toLocation } from './selector.ts';
import { compileSelector } from './selector-schema.ts';

type WorkloadKind = WorkloadEvent['kind'];
type Given = z.output<typeof originSchema>;

const executionKeys = ['stateMachine', 'mapChildren'] as const;
const batchSelectors = ['jobQueue', 'jobDefinition', 'jobName'] as const;
const batchKeys = [...batchSelectors, 'arrayChildren', 'nodes'] as const;

/** Returns the kind of workload that a `from` selects, even if it has faults. */
export function toWorkloadKind(raw: unknown): WorkloadKind | undefined {
  if (!isMapping(raw)) return undefined;
  if ('stateMachine' in raw) return 'execution';
  return batchSelectors.some((key) => key in raw) ? 'batchJob' : undefined;
}

/** Compiles the `from` of a route. Returns `undefined` if it has faults, which are reported. */
export function compileOrigin(raw: unknown, path: Path, faults: Faults): Origin | undefined {
  const given = originSchema.safeParse(raw).data;
  if (given === undefined) return undefined;
  const kind = toWorkloadKind(raw);
  if (kind === undefined) {
    faults.at(
      path,
      `from: found no workload, allowed: stateMachine, or one or more of ${batchSelectors.join(', ')}`,
    );
    return undefined;
  }
  const foreign = (kind === 'execution' ? batchKeys : executionKeys).filter((key) => key in given);
  for (const key of foreign) faults.atKey([...path, key], describeForeignKey(kind, key));
  const origin = kind === 'execution' ? toExecutionOrigin(given) : toBatchJobOrigin(given);
  if (origin !== undefined) refuseContradictions(origin, given, path, faults);
  return foreign.length === 0 ? origin : undefined;
}

function describeForeignKey(kind: WorkloadKind, key: string): string {
  return kind === 'execution'
    ? `from: ${key} selects Batch jobs, but this route matches a state machine; use two routes`
    : `from: ${key} selects state machines, but this route matches Batch jobs; use two routes`;
}

function toExecutionOrigin(given: Given): Origin | undefined {
  const { stateMachine, mapChildren = 'ignore' } = given;
  if (stateMachine === undefined) return undefined;
  return {
    kind: 'execution',
    stateMachine: compileSelector(stateMachine),
    mapChildren,
    ...toRestrictions(given),
  };
}

function toBatchJobOrigin(given: Given): Origin {
  const { jobQueue, jobDefinition, jobName, arrayChildren = 'ignore', nodes = 'ignore' } = given;
  return {
    kind: 'batchJob',
    ...(jobQueue !== undefined && { jobQueue: compileSelector(jobQueue) }),
    ...(jobDefinition !== undefined && { jobDefinition: compileSelector(jobDefinition) }),
    ...(jobName !== undefined && { batchJobName: compileSelector(jobName) }),
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

/**
 * Rejects an account or Region that contradicts an ARN in `from`: the route would match no event.
 */
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
      faults.at(
        [...path, 'account'],
        describeContradiction(key, 'account', own.account, given.account),
      );
    }
    if (!regions.includes(own.region)) {
      faults.at(
        [...path, 'region'],
        describeContradiction(key, 'region', own.region, given.region),
      );
    }
  }
}

function describeContradiction(
  key: string,
  what: string,
  own: string,
  given: string | readonly string[] | undefined,
): string {
  return `${what}: found ${[given].flat().join(', ')}, but the ARN of ${key} is in ${own}, so the route matches no event; remove ${what}, or correct the ARN`;
}
