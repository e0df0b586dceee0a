import { type Location, readArn, toPartition } from '../lambda/routing/partition.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';

/** An AWS location that the file names, and the path of its value. */
export interface Mention extends Location {
  readonly path: Path;
  /**
   * `secret`: the functions read a secret there. `from`: a route matches events from there.
   * `target`: the launch function starts a workload there, so it must be the location of the stack.
   * `caller`: a role or state machine there may invoke the request function.
   * `reader`: a role there may read the pages of the night.
   */
  readonly use: 'secret' | 'from' | 'target' | 'caller' | 'reader';
  /** The ARN or Region as written in the file. */
  readonly text: string;
  /** True if the location is part of an ARN; false for the key `region`. */
  readonly byArn: boolean;
}

/** Finds every ARN and Region of the file, in order. Invalid values are omitted. */
export function findMentions(file: Readonly<Record<string, unknown>>): readonly Mention[] {
  const instances = isMapping(file['instances']) ? Object.entries(file['instances']) : [];
  const routes: readonly unknown[] = Array.isArray(file['routes']) ? file['routes'] : [];
  return [
    ...instances.flatMap(([name, instance]) => ofInstance(instance, ['instances', name])),
    ...routes.flatMap((route, at) =>
      isMapping(route) ? ofOrigin(route['from'], ['routes', at, 'from']) : [],
    ),
    ...(Array.isArray(file['groups']) ? file['groups'] : []).flatMap((group: unknown, at) =>
      isMapping(group) ? ofMembers(group['members'], ['groups', at, 'members']) : [],
    ),
    ...ofEach(file['targets'], ['targets'], (target, path) =>
      workloadKeys.flatMap((key) => ofText(target[key], [...path, key], 'target')),
    ),
    ...ofEach(file['callers'], ['callers'], ({ secret }, path) =>
      ofText(secret, [...path, 'secret'], 'secret'),
    ),
    ...ofEach(file['requests'], ['requests'], ({ callers }, path) =>
      (Array.isArray(callers) ? callers : []).flatMap((caller: unknown, at) =>
        ofRequestCaller(caller, [...path, 'callers', at]),
      ),
    ),
    ...ofReaders(file['night']),
  ];
}

function ofReaders(night: unknown): readonly Mention[] {
  const readers: unknown = isMapping(night) ? night['readers'] : undefined;
  return (Array.isArray(readers) ? readers : []).flatMap((reader: unknown, at) =>
    ofText(reader, ['night', 'readers', at], 'reader'),
  );
}

/** The members of a group: one mapping or a list. They are names, so only Regions are found. */
function ofMembers(members: unknown, path: Path): readonly Mention[] {
  return Array.isArray(members)
    ? members.flatMap((one: unknown, at) => ofOrigin(one, [...path, at]))
    : ofOrigin(members, path);
}

function ofRequestCaller(caller: unknown, path: Path): readonly Mention[] {
  if (!isMapping(caller)) return ofText(caller, path, 'caller');
  return (['stateMachine', 'role'] as const).flatMap((key) =>
    ofText(caller[key], [...path, key], 'caller'),
  );
}

const workloadKeys = ['stateMachine', 'jobQueue', 'jobDefinition'] as const;

function ofEach(
  all: unknown,
  path: Path,
  find: (one: Readonly<Record<string, unknown>>, path: Path) => readonly Mention[],
): readonly Mention[] {
  if (!isMapping(all)) return [];
  return Object.entries(all).flatMap(([name, one]) =>
    isMapping(one) ? find(one, [...path, name]) : [],
  );
}

function ofInstance(instance: unknown, path: Path): readonly Mention[] {
  if (!isMapping(instance)) return [];
  const { secret, ca } = instance;
  return [
    ...ofText(secret, [...path, 'secret'], 'secret'),
    ...(isMapping(ca) ? ofText(ca['secret'], [...path, 'ca', 'secret'], 'secret') : []),
  ];
}

function ofOrigin(from: unknown, path: Path): readonly Mention[] {
  if (!isMapping(from)) return [];
  const each = (key: string) => {
    const given: unknown = from[key];
    const items = Array.isArray(given) ? given.map((one, at) => [one, [at]] as const) : [];
    return typeof given === 'string' ? [[given, []] as const] : items;
  };
  const restrictions = each('region').flatMap(([region, at]) =>
    typeof region === 'string'
      ? [
          {
            path: [...path, 'region', ...at],
            use: 'from' as const,
            text: region,
            byArn: false,
            partition: toPartition(region),
            region,
          },
        ]
      : [],
  );
  return [
    ...workloadKeys.flatMap((key) => ofText(from[key], [...path, key], 'from')),
    ...restrictions,
  ];
}

function ofText(text: unknown, path: Path, use: Mention['use']): readonly Mention[] {
  const location = typeof text === 'string' ? readArn(text) : undefined;
  return typeof text === 'string' && location
    ? [{ path, use, text, byArn: true, ...location }]
    : [];
}

/**
 * Rejects a file that names two partitions. A bridge runs in one partition, and neither events nor
 * permissions cross partitions.
 *
 * The first location in the file determines the partition of the bridge.
 */
export function refusePartitions(mentions: readonly Mention[], faults: Faults): void {
  const [first] = mentions;
  for (const { path, partition, region, byArn } of mentions) {
    const own = region === undefined ? partition : toPartition(region);
    if (byArn && own !== partition) {
      faults.at(
        path,
        `${toPathKey(path)}: found the partition ${partition} with the Region ${region}, which is in ${own}; write arn:${own}:…`,
      );
    } else if (first && partition !== first.partition) {
      faults.at(
        path,
        `${toPathKey(path)}: found ${byArn ? 'an ARN' : `${region},`} in the partition ${partition}, but line ${faults.lineOf(first.path)} is in ${first.partition}; AWS delivers no events between partitions, so use a separate bridge and route file for each`,
      );
    }
  }
}

/**
 * Rejects launch targets in two accounts or Regions: each is in the account and Region of the
 * bridge.
 */
export function refuseScatteredTargets(mentions: readonly Mention[], faults: Faults): void {
  const targets = mentions.filter(({ use }) => use === 'target');
  const [first] = targets;
  for (const { path, account, region } of targets) {
    if (account === first?.account && region === first?.region) continue;
    faults.at(
      path,
      `${toPathKey(path)}: found an ARN in account ${account}, ${region}, but line ${faults.lineOf(first?.path ?? [])} names a target in account ${first?.account}, ${first?.region}; allowed: targets in the account and Region of the bridge only`,
    );
  }
}

/**
 * Rejects state machines of requests in two Regions, and in another Region than launch targets: a
 * state cannot use a resource in another Region (Step Functions developer guide, documented).
 */
export function refuseScatteredCallers(mentions: readonly Mention[], faults: Faults): void {
  const inRegion = mentions.filter(
    ({ use, region }) => (use === 'target' || use === 'caller') && region !== undefined,
  );
  const first = inRegion.find(({ use }) => use === 'target') ?? inRegion[0];
  for (const { use, path, region } of inRegion) {
    if (use !== 'caller' || region === first?.region) continue;
    faults.at(
      path,
      `${toPathKey(path)}: found an ARN in ${region}, but line ${faults.lineOf(first?.path ?? [])} names one in ${first?.region}; allowed: state machines in the Region of the bridge only, because Step Functions invokes no function in another Region`,
    );
  }
}

/** Returns the last key of a path. For a list item, it is the key of the list. */
export function toPathKey(path: Path): string {
  return String(path.findLast((step) => typeof step === 'string'));
}
