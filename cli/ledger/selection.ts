import type { Table } from '../../lambda/ledger/table.ts';
import type { Options, Values } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import { toLastChangedAt } from './describe.ts';
import { listParked, readStoredEntry, type Unreadable } from './open.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * The entries that a command changes: by their keys, or the parked ones of a route or since a time.
 */
export interface EntrySelection {
  readonly keys: readonly string[];
  readonly route?: string;
  readonly since?: Date;
}

/** The options that select parked entries without their keys. */
export const selectionOptions = {
  route: { type: 'string', value: 'NAME', about: 'all parked entries of this route' },
  since: {
    type: 'string',
    value: 'TIME',
    about: 'all entries parked at or after this time, such as 2026-11-20T02:00Z',
  },
} as const satisfies Options;

/** Reads the selection from the arguments. @throws {CommandLineError} */
export function readSelection(
  command: string,
  keys: readonly string[],
  { route, since }: Values<typeof selectionOptions>,
): EntrySelection {
  const faults: string[] = [];
  const hasFilter = route !== undefined || since !== undefined;
  if (keys.length > 0 === hasFilter) {
    const found = hasFilter ? 'both' : 'neither';
    faults.push(`expected either KEY…, or --route or --since, found ${found}`);
  }
  const from = since === undefined ? undefined : readInstant(since);
  if (since !== undefined && from === undefined) {
    const found = JSON.stringify(since.slice(0, 40));
    faults.push(
      `--since: expected a time with a UTC offset, such as 2026-11-20T02:00Z, found ${found}`,
    );
  }
  if (faults.length > 0) throw new CommandLineError(command, faults);
  return { keys, ...(route !== undefined && { route }), ...(from && { since: from }) };
}

/** Parses a time with a UTC offset. Required, because this host may be in another time zone. */
function readInstant(text: string): Date | undefined {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;
  const instant = new Date(shape.test(text) ? text : Number.NaN);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** A selected entry, a row that cannot be parsed, or a key without a row. */
export type SelectedEntry =
  | StoredEntry
  | Unreadable
  | { readonly key: string; readonly gone: true };

/** Reads the selected entries. */
export async function* findSelected(
  table: Table,
  { keys, route, since }: EntrySelection,
): AsyncGenerator<SelectedEntry> {
  for (const key of new Set(keys)) yield await readOne(table, key);
  if (keys.length > 0) return;
  for await (const found of listParked(table)) {
    if ('unreadable' in found) {
      yield found;
      continue;
    }
    const isOfRoute = route === undefined || found.entry.cause.route === route;
    if (isOfRoute && (since === undefined || toLastChangedAt(found.entry) >= since)) yield found;
  }
}

async function readOne(table: Table, key: string): Promise<SelectedEntry> {
  return (await readStoredEntry(table, key)) ?? { key, gone: true };
}
