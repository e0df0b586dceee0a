import type { Table } from '../../lambda/ledger/table.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { CommandLineError, type ExitCode, exitCodes, NoSuchEntryError } from '../exit-code.ts';
import { describeEntryDetails, describeParked, toDocument } from '../ledger/describe.ts';
import { ledgerOptions, listParked, openLedger, readStoredEntry } from '../ledger/open.ts';
import {
  describeParkedStop,
  listParkedStops,
  type ParkedStop,
  toParkedStopDocument,
} from '../ledger/parked-stops.ts';
import { toPresent } from '../ledger/present.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { readTimeFormat, type ToTimeFormat, timeOptions } from '../ledger/times.ts';
import { createPaint, printFitted, printJson, printNotes } from '../render.ts';

/** `parked`: lists parked entries and stops, or prints one entry with its history. Changes nothing. */
export const parked = defineCommand({
  name: 'parked',
  summary: 'lists parked entries and stops, or prints one entry with its history',
  options: { ...ledgerOptions, ...timeOptions },
  positionals: { value: 'KEY', about: 'key of one entry, as the list prints it, in quotes' },
  usage: '[KEY] [--table NAME] [options]',
  notes: [
    'The list is oldest first. Each entry has its time, instance, AutoSys event, run, route, reason, what to do, and key. An invalid effect is listed with what to correct. An entry that newer software wrote is reported on stderr, and the command ends with 3.',
    'Stops of launched runs that are not proven follow, each with what may still be active in AWS.',
    'With KEY an entry is printed in any stage, also if it is no longer parked. If it waits, the reason is printed.',
  ],
  examples: ['parked', "parked 'state ACE global AWS_SETTLEMENT' --json"],
  run: async ({ options, positionals, ...invocation }) => {
    const [key, ...more] = positionals;
    if (more.length > 0) {
      throw new CommandLineError('parked', [
        `expected at most one KEY, found ${positionals.length}; put the key in quotes, because it contains spaces`,
      ]);
    }
    const table = openLedger('parked', options, invocation.io);
    const output = {
      ...invocation,
      toTimeFormat: await readTimeFormat(table, options, invocation.io),
    };
    return key === undefined ? printAll(table, output) : printOne(table, key, output);
  },
});

interface PrintOptions extends Pick<CommandInvocation, 'io' | 'json'> {
  readonly toTimeFormat: ToTimeFormat;
}

async function printOne(
  table: Table,
  key: string,
  { io, json, toTimeFormat }: PrintOptions,
): Promise<ExitCode> {
  const stored = await readStoredEntry(table, key);
  if (!stored) throw new NoSuchEntryError(`the ledger has no entry ${JSON.stringify(key)}`);
  const shown = await toPresent(table, stored, io.clock.now().getTime());
  if (json) printJson(io.stdout, toDocument(shown));
  else printFitted(io, describeEntryDetails(shown, createPaint(io.stdout, io.env), toTimeFormat));
  return exitCodes.done;
}

async function printAll(table: Table, { io, json, toTimeFormat }: PrintOptions): Promise<ExitCode> {
  const paint = createPaint(io.stdout, io.env);
  const all: StoredEntry[] = [];
  const unreadable: string[] = [];
  for await (const stored of listParked(table)) {
    if (io.signal.aborted) return exitCodes.unknown;
    if ('unreadable' in stored) {
      unreadable.push(stored.unreadable);
      continue;
    }
    all.push(stored);
    if (!json) printFitted(io, describeParked(stored, paint, toTimeFormat));
  }
  const stops: ParkedStop[] = [];
  for await (const stop of listParkedStops(table)) {
    if (io.signal.aborted) return exitCodes.unknown;
    if ('unreadable' in stop) {
      unreadable.push(stop.unreadable);
      continue;
    }
    stops.push(stop);
    if (!json) printFitted(io, describeParkedStop(stop, paint, toTimeFormat));
  }
  const count = all.length + stops.length + unreadable.length;
  if (json) {
    printJson(io.stdout, {
      parked: all.map(toDocument),
      stops: stops.map(toParkedStopDocument),
    });
  } else if (count === 0) printNotes(io, ['nothing is parked'], json);
  printNotes(io, unreadable, json);
  return unreadable.length === 0 ? exitCodes.done : exitCodes.unknown;
}
