import type { AutosysInstance } from '../../autosys/names.ts';
import { readCircuit } from '../circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../circuit-breaker/maintenance.ts';
import {
  type BegunOutage,
  createBeginOutage,
  createEndOutage,
  toOutages,
  without,
} from '../circuit-breaker/outages.ts';
import { findLastingOutages } from '../ledger/outage.ts';
import type { Table } from '../ledger/table.ts';

export interface ReconcileOutagesDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** Maintenance window that is open at an instant. */
  readonly maintenance: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
}

/**
 * Creates the comparison of the recorded outages of an instance with its circuit breaker and its
 * maintenance window. It runs once in each sweep run.
 *
 * It records maintenance windows, which open and close by the clock, and the changes of a circuit
 * breaker whose function ended before it recorded them. The end of such an outage is the time of
 * the sweep run that finds it.
 */
export function createReconcileOutages(deps: ReconcileOutagesDeps) {
  const { table, now, maintenance } = deps;
  const begin = createBeginOutage(deps);
  const end = createEndOutage(deps);

  return async function reconcileOutages(instance: AutosysInstance): Promise<void> {
    // Read before the circuit breaker: an outage that begins in between is not ended.
    const recorded = await findLastingOutages(table, instance);
    const nowMs = now().getTime();
    const window = maintenance(instance, nowMs);
    const present = [
      ...toOutages(instance, await readCircuit(table, instance)),
      ...(window ? [toMaintenance(instance, window)] : []),
    ];
    for (const outage of without(present, recorded)) await begin(outage);
    for (const outage of without(recorded, present)) await end(outage, nowMs);
  };
}

function toMaintenance(instance: AutosysInstance, window: OpenWindow): BegunOutage {
  return { instance, outage: 'maintenance', ...window };
}
