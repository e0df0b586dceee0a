import { describeError, LedgerError } from '../../lambda/errors.ts';
import { agendaLists } from '../../lambda/ledger/entry-row.ts';
import {
  findUnknown,
  instanceNamesKey,
  parseInstanceNames,
} from '../../lambda/ledger/instance-names.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { whenever } from '../ledger/open.ts';
import type { Paint } from '../render.ts';

/** An instance that the ledger has entries of and the route file does not name. */
export interface UnknownInstance {
  readonly instance: string;
  /** Entries that are not settled, counted up to {@link mostCounted}. */
  readonly openEntries: number;
}

/** What the ledger knows of such instances, or why it could not be read. */
export type UnknownInstances =
  | { readonly kind: 'read'; readonly unknown: readonly UnknownInstance[] }
  | { readonly kind: 'unread'; readonly reason: string };

/** One page of the agenda. */
const mostCounted = 1_000;

/** Looks for instances that a deployment of this route file would leave without a drain. */
export async function findUnknownInstances(
  table: Table,
  inFile: readonly string[],
): Promise<UnknownInstances> {
  try {
    const names = findUnknown(parseInstanceNames(await table.get(instanceNamesKey)), inFile);
    const unknown = await Promise.all(
      names.map(async (instance) => {
        const options = { until: whenever, limit: mostCounted };
        const { entries } = await table.agenda(agendaLists.due(instance), options);
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

/** Lines for a person; none where each instance of the ledger is in the file. */
export function describeUnknownInstances(found: UnknownInstances, paint: Paint): readonly string[] {
  if (found.kind === 'unread') {
    return [
      `${paint('bold', 'ledger')}: ${paint('red', '✗')} its instances could not be read: ${found.reason}`,
    ];
  }
  if (found.unknown.length === 0) return [];
  return [
    `${paint('bold', 'ledger')}: instances that it has entries of and the route file does not name`,
    ...found.unknown.flatMap(({ instance, openEntries }) =>
      openEntries === 0
        ? [`  - ${instance}: no entry waits`]
        : [
            `  ${paint('yellow', '!')} ${instance}: ${describeCount(openEntries)} not settled; after a deployment of this file the sweep parks them (BRIDGE_UNKNOWN_INSTANCE)`,
            '    → wait until they are settled, keep the name in the file, or do by hand what is still wanted',
          ],
    ),
  ];
}

function describeCount(entries: number): string {
  if (entries >= mostCounted) return `${mostCounted} entries or more are`;
  return entries === 1 ? '1 entry is' : `${entries} entries are`;
}
