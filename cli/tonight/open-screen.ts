import type { AutosysInstance } from '../../autosys/names.ts';
import { instanceNamesKey, parseInstanceNames } from '../../lambda/ledger/instance-names.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { toGroupRouteName } from '../../lambda/routing/groups.ts';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { UnknownHereError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createToTimeFormat, type ToTimeFormat } from '../ledger/times.ts';
import { createReadEarlierRuns } from './read-earlier-runs.ts';
import { toInstances } from './read-instances.ts';
import { readTonight } from './read-tonight.ts';
import type { TonightFacts } from './tonight-facts.ts';

/** What a screen shows, and in which times. */
export interface TonightScreen {
  readonly facts: TonightFacts;
  readonly toTimeFormat: ToTimeFormat;
}

/** Settings of {@link createReadScreen}. */
export interface ReadScreenOptions {
  readonly table: SearchableTable;
  readonly clock: Io['clock'];
  /** @default - all instances of the deployed route file */
  readonly instance?: AutosysInstance | undefined;
  /** For the expected end of runs. @default - the ledger tells it until the first lookup */
  readonly config?: Pick<BridgeConfig, 'routes' | 'groups'> | undefined;
  readonly limit: number;
  readonly utc: boolean;
}

/**
 * Creates the reading of a screen. The names of instances, their timezones and the groups are those
 * that the sweep has recorded, so no route file is needed.
 *
 * The reading throws `LedgerError` if the ledger cannot be read at all, and `UnknownHereError` if it
 * has no instance.
 */
export function createReadScreen({
  table,
  clock,
  instance,
  config,
  limit,
  utc,
}: ReadScreenOptions): () => Promise<TonightScreen> {
  const limits = config && toEndsWithin(config);
  const deps = {
    table,
    readEarlierRuns: createReadEarlierRuns(table),
    ...(limits && { endsWithinMs: (route: string) => limits.get(route) }),
  };

  return async function readScreen() {
    const nowMs = clock.now().getTime();
    const names = parseInstanceNames(await table.get(instanceNamesKey));
    const instances = instance === undefined ? toInstances(names) : [instance];
    if (instances.length === 0) {
      throw new UnknownHereError(
        'the ledger names no AutoSys instance, because no sweep run has ended yet; give --instance',
      );
    }
    const { timezones = {} } = names;
    const groups = names.groups ?? (config && toGroupInstances(config));
    const query = { instances, isWhole: instance === undefined, groups, limit, nowMs };
    const facts = await readTonight(deps, query);
    return { facts, toTimeFormat: createToTimeFormat({ timezones: utc ? {} : timezones, nowMs }) };
  };
}

/** The time in which a run of a route or group usually ends, by its name in run rows. */
function toEndsWithin({ routes, groups = [] }: NonNullable<ReadScreenOptions['config']>) {
  return new Map([
    ...routes.map(({ name, endsWithinMs }) => [name, endsWithinMs] as const),
    ...groups.map(({ name, endsWithinMs }) => [toGroupRouteName(name), endsWithinMs] as const),
  ]);
}

/** The instance of each group of the route file. */
function toGroupInstances({ groups = [] }: NonNullable<ReadScreenOptions['config']>) {
  return Object.fromEntries(groups.map(({ name, to }) => [name, to]));
}
