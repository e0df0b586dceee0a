import type { BatchJobEvent, WorkloadEvent } from '../workload/workload.ts';
import { readArn } from './partition.ts';

/** How a route names a thing of AWS: by its plain name, by a name with `*`, or by its ARN. */
export interface Selector {
  readonly by: 'name' | 'glob' | 'arn';
  readonly text: string;
}

/** Whether a route hears the parts of a workload: Distributed Map children, array children, nodes. */
export type Parts = 'ignore' | 'only' | 'include';

/** The account and Region of the bridge's stack. */
export interface Home {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** Accounts and Regions of a route's events. Absent: those of an ARN that the route names, else the stack's own. */
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
  /** At least one of the three is there. */
  readonly jobQueue?: Selector;
  readonly jobDefinition?: Selector;
  readonly batchJobName?: Selector;
  readonly arrayChildren: Parts;
  readonly nodes: Parts;
}

export type Origin = ExecutionOrigin | BatchJobOrigin;

/** The things of AWS that a route may name. */
export type WorkloadNames = 'stateMachine' | 'jobQueue' | 'jobDefinition' | 'batchJobName';

/** Everything one thing of an event goes by; a selector of each manner looks in its own list. */
export interface Names {
  readonly name: readonly string[];
  readonly glob: readonly string[];
  readonly arn: readonly string[];
}

/** What a route asks for, one selector for each thing it names. */
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
 * What the things of an event go by.
 *
 * An unqualified ARN stands for any version, alias or revision. A glob for a state machine also sees `name:qualifier`.
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

/** Empty where the event names no job definition: no selector matches it then. */
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
 * The account and Region that an ARN of the origin names; `undefined` where it names none.
 *
 * A Batch queue and the job definitions of its jobs are in one account and Region (Batch API reference, SubmitJob).
 */
export function toArnLocation(origin: Origin): Home | undefined {
  for (const [, { by, text }] of toSelectors(origin)) {
    const { account, region } = (by === 'arn' && readArn(text)) || {};
    if (account !== undefined && region !== undefined) return { account, region };
  }
  return undefined;
}

/**
 * The origin with its accounts and Regions written out.
 *
 * A route without `account` or `region` means those of an ARN that it names, else the stack's own.
 */
export function placeOrigin(origin: Origin, home: Home): Origin {
  const own = toArnLocation(origin) ?? home;
  const { accounts = [own.account], regions = [own.region] } = origin;
  return { ...origin, accounts, regions };
}

/**
 * Whether a route with this origin hears the event, whatever its status: the plain definition.
 *
 * @param origin as {@link placeOrigin} returns it; accounts and Regions that are absent match any
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

/** Whether the selector names what goes by these names. */
export function matches({ by, text }: Selector, names: Names | undefined): boolean {
  if (names === undefined) return false;
  return by === 'glob'
    ? names.glob.some((name) => matchesGlob(text, name))
    : names[by].includes(text);
}

/** Whether account and Region of the event are among those the origin asks for. */
export function matchesLocation({ accounts, regions }: Origin, event: WorkloadEvent): boolean {
  return (
    (accounts === undefined || accounts.includes(event.account)) &&
    (regions === undefined || regions.includes(event.region))
  );
}

/** A part is heard unless its setting says `ignore`; a whole is heard unless a setting says `only`. */
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
 * Whether the whole name fits a pattern in which `*` stands for any characters, none included.
 *
 * Written out instead of a regular expression, which a pattern with many stars could make slow for minutes.
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
