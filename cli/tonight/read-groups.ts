import type { GroupRecord } from '../../lambda/groups/group-row.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { findGroupDays } from '../ledger/find-group-days.ts';
import { guardSection, joinSections } from './read-list.ts';
import type { TonightQuery, TonightSection } from './tonight-facts.ts';

/** Maximum groups whose last day is read. */
const maxGroups = 200;

/** Days that began earlier are left out: a group may have been removed or renamed. */
const longestOpenMs = 7 * 86_400_000;

/** Reads the last business day of each group, and keeps those that have not succeeded. */
export async function readOpenGroups(
  table: SearchableTable,
  { groups, instances, limit, nowMs }: TonightQuery,
): Promise<TonightSection<GroupRecord>> {
  if (groups === undefined) {
    const reason = 'no sweep run has recorded the groups of the route file yet; give --config';
    return { items: [], count: 0, isCut: false, unread: [reason] };
  }
  const names = Object.entries(groups)
    .filter(([, to]) => instances.some((one) => to.includes(one)))
    .map(([name]) => name)
    .sort();
  const days = await Promise.all(
    names.slice(0, maxGroups).map((name) => readLastDay(table, name, nowMs)),
  );
  const all = joinSections(days);
  return { ...all, items: all.items.slice(0, limit), isCut: names.length > maxGroups };
}

function readLastDay(
  table: SearchableTable,
  name: string,
  nowMs: number,
): Promise<TonightSection<GroupRecord>> {
  return guardSection(`group ${name}`, async () => {
    const { found } = await findGroupDays(table, { name, limit: 1 });
    const items = found.flatMap((one) =>
      'unreadable' in one || one.status === 'SUCCEEDED' || nowMs - one.beganMs > longestOpenMs
        ? []
        : [one],
    );
    const unread = found.flatMap((one) => ('unreadable' in one ? [one.unreadable] : []));
    return { items, count: items.length, isCut: false, unread };
  });
}
