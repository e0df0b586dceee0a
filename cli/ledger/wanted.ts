import type { Table } from '../../lambda/ledger/table.ts';
import type { Options, Values } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { toLastAt } from './describe.ts';
import type { StoredEntry } from './kept.ts';
import { listParked, readStoredEntry, type Unreadable } from './open.ts';

/** Which entries are meant: by their keys, or all parked ones of a route, or since an instant. */
export interface Wanted {
  readonly keys: readonly string[];
  readonly route?: string;
  readonly since?: Date;
}

/** The options that select parked entries without their keys. */
export const wantedOptions = {
  route: { type: 'string', value: 'NAME', about: 'everything parked of this route' },
  since: {
    type: 'string',
    value: 'TIME',
    about: 'everything parked from this instant on, such as 2026-11-20T02:00Z',
  },
} as const satisfies Options;

/** @throws {CommandLineError} of that command */
export function readWanted(
  command: string,
  keys: readonly string[],
  { route, since }: Values<typeof wantedOptions>,
): Wanted {
  const faults: string[] = [];
  const filtered = route !== undefined || since !== undefined;
  if (keys.length > 0 === filtered) {
    const found = filtered ? 'both' : 'neither';
    faults.push(`expected either KEY… or --route and --since, found ${found}`);
  }
  const from = since === undefined ? undefined : readInstant(since);
  if (since !== undefined && from === undefined) {
    const found = JSON.stringify(since.slice(0, 40));
    faults.push(
      `--since: expected an instant with its zone such as 2026-11-20T02:00Z, found ${found}`,
    );
  }
  if (faults.length > 0) throw new CommandLineError(command, faults);
  return { keys, ...(route !== undefined && { route }), ...(from && { since: from }) };
}

/** Only with a zone: this host and the bridge need not agree on one. */
function readInstant(text: string): Date | undefined {
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;
  const instant = new Date(shape.test(text) ? text : Number.NaN);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** Name of the person at this terminal, for the history of an entry. */
export function toOperator(env: Io['env']): string {
  return env['USER'] || env['USERNAME'] || 'an operator';
}

/** An entry with its row, or why there is none to work with. */
export type WantedResult = StoredEntry | Unreadable | { readonly key: string; readonly gone: true };

/** The rows that were asked for. */
export async function* findWanted(
  table: Table,
  { keys, route, since }: Wanted,
): AsyncGenerator<WantedResult> {
  for (const key of new Set(keys)) yield await readOne(table, key);
  if (keys.length > 0) return;
  for await (const found of listParked(table)) {
    if ('unreadable' in found) {
      yield found;
      continue;
    }
    const isOfRoute = route === undefined || found.entry.cause.route === route;
    if (isOfRoute && (since === undefined || toLastAt(found.entry) >= since)) yield found;
  }
}

async function readOne(table: Table, key: string): Promise<WantedResult> {
  return (await readStoredEntry(table, key)) ?? { key, gone: true };
}
