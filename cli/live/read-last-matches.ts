import { LedgerError } from '../../lambda/errors.ts';
import { isGroupKey, parseGroup, toGroupTarget } from '../../lambda/groups/group-row.ts';
import { toTargetKey } from '../../lambda/ledger/entry-row.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import { parseRun } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable, StoredRow } from '../../lambda/ledger/table.ts';
import type { BridgeConfig, Route } from '../../lambda/routing/routes.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { LastMatch } from './judge-match.ts';
import type { LiveFact } from './live-row.ts';

/** The time in which matches are searched. */
export interface MatchSpan {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** A fact for each route and group, by `route NAME` and `group NAME`. */
export type LastMatches = ReadonlyMap<string, LiveFact<LastMatch>>;

/** Maximum rows of runs that are read for an instance. */
export const maxRunRows = 20_000;

const hourMs = 3_600_000;
const windowMs = 24 * hourMs;
/** Rows that are read at once. */
const concurrency = 50;

/**
 * Reads when each route and group last matched an event.
 *
 * A route with a fixed variable or job is found by the entry of that target. The others are searched in
 * the hours of their instance, the newest first, until all are found. The ledger keeps rows for 90
 * days after their last change.
 */
export async function readLastMatches(
  table: SearchableTable,
  { routes, groups = [] }: Pick<BridgeConfig, 'routes' | 'groups'>,
  span: MatchSpan,
): Promise<LastMatches> {
  const subjects = [
    ...routes.map(({ name }) => `route ${name}`),
    ...groups.map(({ name }) => `group ${name}`),
  ];
  try {
    const found = await findMatches(table, { routes, groups }, span);
    const never = { kind: 'never' } as const;
    return new Map(
      subjects.map((one) => [one, { kind: 'read', value: found.get(one) ?? never } as const]),
    );
  } catch (error) {
    const unread = toUnreadLedger(error, span.signal);
    return new Map(subjects.map((one) => [one, unread]));
  }
}

/** @throws an error that is not one of the ledger */
function toUnreadLedger(error: unknown, signal: AbortSignal) {
  if (signal.aborted) {
    const advice = 'give more --timeout, or fewer --unmatched-days';
    return { kind: 'unread', reason: 'the ledger was not read in time', advice } as const;
  }
  if (!(error instanceof LedgerError)) throw error;
  const advice =
    'needed: dynamodb:GetItem and dynamodb:Query on the table, and kms:Decrypt on its key';
  return { kind: 'unread', reason: error.message, advice } as const;
}

async function findMatches(
  table: SearchableTable,
  { routes, groups }: Required<Pick<BridgeConfig, 'routes' | 'groups'>>,
  span: MatchSpan,
): Promise<ReadonlyMap<string, LastMatch>> {
  const found = new Map<string, LastMatch>();
  for (let at = 0; at < routes.length; at += concurrency) {
    const page = routes.slice(at, at + concurrency);
    const times = await Promise.all(page.map((route) => findByTarget(table, route, span)));
    for (const [index, { name }] of page.entries()) {
      const atMs = times[index];
      if (atMs !== undefined) keepNewest(found, `route ${name}`, atMs);
    }
  }
  await mapConcurrently(groups, async ({ name }) => {
    const atMs = await findGroupDay(table, name, span);
    if (atMs !== undefined) keepNewest(found, `group ${name}`, atMs);
  });
  const byInstance = Map.groupBy(routes, ({ to }) => to);
  for (const [instance, own] of byInstance) {
    const missing = own.filter(({ name }) => !found.has(`route ${name}`)).map(({ name }) => name);
    await searchHours(table, { instance, missing: new Set(missing), found }, span);
  }
  return found;
}

function keepNewest(found: Map<string, LastMatch>, subject: string, atMs: number): void {
  const known = found.get(subject);
  if (known?.kind === 'matched' && known.atMs >= atMs) return;
  found.set(subject, { kind: 'matched', atMs });
}

/** The last change of a fixed target, if this route made it. */
async function findByTarget(
  table: SearchableTable,
  { name, to, actions }: Route,
  { sinceMs, signal }: MatchSpan,
): Promise<number | undefined> {
  signal.throwIfAborted();
  const targets = Object.values(actions).flatMap((events) =>
    events.flatMap(({ kind, fields }) => {
      const template = kind === 'SET_GLOBAL' ? fields['globalVariable'] : fields['job'];
      if (!template?.every((piece) => typeof piece === 'string')) return [];
      return [`${kind === 'SET_GLOBAL' ? 'global' : 'job'} ${template.join('')}` as const];
    }),
  );
  const times = await Promise.all(
    [...new Set(targets)].map(async (target) => {
      const row = await table.get(toTargetKey(to, target));
      const { cause, version } = row ? parseAnyEntry(row) : {};
      return cause?.route === name && version ? version.changedMs : 0;
    }),
  );
  const newest = Math.max(0, ...times);
  return newest >= sinceMs ? newest : undefined;
}

/** The newest day of a group with an event of a member. The sweep opens days without events, too. */
async function findGroupDay(
  table: SearchableTable,
  group: string,
  { sinceMs, nowMs, signal }: MatchSpan,
): Promise<number | undefined> {
  const limit = Math.ceil((nowMs - sinceMs) / windowMs) + 2;
  const { entries } = await table.ofTarget(toGroupTarget(group), { limit });
  for (const { key } of entries) {
    signal.throwIfAborted();
    const row = isGroupKey(key) ? await table.get(key) : undefined;
    if (row === undefined) continue;
    const { members, changes, beganMs } = parseGroup(row);
    if (members.length === 0) continue;
    const atMs = changes.at(-1)?.atMs ?? beganMs;
    return atMs >= sinceMs ? atMs : undefined;
  }
  return undefined;
}

interface HourSearch {
  readonly instance: string;
  /** Names of routes that are not found yet. */
  readonly missing: Set<string>;
  readonly found: Map<string, LastMatch>;
}

async function searchHours(
  table: SearchableTable,
  { instance, missing, found }: HourSearch,
  { sinceMs, nowMs, signal }: MatchSpan,
): Promise<void> {
  let left = maxRunRows;
  for (let until = nowMs; until >= sinceMs && missing.size > 0; until -= windowMs) {
    signal.throwIfAborted();
    const from = new Date(Math.max(sinceMs, until - windowMs + hourMs));
    const page = await table.inSpan(instance, { from, until: new Date(until), limit: left });
    const keys = page.keys.filter((key) => key.startsWith('run '));
    for (let at = 0; at < keys.length && missing.size > 0; at += concurrency) {
      signal.throwIfAborted();
      const rows = await Promise.all(keys.slice(at, at + concurrency).map((key) => table.get(key)));
      for (const row of rows) if (row) takeRun(row, { instance, missing, found });
    }
    left -= page.keys.length;
    if (page.isCut || left <= 0) {
      for (const name of missing)
        found.set(`route ${name}`, { kind: 'cut', fromMs: from.getTime() });
      return;
    }
  }
}

function takeRun(row: StoredRow, { missing, found }: HourSearch): void {
  const { routes, version } = parseRun(row);
  for (const name of routes) {
    if (!missing.delete(name)) continue;
    keepNewest(found, `route ${name}`, version.changedMs);
  }
}
