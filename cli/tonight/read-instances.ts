import { type AutosysInstance, parseAutosysInstance } from '../../autosys/names.ts';
import { readCircuit } from '../../lambda/circuit-breaker/circuit-breakers.ts';
import { toOutages } from '../../lambda/circuit-breaker/outages.ts';
import { LedgerError } from '../../lambda/errors.ts';
import type { InstanceNames } from '../../lambda/ledger/instance-names.ts';
import { findLastingOutages, isOutageAt, type Outage } from '../../lambda/ledger/outage.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import type { InstanceState } from './tonight-facts.ts';

/**
 * The instances of the deployed route file; before the first sweep run those of which the ledger has
 * entries.
 */
export function toInstances({ inFile, used }: InstanceNames): readonly AutosysInstance[] {
  return (inFile ?? used).map(parseAutosysInstance);
}

/** Reads the state of an instance: its outages that last, and its circuit breaker. */
export async function readInstanceState(
  table: Pick<Table, 'get' | 'agenda'>,
  instance: AutosysInstance,
  nowMs: number,
): Promise<InstanceState> {
  try {
    const [recorded, circuit] = await Promise.all([
      findLastingOutages(table, instance),
      readCircuit(table, instance),
    ]);
    // The circuit breaker decides on its own outages: the record of one may lag, in both directions.
    const windows = recorded.filter((one) => one.outage === 'maintenance');
    const outages = [
      ...toOutages(instance, circuit).map(toLasting),
      ...windows.filter((one) => isOutageAt(one, nowMs)),
    ];
    const isOpen = circuit.openedMs !== undefined;
    return {
      ...{ instance, outages, unread: [] },
      ...(isOpen && { nextTryMs: circuit.openUntilMs }),
    };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { instance, outages: [], unread: [error.message] };
  }
}

function toLasting(outage: ReturnType<typeof toOutages>[number]): Outage {
  return { format: 1, kind: 'outage', ...outage, lasts: true, history: [] };
}
