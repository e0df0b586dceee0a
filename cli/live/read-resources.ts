import {
  type BatchReads,
  createBatchReads,
  maxBatchNames,
} from '../../lambda/aws/describe-batch.ts';
import {
  createStateMachineReads,
  type StateMachineReads,
} from '../../lambda/aws/describe-state-machine.ts';
import { type Home, matches, type Names } from '../../lambda/routing/origin.ts';
import { toPartition } from '../../lambda/routing/partition.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { AwsHome } from './aws-home.ts';
import type { ResourceFact } from './judge-resource.ts';
import type { LiveDeps } from './live-deps.ts';
import type { LiveFact, UnreadLiveFact } from './live-row.ts';
import { type NamedResource, toResourceName } from './named-resources.ts';
import { toUnreadAws } from './unread-aws.ts';

type ReadResource = (resource: NamedResource) => Promise<LiveFact<ResourceFact>>;

/**
 * Creates the reading of the resources of a route file. Each name is asked for once; lists are read once
 * for each account and Region, and only if a pattern needs them.
 */
export function createReadResource(
  { caller }: Pick<AwsHome, 'caller'>,
  resources: readonly NamedResource[],
  deps: LiveDeps,
): ReadResource {
  const readersByRegion = new Map<string, RegionReaders>();

  return async function readResource(resource) {
    if (caller.kind === 'unread') return caller;
    const { account, region } = resource;
    if (account !== caller.value.account) return toOtherAccount(resource, caller.value);
    const readers = readersByRegion.get(region) ?? createRegionReaders(region, resources, deps);
    readersByRegion.set(region, readers);
    switch (resource.kind) {
      case 'stateMachine':
        return readers.stateMachine(resource);
      case 'jobQueue':
        return readers.jobQueue(resource);
      case 'jobDefinition':
        return readers.jobDefinition(resource);
      default:
        return resource.kind satisfies never;
    }
  };
}

function toOtherAccount({ account }: Home, { account: own }: Home): UnreadLiveFact {
  const reason = `it is in account ${account}; the credentials are of account ${own}`;
  const advice = `repeat the command with credentials of account ${account}`;
  return { kind: 'unread', reason, advice };
}

interface RegionReaders {
  readonly stateMachine: ReadResource;
  readonly jobQueue: ReadResource;
  readonly jobDefinition: ReadResource;
}

function createRegionReaders(
  region: string,
  all: readonly NamedResource[],
  deps: LiveDeps,
): RegionReaders {
  const options = { region, httpsAgent: deps.httpsAgent };
  const own = all.filter((one) => one.region === region);
  const batch = createBatchReads(options);
  return {
    stateMachine: createReadStateMachine(createStateMachineReads(options), deps),
    jobQueue: createReadQueue(batch, own, deps),
    jobDefinition: createReadDefinition(batch, own, deps),
  };
}

function createReadStateMachine(reads: StateMachineReads, { signal }: LiveDeps): ReadResource {
  const kind = 'stateMachine';
  const list = once(() => reads.list(signal));
  return async function readStateMachine({ selector, account, region }) {
    const { by, text } = selector;
    if (by === 'glob') {
      const listed = await list();
      if (listed.kind !== 'found') return toUnreadAws(listed, 'states:ListStateMachines');
      // A list has no versions and aliases, so only the part before them is compared.
      const glob = { ...selector, text: text.split(':')[0] ?? text };
      const found = listed.stateMachines.filter(({ name }) => matches(glob, toNames(name)));
      return { kind: 'read', value: { kind, found } };
    }
    const arn =
      by === 'arn'
        ? text
        : `arn:${toPartition(region)}:states:${region}:${account}:stateMachine:${text}`;
    const described = await reads.describe(arn, signal);
    if (described.kind === 'found') {
      return { kind: 'read', value: { kind, found: [described.stateMachine] } };
    }
    if (described.kind === 'unknown') return { kind: 'read', value: { kind, found: [] } };
    return toUnreadAws(described, 'states:DescribeStateMachine');
  };
}

function createReadQueue(
  reads: BatchReads,
  all: readonly NamedResource[],
  { signal }: LiveDeps,
): ReadResource {
  const kind = 'jobQueue';
  const action = 'batch:DescribeJobQueues';
  const list = once(() => reads.queues(undefined, signal));
  const named = once(() =>
    readChunks(toExactNames(all, kind), (names) => reads.queues(names, signal)),
  );
  return async function readQueue({ selector }) {
    if (selector.by === 'glob') {
      const listed = await list();
      if (listed.kind !== 'found') return toUnreadAws(listed, action);
      const found = listed.queues.filter(({ name }) => matches(selector, toNames(name)));
      return { kind: 'read', value: { kind, found } };
    }
    const name = toResourceName(kind, selector.text);
    const answer = (await named()).get(name);
    if (answer === undefined || answer.kind !== 'found') {
      return toUnreadAws(answer ?? { kind: 'unavailable', reason: 'no answer' }, action);
    }
    return {
      kind: 'read',
      value: { kind, found: answer.queues.filter((one) => one.name === name) },
    };
  };
}

function createReadDefinition(
  reads: BatchReads,
  all: readonly NamedResource[],
  { signal }: LiveDeps,
): ReadResource {
  const kind = 'jobDefinition';
  const action = 'batch:DescribeJobDefinitions';
  const list = once(() => reads.active(signal));
  const revisions = once(() => {
    const names = toExactNames(all, kind).filter(hasRevision);
    return readChunks(names, (chunk) => reads.revisions(chunk, signal));
  });
  return async function readDefinition({ selector }) {
    const name = toResourceName(kind, selector.text);
    const answer =
      selector.by === 'glob'
        ? await list()
        : hasRevision(name)
          ? (await revisions()).get(name)
          : await reads.ofName(name, signal);
    if (answer === undefined || answer.kind !== 'found') {
      return toUnreadAws(answer ?? { kind: 'unavailable', reason: 'no answer' }, action);
    }
    const found = answer.definitions.filter((one) => {
      if (selector.by === 'glob') return matches(selector, toNames(one.name));
      return name === (hasRevision(name) ? `${one.name}:${one.revision}` : one.name);
    });
    return { kind: 'read', value: { kind, found } };
  };
}

function hasRevision(name: string): boolean {
  return /:\d+$/.test(name);
}

function toNames(name: string): Names {
  return { name: [name], glob: [name], arn: [] };
}

/** The names without a pattern of one kind, each once. */
function toExactNames(
  all: readonly NamedResource[],
  kind: NamedResource['kind'],
): readonly string[] {
  const exact = all.filter((one) => one.kind === kind && one.selector.by !== 'glob');
  return [...new Set(exact.map(({ selector }) => toResourceName(kind, selector.text)))];
}

/** Reads names in requests of the maximum size. The answer of a name is that of its request. */
async function readChunks<Answer>(
  names: readonly string[],
  read: (names: readonly string[]) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const count = Math.ceil(names.length / maxBatchNames);
  const chunks = Array.from({ length: count }, (_, at) =>
    names.slice(at * maxBatchNames, (at + 1) * maxBatchNames),
  );
  const answers = await mapConcurrently(chunks, async (chunk) => {
    const answer = await read(chunk);
    return chunk.map((name) => [name, answer] as const);
  });
  return new Map(answers.flat());
}

/** Calls a function at the first use, and keeps its promise. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return function readOnce() {
    reading ??= read();
    return reading;
  };
}
