import type { AutosysInstance } from '../../autosys/names.ts';
import { readCircuit } from '../../lambda/circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import { type BegunOutage, toOutages } from '../../lambda/circuit-breaker/outages.ts';
import {
  isOutageAt,
  type Outage,
  readOutage,
  toOutageKey,
  toOutageTarget,
} from '../../lambda/ledger/outage.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';

/** The outages of an instance. */
export interface InstanceOutages {
  /** Those that last now, the most decisive first. */
  readonly lasting: readonly Outage[];
  /** Those that are over, oldest first. */
  readonly over: readonly Outage[];
  /** When the open circuit breaker allows the next request. Absent while it is closed. */
  readonly nextTryMs?: number;
}

/** Without a ledger, or for an entry that does not wait. */
export const noOutages: InstanceOutages = { lasting: [], over: [] };

/** Maximum outages that are read, newest first. */
const maxOutages = 10;

/**
 * Reads the outages of an instance: the circuit breaker, then the newest rows of outages. The circuit
 * breaker decides which failures last, because its row is written first.
 *
 * @param openWindow declared maintenance window that is open now. @default - that of the ledger
 */
export async function readOutages(
  table: Pick<SearchableTable, 'get' | 'ofTarget'>,
  instance: AutosysInstance,
  { nowMs, openWindow }: { readonly nowMs: number; readonly openWindow?: OpenWindow | undefined },
): Promise<InstanceOutages> {
  const [circuit, page] = await Promise.all([
    readCircuit(table, instance),
    table.ofTarget(toOutageTarget(instance), { limit: maxOutages }),
  ]);
  const stored = await Promise.all(page.entries.map(({ key }) => table.get(key)));
  const rows = stored.flatMap((row) => (row && readOutage(row)) ?? []);
  const failures = toOutages(instance, circuit).map(toLasting);
  const windows = [
    ...(openWindow ? [toLasting({ instance, outage: 'maintenance', ...openWindow })] : []),
    ...rows.filter((row) => row.outage === 'maintenance' && isOutageAt(row, nowMs)),
  ];
  const lasting = [...windows, ...failures.toSorted(byKind)];
  const present = new Set(lasting.map(toOutageKey));
  const over = rows.filter(
    (row) => row.untilMs !== undefined && row.untilMs <= nowMs && !present.has(toOutageKey(row)),
  );
  return {
    lasting,
    over: over.toSorted(byBegin),
    ...(failures.length > 0 && { nextTryMs: circuit.openUntilMs }),
  };
}

/** An outage that is known from its cause. Its row may not be written yet. */
function toLasting(outage: BegunOutage): Outage {
  return { format: 1, kind: 'outage', ...outage, lasts: true, history: [] };
}

/** A login that is rejected explains the open circuit breaker. */
function byKind(one: Outage, other: Outage): number {
  return Number(other.outage === 'login') - Number(one.outage === 'login');
}

function byBegin(one: Outage, other: Outage): number {
  return one.fromMs - other.fromMs;
}
