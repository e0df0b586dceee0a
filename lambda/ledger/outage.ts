import * as z from 'zod/mini';
import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../errors.ts';
import { agendaLists } from './agenda.ts';
import type { HistoryEntry } from './entry.ts';
import { keptMs } from './entry-row.ts';
import { toHour } from './hour.ts';
import { checkBody } from './row-schema.ts';
import type { Row, StoredRow, Table } from './table.ts';
import type { OutageKind } from './wait.ts';

/** Time in which nothing was sent to an AutoSys instance, for one reason. */
export interface Outage {
  /** Format of the row. Other software wrote a row of another format; it is not changed. */
  readonly format: 1;
  readonly kind: 'outage';
  readonly instance: AutosysInstance;
  readonly outage: OutageKind;
  readonly fromMs: number;
  /** Its end. While it lasts: the declared end of a maintenance window, otherwise absent. */
  readonly untilMs?: number;
  /** True until its end is recorded. */
  readonly lasts?: true;
  /** Text for people: the first failure, or the declared window. */
  readonly reason: string;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
}

/** What identifies an outage. All functions that see one outage derive the same identity. */
export type OutageId = Pick<Outage, 'instance' | 'outage' | 'fromMs'>;

/** Row key of an outage, such as `outage ACE login 2026-11-20T02:13:00.000Z`. */
export function toOutageKey({ instance, outage, fromMs }: OutageId): string {
  return `outage ${instance} ${outage} ${new Date(fromMs).toISOString()}`;
}

/** Target name that finds the outages of an instance. The one that began last comes first. */
export function toOutageTarget(instance: AutosysInstance): string {
  return `outages ${instance}`;
}

/** The row of an outage. It is kept as long as entries. */
export function toOutageRow(outage: Outage, nowMs: number): Row {
  const { instance, fromMs, untilMs = nowMs, lasts } = outage;
  const key = toOutageKey(outage);
  return {
    key,
    body: outage,
    ...(lasts && { agenda: { list: agendaLists.outage(instance), at: new Date(fromMs) } }),
    target: { name: toOutageTarget(instance), changedAt: new Date(fromMs) },
    hour: toHour(instance, nowMs, key),
    expiresAt: new Date(Math.max(nowMs, untilMs) + keptMs),
  };
}

const outageShape = z.looseObject({
  kind: z.literal('outage'),
  instance: z.string(),
  outage: z.enum(['circuitBreaker', 'login', 'maintenance']),
  fromMs: z.number(),
  untilMs: z.optional(z.number()),
  lasts: z.optional(z.literal(true)),
  reason: z.string(),
  history: z.array(z.looseObject({ atMs: z.number(), text: z.string() })),
});

/** The outage in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseOutage(row: StoredRow): Outage {
  checkBody(row, outageShape);
  return row.body as Outage;
}

/** Whether an outage lasts at an instant, in epoch milliseconds. */
export function isOutageAt({ fromMs, untilMs }: Outage, atMs: number): boolean {
  return fromMs <= atMs && (untilMs === undefined || atMs < untilMs);
}

/** Maximum outages of an instance that last at one time. There are three kinds. */
const maxLasting = 20;

/** Outages of an instance whose end is not recorded, oldest first. Damaged rows are left out. */
export async function findLastingOutages(
  table: Pick<Table, 'get' | 'agenda'>,
  instance: AutosysInstance,
): Promise<readonly Outage[]> {
  // The latest `Date`, in case the clock of the function that wrote a row was ahead.
  const options = { until: new Date(8_640_000_000_000_000), limit: maxLasting };
  const { entries } = await table.agenda(agendaLists.outage(instance), options);
  const rows = await Promise.all(entries.map(({ key }) => table.get(key)));
  return rows.flatMap((row) => {
    const outage = row && readOutage(row);
    return outage?.lasts ? [outage] : [];
  });
}

/** The outage in a row. `undefined` for a row that {@link parseOutage} rejects. */
export function readOutage(row: StoredRow): Outage | undefined {
  try {
    return parseOutage(row);
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}
