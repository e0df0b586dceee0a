import type { BatchJobEvent, WorkloadEvent } from '../workload/workload.ts';
import { readArn } from './partition.ts';

/** How a route names an AWS resource: by name, by a name with `*`, or by ARN. */
export interface Selector {
  readonly by: 'name' | 'glob' | 'arn';
  readonly text: string;
  /** Names, and names with `*`, that a glob does not select. @default - none */
  readonly except?: readonly string[];
}

/** Whether a route matches parts of a workload: Distributed Map children, array children, nodes. */
export type Parts = 'ignore' | 'only' | 'include';

/** Account and Region of the bridge's stack. */
export interface Home {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/**
 * Accounts and Regions that a route matches. If absent: those of an ARN that the route names, else
 * those of the stack.
 */
interface Location {
  /** Twelve digits each. */
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
}

export interface ExecutionOrigin extends Location {
  readonly kind: 'execution';
  readonly stateMachine: Selector;
  readonly mapChildren: Parts;
}

export interface BatchJobOrigin extends Location {
  readonly kind: 'batchJob';
  /** At least one of `jobQueue`, `jobDefinition` and `batchJobName` is present. */
  readonly jobQueue?: Selector;
  readonly jobDefinition?: Selector;
  readonly batchJobName?: Selector;
  readonly arrayChildren: Parts;
  readonly nodes: Parts;
}

export type Origin = ExecutionOrigin | BatchJobOrigin;

/** The AWS resources that a route may name. */
export type WorkloadNames = 'stateMachine' | 'jobQueue' | 'jobDefinition' | 'batchJobName';

/** All names of one AWS resource in an event. A selector compares the list of its own kind. */
export interface Names {
  readonly name: readonly string[];
  readonly glob: readonly string[];
  readonly arn: readonly string[];
}

/** The selectors of a route, one for each resource that it names. */
export function toSelectors(origin: Origin): readonly (readonly [WorkloadNames, Selector])[] {
  if (origin.kind === 'execution') return [['stateMachine', origin.stateMachine]];
  const { jobQueue, jobDefinition, batchJobName } = origin;
  return [
    ...(jobQueue === undefined ? [] : [['jobQueue', jobQueue] as const]),
    ...(jobDefinition === undefined ? [] : [['jobDefinition', jobDefinition] as const]),
    ...(batchJobName === undefined ? [] : [['batchJobName', batchJobName] as const]),
  ];
}

/**
 * The names of the AWS resources in an event.
 *
 * An unqualified ARN matches any version, alias or revision. A glob for a state machine is also
 * compared with `name:qualifier`.
 */
export function toNames(event: WorkloadEvent): readonly (readonly [WorkloadNames, Names])[] {
  if (event.kind === 'execution') {
    const { stateMachineName: name, stateMachineArn, qualifiedArns } = event;
    const qualified = qualifiedArns.map((arn) => `${name}:${arn.split(':').slice(7).join(':')}`);
    const arn = [stateMachineArn, ...qualifiedArns];
    return [['stateMachine', { name: [name], glob: [name, ...qualified], arn }]];
  }
  const { jobQueueName } = event;
  return [
    ['jobQueue', { name: [jobQueueName], glob: [jobQueueName], arn: [event.jobQueueArn] }],
    ['jobDefinition', toJobDefinitionNames(event)],
    ['batchJobName', { name: [event.batchJobName], glob: [event.batchJobName], arn: [] }],
  ];
}

/** Empty if the event has no job definition. Then no selector matches. */
function toJobDefinitionNames({
  jobDefinitionName: name,
  jobDefinitionArn: arn,
  jobDefinitionRevision: revision,
}: BatchJobEvent): Names {
  if (name === undefined || arn === undefined) return { name: [], glob: [], arn: [] };
  return {
    name: [name, ...(revision === undefined ? [] : [`${name}:${revision}`])],
    glob: [name],
    arn: [arn, arn.replace(/:\d+$/, '')],
  };
}

/**
 * Account and Region in the ARN of an origin. `undefined` if no selector is an ARN.
 *
 * A Batch job queue and the job definitions of its jobs are in one account and Region (Batch API
 * reference, SubmitJob).
 */
export function toArnLocation(origin: Origin): Home | undefined {
  for (const [, { by, text }] of toSelectors(origin)) {
    const { account, region } = (by === 'arn' && readArn(text)) || {};
    if (account !== undefined && region !== undefined) return { account, region };
  }
  return undefined;
}

/**
 * The origin with explicit accounts and Regions.
 *
 * A route without `account` or `region` gets those of an ARN that it names, else those of the
 * stack.
 */
export function withLocation(origin: Origin, home: Home): Origin {
  const own = toArnLocation(origin) ?? home;
  const { accounts = [own.account], regions = [own.region] } = origin;
  return { ...origin, accounts, regions };
}

/**
 * Whether a route with this origin matches the event, in any status. The index must give the same
 * result.
 *
 * @param origin as {@link withLocation} returns it. Absent accounts and Regions match any
 */
export function matchesOrigin(origin: Origin, event: WorkloadEvent): boolean {
  if (origin.kind !== event.kind) return false;
  const names = new Map(toNames(event));
  return (
    matchesLocation(origin, event) &&
    matchesPart(origin, event) &&
    toSelectors(origin).every(([subject, selector]) => matches(selector, names.get(subject)))
  );
}

/** Whether the selector matches one of the names, and excepts none. */
export function matches(selector: Selector, names: Names | undefined): boolean {
  if (names === undefined) return false;
  const { by, text } = selector;
  const isNamed =
    by === 'glob' ? names.glob.some((name) => matchesGlob(text, name)) : names[by].includes(text);
  return isNamed && findException(selector, names) === undefined;
}

/**
 * The exception of a selector that covers the names. A name with `*` is compared with the name of
 * the resource only, without version, alias or revision.
 */
export function findException({ except = [] }: Selector, { name }: Names): string | undefined {
  return except.find((text) =>
    text.includes('*') ? matchesGlob(text, name[0] ?? '') : name.includes(text),
  );
}

/** Whether the origin matches account and Region of the event. */
export function matchesLocation({ accounts, regions }: Origin, event: WorkloadEvent): boolean {
  return (
    (accounts === undefined || accounts.includes(event.account)) &&
    (regions === undefined || regions.includes(event.region))
  );
}

/**
 * Whether the origin matches this part of a workload. A part matches unless its setting is
 * `ignore`. A whole workload matches unless a setting is `only`.
 */
export function matchesPart(origin: Origin, event: WorkloadEvent): boolean {
  if (origin.kind === 'execution') {
    const isChild = event.kind === 'execution' && event.mapLabel !== undefined;
    return isChild ? origin.mapChildren !== 'ignore' : origin.mapChildren !== 'only';
  }
  const role = event.kind === 'batchJob' ? event.role : 'job';
  if (role === 'arrayChild') return origin.arrayChildren !== 'ignore';
  if (role === 'node') return origin.nodes !== 'ignore';
  return origin.arrayChildren !== 'only' && origin.nodes !== 'only';
}

/**
 * Whether the whole name matches a pattern in which `*` matches any number of characters, also
 * none.
 *
 * It is not a regular expression: with many stars that could take minutes.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  const tail = rest.pop();
  if (tail === undefined) return glob === name;
  if (name.length < head.length + tail.length) return false;
  if (!name.startsWith(head) || !name.endsWith(tail)) return false;
  const end = name.length - tail.length;
  let from = head.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, from);
    if (found === -1 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
}
