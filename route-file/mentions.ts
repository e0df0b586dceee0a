import { type Location, readArn, toPartition } from '../lambda/routing/partition.ts';
import type { Faults, Path } from './faults.ts';
import { isMapping } from './located.ts';

/** A place of AWS that the file names, and where it names it. */
export interface Mention extends Location {
  readonly path: Path;
  /** `secret` where the functions read it, `from` where a route hears it. */
  readonly use: 'secret' | 'from';
  /** The ARN, Region or account as it stands in the file. */
  readonly text: string;
  /** Whether an ARN tells it, and not a restriction beside it. */
  readonly byArn: boolean;
}

/** Every ARN, Region and account of the file, in its order; what does not read is left out. */
export function findMentions(file: Readonly<Record<string, unknown>>): readonly Mention[] {
  const instances = isMapping(file['instances']) ? Object.entries(file['instances']) : [];
  const routes: readonly unknown[] = Array.isArray(file['routes']) ? file['routes'] : [];
  return [
    ...instances.flatMap(([name, instance]) => ofInstance(instance, ['instances', name])),
    ...routes.flatMap((route, at) =>
      isMapping(route) ? ofOrigin(route['from'], ['routes', at, 'from']) : [],
    ),
  ];
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
    ...['stateMachine', 'jobQueue', 'jobDefinition'].flatMap((key) =>
      ofText(from[key], [...path, key], 'from'),
    ),
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
 * Refuses a file that names two partitions: a bridge stands in one, and neither events nor permissions cross over.
 *
 * The first place that is named counts as the bridge's own.
 */
export function refusePartitions(mentions: readonly Mention[], faults: Faults): void {
  const [first] = mentions;
  for (const { path, partition, region, byArn } of mentions) {
    const own = region === undefined ? partition : toPartition(region);
    if (byArn && own !== partition) {
      faults.at(
        path,
        `${toKey(path)}: found the partition ${partition} with the Region ${region}, which is in ${own}; write arn:${own}:…`,
      );
    } else if (first && partition !== first.partition) {
      faults.at(
        path,
        `${toKey(path)}: found ${byArn ? 'an ARN' : `${region},`} in the partition ${partition}, yet line ${faults.lineOf(first.path)} is in ${first.partition}; AWS hands no events from one partition to another, so give each a bridge and a route file of its own`,
      );
    }
  }
}

/** The key under which something stands, also where it is one of a list. */
function toKey(path: Path): string {
  return String(path.findLast((step) => typeof step === 'string'));
}
