import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { parseLaunch } from '../../lambda/launch/launch-row.ts';
import { agendaLists } from '../../lambda/ledger/agenda.ts';
import { isPending } from '../../lambda/ledger/entry.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable, StoredRow } from '../../lambda/ledger/table.ts';
import { parseRequest } from '../../lambda/request/request-row.ts';
import { toGroupRouteName } from '../../lambda/routing/groups.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import type { RunTextFacts } from '../why/describe-run.ts';
import { compareJudgedRuns, type JudgedRun, judgeRun } from './judge-run.ts';
import type { ReadEarlierRuns } from './read-earlier-runs.ts';
import { readOpenGroups } from './read-groups.ts';
import { readInstanceState } from './read-instances.ts';
import { joinSections, readList, toSorted } from './read-list.ts';
import { compareLaunches, toInstanceOfRunName } from './sort-launches.ts';
import type { TonightFacts, TonightQuery, TonightSection } from './tonight-facts.ts';

/** Dependencies of {@link readTonight}. */
export interface ReadTonightDeps extends Pick<RunTextFacts, 'endsWithinMs'> {
  readonly table: SearchableTable;
  readonly readEarlierRuns: ReadEarlierRuns;
}

/**
 * Reads from the ledger what waits, runs or is parked now, without a scan. A part that cannot be read
 * says so, and the others are read.
 */
export async function readTonight(
  deps: ReadTonightDeps,
  query: TonightQuery,
): Promise<TonightFacts> {
  const { table } = deps;
  const { instances, nowMs, limit } = query;
  const [states, waiting, parked, runs, launches, requests, groups] = await Promise.all([
    Promise.all(instances.map((instance) => readInstanceState(table, instance, nowMs))),
    Promise.all(instances.map((instance) => readWaiting(table, instance))),
    readList(table, agendaLists.parked, toParkedReading(query)),
    readRuns(deps, query),
    readList(table, agendaLists.launch, toLaunchReading(query)),
    Promise.all(instances.map((instance) => readRequests(table, instance))),
    readOpenGroups(table, query),
  ]);
  const outagesOf = new Map(states.map(({ instance, outages }) => [instance, outages]));
  const withOutages = (stored: StoredEntry): StoredEntry => ({
    ...stored,
    present: { nowMs, outages: outagesOf.get(stored.entry.to) ?? [] },
  });
  const present = toSorted(joinSections(waiting), compareEntries, limit);
  return {
    ...{ nowMs, instances: states, groups },
    waiting: { ...present, items: present.items.map(withOutages) },
    parked: toSorted(parked, () => 0, limit),
    runs,
    launches: toSorted(launches, (one, other) => compareLaunches(one.launch, other.launch), limit),
    requests: toSorted(
      joinSections(requests),
      (one, other) => one.request.receivedMs - other.request.receivedMs,
      limit,
    ),
  };
}

function compareEntries(one: StoredEntry, other: StoredEntry): number {
  return one.entry.cause.seenMs - other.entry.cause.seenMs;
}

function readWaiting(
  table: SearchableTable,
  instance: AutosysInstance,
): Promise<TonightSection<StoredEntry>> {
  return readList(table, agendaLists.due(instance), {
    read: (row) => {
      const stored = toStored(row);
      const { entry } = stored;
      return entry.kind !== 'invalidEffect' && isPending(entry) ? stored : undefined;
    },
  });
}

/** The list of parked entries has those of all instances, also of one that was removed. */
function toParkedReading({ instances, isWhole }: TonightQuery) {
  const keys = new RegExp(`^(?:old )?(?:state|switch|once|invalid) (?:${instances.join('|')}) `);
  return {
    isWanted: (key: string) => isWhole || keys.test(key),
    read: (row: StoredRow) => {
      const stored = toStored(row);
      return isWaitingForPerson(stored.entry) ? stored : undefined;
    },
  };
}

function toStored(row: StoredRow): StoredEntry {
  return { key: row.key, row, entry: parseAnyEntry(row) };
}

function toLaunchReading({ instances, isWhole }: TonightQuery) {
  return {
    isWanted: (key: string) =>
      isWhole || instances.some((instance) => key.startsWith(`launch ${instance} `)),
    read: (row: StoredRow) => ({ key: row.key, launch: parseLaunch(row) }),
  };
}

function readRequests(table: SearchableTable, instance: AutosysInstance) {
  return readList(table, agendaLists.wait(instance), {
    read: (row) => {
      const request = parseRequest(row);
      return request.wait && { key: row.key, request };
    },
  });
}

/** The instances that receive effects of a run: of its routes, its launch and its groups. */
function findInstancesOf(
  { instances = [], name, routes }: Run,
  { groups = {} }: Pick<TonightQuery, 'groups'>,
): readonly string[] {
  const ofGroups = Object.entries(groups).filter(([group]) =>
    routes.includes(toGroupRouteName(group)),
  );
  return [...instances, ...toInstanceOfRunName(name), ...ofGroups.map(([, to]) => to)];
}

/** The open runs of the instances. The list has those of all instances. */
async function readRuns(
  deps: ReadTonightDeps,
  query: TonightQuery,
): Promise<TonightSection<JudgedRun>> {
  const { instances, isWhole, limit, nowMs } = query;
  const { table, endsWithinMs } = deps;
  const isOf = (run: Run) => {
    const named = findInstancesOf(run, query);
    return named.length === 0 ? isWhole : instances.some((one) => named.includes(one));
  };
  const section = await readList(table, agendaLists.open, {
    read: (row) => {
      const run = parseRun(row);
      return run.askMs !== undefined && isOf(run) ? run : undefined;
    },
  });
  const first = section.items
    .map((run) => judgeRun(run, { nowMs, endsWithinMs }))
    .toSorted(compareJudgedRuns)
    .slice(0, limit);
  const judged = await Promise.all(first.map(({ run }) => judgeWithEarlier(run)));
  const unread = judged.flatMap((one) => ('unread' in one ? [one.unread] : []));
  return {
    ...section,
    items: judged.map(({ open }) => open).toSorted(compareJudgedRuns),
    unread: [...section.unread, ...unread],
  };

  async function judgeWithEarlier(run: Run) {
    try {
      const earlier = await deps.readEarlierRuns(run);
      return { open: judgeRun(run, { nowMs, endsWithinMs, earlier }) };
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      const unread = `earlier runs of ${run.called}: ${error.message}`;
      return { open: judgeRun(run, { nowMs, endsWithinMs }), unread };
    }
  }
}
