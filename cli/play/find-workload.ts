import { didYouMean } from '../../autosys/suggest.ts';
import { batchJobStatuses, executionStatuses } from '../../lambda/contract.ts';
import {
  type BatchJobOrigin,
  type ExecutionOrigin,
  type Home,
  matches,
  type Origin,
  type Selector,
  withLocation,
} from '../../lambda/routing/origin.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';

interface Placed {
  readonly account: string;
  readonly region: string;
}

/** A workload of the route file with all names that its events need. */
export type PlayedWorkload =
  | (Placed & {
      readonly kind: 'execution';
      readonly stateMachine: string;
      /** Version or alias with which the execution was started. @default - none */
      readonly qualifier?: string;
      readonly isMapChild: boolean;
    })
  | (Placed & {
      readonly kind: 'batchJob';
      readonly jobName: string;
      readonly jobQueue: string;
      /** With its revision. */
      readonly jobDefinition: string;
      readonly isArrayChild: boolean;
    });

/** What a route file needs to have, so that workloads are found in it. */
export type WorkloadSource = Pick<BridgeConfig, 'routes' | 'targets'>;

/** A name that the route file leaves open, such as what `*` stands for. */
const openName = 'rehearsal';

/** The statuses of each kind of workload, without a redrive that waits. */
export const playedStatuses = {
  execution: executionStatuses.filter((status) => status !== 'PENDING_REDRIVE'),
  batchJob: batchJobStatuses,
} as const;

/**
 * Finds a workload by the name of a route or launch target, or by the name of a state machine or
 * Batch job that one of them names.
 *
 * @returns the workload, or what is wrong with the name
 */
export function findWorkload(
  source: WorkloadSource,
  home: Home,
  name: string,
): PlayedWorkload | string {
  const named = [...source.routes, ...source.targets].find((one) => one.name === name);
  if (named) return toWorkload(withLocation(named.from, home), undefined);
  const origins = [...source.routes, ...source.targets].map(({ from }) => from);
  const origin = origins.find((one) => isNameOf(one, name));
  if (origin) return toWorkload(withLocation(origin, home), name);
  const known = listWorkloadNames(source);
  const found = JSON.stringify(name.slice(0, 80));
  return `unknown name ${found}, allowed: a route, target, state machine or Batch job of the route file: ${known.join(' ')}${didYouMean(name, known)}`;
}

/** The names that {@link findWorkload} accepts, each once. */
export function listWorkloadNames({ routes, targets }: WorkloadSource): readonly string[] {
  const names = [...routes, ...targets].flatMap(({ name, from }) => {
    const selector = toNameSelector(from);
    return selector === undefined || selector.by === 'glob'
      ? [name]
      : [name, splitName(selector).name];
  });
  return [...new Set(names)];
}

/** What is wrong with a status; `undefined` if the workload can have it. */
export function findStatusFault({ kind }: PlayedWorkload, status: string): string | undefined {
  const allowed: readonly string[] = playedStatuses[kind];
  if (allowed.includes(status)) return undefined;
  const what = kind === 'execution' ? 'an execution' : 'a Batch job';
  const found = JSON.stringify(status.slice(0, 40));
  return `status of ${what}: found ${found}, allowed: ${allowed.join(' ')}${didYouMean(status.toUpperCase(), allowed)}`;
}

function toNameSelector(origin: Origin): Selector | undefined {
  return origin.kind === 'execution' ? origin.stateMachine : origin.batchJobName;
}

function isNameOf(origin: Origin, name: string): boolean {
  const selector = toNameSelector(origin);
  if (selector === undefined) return false;
  if (selector.by !== 'glob') return splitName(selector).name === name;
  return matches(selector, { name: [name], glob: [name], arn: [] });
}

function toWorkload(origin: Origin, given: string | undefined): PlayedWorkload | string {
  const { accounts: [account = ''] = [], regions: [region = ''] = [] } = origin;
  return origin.kind === 'execution'
    ? toExecution(origin, { account, region }, given)
    : toBatchJob(origin, { account, region }, given);
}

function toExecution(
  { stateMachine, mapChildren }: ExecutionOrigin,
  placed: Placed,
  given: string | undefined,
): PlayedWorkload {
  const { name, qualifier } = splitName(stateMachine);
  return {
    ...placed,
    kind: 'execution',
    stateMachine: given ?? fill(name),
    // A version is a number, so it also fits a `*`.
    ...(qualifier !== undefined && { qualifier: qualifier.replaceAll('*', '1') }),
    isMapChild: mapChildren === 'only',
  };
}

function toBatchJob(
  { jobQueue, jobDefinition, batchJobName, arrayChildren, nodes }: BatchJobOrigin,
  placed: Placed,
  given: string | undefined,
): PlayedWorkload | string {
  if (nodes === 'only') {
    return 'nodes of a multi-node Batch job cannot be played by name; put an event of one into the file of --events';
  }
  const definition = jobDefinition && splitName(jobDefinition);
  return {
    ...placed,
    kind: 'batchJob',
    jobName: given ?? fill(batchJobName?.text ?? openName),
    jobQueue: fill(jobQueue === undefined ? openName : splitName(jobQueue).name),
    jobDefinition: `${fill(definition?.name ?? openName)}:${definition?.qualifier ?? '1'}`,
    isArrayChild: arrayChildren === 'only',
  };
}

/** The name of a resource and what follows it, from an ARN or from `name:qualifier`. */
function splitName({ by, text }: Selector): { readonly name: string; readonly qualifier?: string } {
  const parts = by === 'arn' ? text.split(':').slice(5) : text.split(':');
  // stateMachine:NAME[:QUALIFIER], but job-queue/NAME and job-definition/NAME[:REVISION].
  const [first = '', ...rest] =
    by === 'arn' && parts[0] === 'stateMachine' ? parts.slice(1) : parts;
  const [qualifier] = rest;
  const name = by === 'arn' ? first.slice(first.indexOf('/') + 1) : first;
  return { name, ...(qualifier !== undefined && { qualifier }) };
}

function fill(glob: string): string {
  return glob.replaceAll('*', openName);
}
