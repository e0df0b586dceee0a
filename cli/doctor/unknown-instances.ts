import { describeError, LedgerError } from '../../lambda/errors.ts';
import { agendaLists, readAgenda } from '../../lambda/ledger/agenda.ts';
import {
  findUnknown,
  instanceNamesKey,
  parseInstanceNames,
} from '../../lambda/ledger/instance-names.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { latestDate } from '../ledger/open.ts';
import type { Paint } from '../render.ts';

/** An instance that has entries in the ledger, but is not in the route file. */
export interface UnknownInstance {
  readonly instance: string;
  /** Number of entries that are not settled, at most {@link maxCounted}. */
  readonly openEntries: number;
}

/** These instances, or why the ledger could not be read. */
export type UnknownInstances =
  | { readonly kind: 'read'; readonly unknown: readonly UnknownInstance[] }
  | { readonly kind: 'unread'; readonly reason: string };

/** One page of the agenda. */
const maxCounted = 1_000;

/** Finds instances whose entries are no longer sent after a deployment of this route file. */
export async function findUnknownInstances(
  table: Table,
  inFile: readonly string[],
): Promise<UnknownInstances> {
  try {
    const names = findUnknown(parseInstanceNames(await table.get(instanceNamesKey)), inFile);
    const unknown = await Promise.all(
      names.map(async (instance) => {
        const options = { until: latestDate, limit: maxCounted };
        const entries = await readAgenda(table, agendaLists.due(instance), options);
        return { instance, openEntries: entries.length };
      }),
    );
    return { kind: 'read', unknown };
  } catch (error) {
    if (error instanceof LedgerError)
      return { kind: 'unread', reason: describeError(error).message };
    throw error;
  }
}

/** Formats them as lines; no lines if every instance of the ledger is in the file. */
export function describeUnknownInstances(found: UnknownInstances, paint: Paint): readonly string[] {
  if (found.kind === 'unread') {
    return [
      `${paint('bold', 'ledger')}: ${paint('red', '✗')} the instances in the ledger could not be read: ${found.reason}`,
    ];
  }
  if (found.unknown.length === 0) return [];
  return [
    `${paint('bold', 'ledger')}: instances with entries in the ledger that are missing in the route file`,
    ...found.unknown.flatMap(({ instance, openEntries }) =>
      openEntries === 0
        ? [`  - ${instance}: no open entry`]
        : [
            `  ${paint('yellow', '!')} ${instance}: ${describeCount(openEntries)} not settled; if this file is deployed, the sweep parks them (BRIDGE_UNKNOWN_INSTANCE)`,
            '    → wait until they are settled, or keep the instance in the file; after a deployment, do by hand in AutoSys what is still wanted',
          ],
    ),
  ];
}

function describeCount(entries: number): string {
  if (entries >= maxCounted) return `${maxCounted} entries or more are`;
  return entries === 1 ? '1 entry is' : `${entries} entries are`;
}
