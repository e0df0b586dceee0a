import type { Table } from '../../lambda/ledger/table.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { CommandLineError, type ExitCode, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { describeParked, describeWhole, toDocument } from '../ledger/describe.ts';
import type { StoredEntry } from '../ledger/kept.ts';
import { ledgerOptions, listParked, openLedger, readStoredEntry } from '../ledger/open.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/** Shows what waits for a person; changes nothing. */
export const parked = defineCommand({
  name: 'parked',
  summary: 'lists what the bridge has parked for a person, or tells the whole story of one entry',
  options: ledgerOptions,
  positionals: { value: 'KEY', about: 'of one entry, as the list gives it, in quotes' },
  usage: '[KEY] [--table NAME] [options]',
  notes: [
    'Oldest first: when, which instance, what AutoSys was to be told, run, route, reason, key. What could not be said at all is listed with what must be mended. An entry that was written by newer software is told on stderr, and it ends with 3.',
    'With KEY an entry is told whatever has become of it since.',
  ],
  examples: ['parked', "parked 'state ACE global AWS_SETTLEMENT' --json"],
  run: async ({ options, positionals, ...invocation }) => {
    const [key, ...more] = positionals;
    if (more.length > 0) {
      throw new CommandLineError('parked', [
        `expected one KEY at most, found ${positionals.length}; quote it, since it holds blanks`,
      ]);
    }
    const table = openLedger('parked', options, invocation.io);
    return key === undefined ? tellAll(table, invocation) : tellOne(table, key, invocation);
  },
});

type Saying = Pick<CommandInvocation, 'io' | 'json'>;

async function tellOne(table: Table, key: string, { io, json }: Saying): Promise<ExitCode> {
  const kept = await readStoredEntry(table, key);
  if (!kept) throw new NoSuchEntryError(`the ledger has no entry ${JSON.stringify(key)}`);
  if (json) printJson(io.stdout, toDocument(kept));
  else printLines(io.stdout, describeWhole(kept, createPaint(io.stdout, io.env)));
  return exitCodes.done;
}

async function tellAll(table: Table, { io, json }: Saying): Promise<ExitCode> {
  const paint = createPaint(io.stdout, io.env);
  const all: StoredEntry[] = [];
  const unreadable: string[] = [];
  for await (const kept of listParked(table)) {
    if (io.signal.aborted) return exitCodes.unknown;
    if ('unreadable' in kept) {
      unreadable.push(kept.unreadable);
      continue;
    }
    all.push(kept);
    if (!json) printLines(io.stdout, describeParked(kept, paint));
  }
  if (json) printJson(io.stdout, { parked: all.map(toDocument) });
  else if (all.length === 0 && unreadable.length === 0) printNotes(io, ['nothing is parked'], json);
  printNotes(io, unreadable, json);
  return unreadable.length === 0 ? exitCodes.done : exitCodes.unknown;
}
