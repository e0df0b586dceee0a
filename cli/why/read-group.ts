import {
  type GroupRecord,
  parseGroup,
  toGroupKey,
  toGroupTarget,
} from '../../lambda/groups/group-row.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { toBusinessDay, toDayBegin, toNextDay } from '../../lambda/routing/business-day.ts';
import type { Group } from '../../lambda/routing/groups.ts';

/** A group on the business day that an answer is about. */
export interface GroupFacts {
  readonly name: string;
  /** Local date `yyyy-mm-dd`. */
  readonly day: string;
  /** Absent if the ledger has nothing of this day: no member has started. */
  readonly record?: GroupRecord;
  /** When the day began, in epoch milliseconds. */
  readonly beganMs?: number;
  /** The next cutoff, in epoch milliseconds. Known only with a route file. */
  readonly endsMs?: number;
  /** The earlier day whose state the bridge has set. Absent if it is of {@link day}. */
  readonly setDay?: string;
}

/** What is known of a group besides its rows. */
export interface GroupQuestion {
  readonly name: string;
  /** Key of the day whose state an entry has: the run of its version. */
  readonly dayKey?: string;
  /** The group in the route file. @default - no route file was given, or it has no such group */
  readonly group?: Group | undefined;
  readonly now: Date;
}

/**
 * Reads a group on its present business day: at most two rows and one page of the index.
 *
 * The route file tells the present day. Without it, or if a field of the run names the day, it is the
 * last day that the ledger has. `undefined` if neither tells a day.
 */
export async function readGroup(
  table: Pick<SearchableTable, 'get' | 'ofTarget'>,
  { name, dayKey, group, now }: GroupQuestion,
): Promise<GroupFacts | undefined> {
  const today = group && group.day.field === undefined ? toBusinessDay(now, group.day) : undefined;
  const newestKey =
    today === undefined ? await findNewestKey(table, name) : toGroupKey(name, today);
  const keys = new Set([newestKey, dayKey].filter((key) => key !== undefined));
  const rows = await Promise.all([...keys].map((key) => table.get(key)));
  const records = rows.flatMap((row) => (row ? [parseGroup(row)] : []));
  const own = records.find((record) => toGroupKey(name, record.day) === dayKey);
  const last = records.toSorted((one, other) => other.beganMs - one.beganMs)[0];
  const day = today !== undefined && (last === undefined || last.day < today) ? today : last?.day;
  if (day === undefined) return undefined;
  const record = last?.day === day ? last : undefined;
  const beganMs = record?.beganMs ?? (group && toDayBegin(day, group.day).getTime());
  return {
    ...{ name, day },
    ...(record && { record }),
    ...(beganMs !== undefined && { beganMs }),
    ...(group && today === day && { endsMs: toEnd(day, group) }),
    ...(own && own.day !== day && { setDay: own.day }),
  };
}

async function findNewestKey(
  table: Pick<SearchableTable, 'ofTarget'>,
  name: string,
): Promise<string | undefined> {
  const { entries } = await table.ofTarget(toGroupTarget(name), { limit: 1 });
  return entries[0]?.key;
}

function toEnd(day: string, group: Group): number {
  return toDayBegin(toNextDay(day, group.day), group.day).getTime();
}
