import type { AutosysEvent } from '../../autosys/event.ts';
import type { Entry } from '../../lambda/report/ledger/entry.ts';
import { compareToKnown, toVersion, type Version } from '../../lambda/report/order.ts';
import { readEvent } from '../../lambda/report/read/index.ts';
import type { Table } from '../../lambda/shared/table.ts';
import type { Announced } from './night.ts';
import { isEntry } from './without.ts';

/** A table that remembers what stands in it, and notices when an entry goes back to something older. */
export function watchTable(table: Table) {
  const entryByKey = new Map<string, Entry>();
  const confirmedByVariable = new Map<string, Version>();
  const goneBack: string[] = [];
  return {
    goneBack,
    entries: () => [...entryByKey.values()],
    /** The newest version that was ever confirmed of a global variable. */
    newestConfirmed: (variable: string) => confirmedByVariable.get(variable),
    table: {
      ...table,
      put: async (row, seen) => {
        const revision = await table.put(row, seen);
        const entry = row.body;
        if (revision === undefined || !isEntry(entry)) return revision;
        const known = entryByKey.get(row.key);
        if (known && compareToKnown(known.version, entry.version) === 'newer') {
          goneBack.push(`${row.key} went back from ${describe(known)} to ${describe(entry)}`);
        }
        entryByKey.set(row.key, entry);
        if (entry.stage === 'confirmed' && 'globalVariable' in entry.event) {
          const variable = entry.event.globalVariable;
          const before = confirmedByVariable.get(variable);
          if (!before || compareToKnown(entry.version, before) === 'newer') {
            confirmedByVariable.set(variable, entry.version);
          }
        }
        return revision;
      },
    } satisfies Table,
  };
}

/** Notices a request that carries a stale version after a newer one was confirmed, where the value tells its version. */
export function watchRequests(
  announced: readonly Announced[],
  newestConfirmed: (variable: string) => Version | undefined,
) {
  const versionByValue = new Map<string, Version>();
  for (const { event } of announced) {
    const version = readVersion(event);
    const name = event.detail['name'];
    if (version) versionByValue.set(`${name}#${version.attempt} ${version.status}`, version);
  }
  const stale: string[] = [];
  return {
    stale,
    onSend: (event: AutosysEvent) => {
      if (event.kind !== 'SET_GLOBAL') return;
      const version = versionByValue.get(event.value);
      const confirmed = newestConfirmed(event.globalVariable);
      if (!version || !confirmed || compareToKnown(confirmed, version) !== 'newer') return;
      stale.push(`${event.value} is sent after ${confirmed.run} ${confirmed.status} was confirmed`);
    },
  };
}

/** The version of the fact that an announcement tells, if it is one. */
export function readVersion(event: Announced['event']): Version | undefined {
  const reading = readEvent(event);
  return reading.kind === 'event' ? toVersion(reading.event) : undefined;
}

/** An entry in a few words. */
export function describe({ event, version }: Entry): string {
  return `${JSON.stringify(event)} of ${version.run} ${version.status}`;
}
