import { defineCommand } from '../command.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { isSentAfresh } from '../ledger/advice.ts';
import { describeWhat } from '../ledger/describe.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { choose, replayAll, type Wanted } from '../ledger/replay.ts';
import type { Replayable, Replayed } from '../ledger/replayable.ts';
import { printJson, printLines, tellNotes } from '../render.ts';

/** Puts parked entries back as due. */
export const replay = defineCommand({
  name: 'replay',
  summary: 'puts parked entries back as due, for the bridge to bring about',
  options: {
    ...ledgerOptions,
    route: { type: 'string', value: 'NAME', about: 'everything parked of this route' },
    since: {
      type: 'string',
      value: 'TIME',
      about: 'everything parked from this instant on, such as 2026-11-20T02:00Z',
    },
    yes: { type: 'boolean', about: 'also one-offs, though each is sent again' },
  },
  positionals: { value: 'KEY…', about: 'of entries, as `parked` gives them, each in quotes' },
  usage: 'KEY… | [--route NAME] [--since TIME] [--yes] [--table NAME] [options]',
  notes: [
    'The bridge takes up what is due within a minute, under its usual rate and its usual order; tries and deadline begin anew. Nothing is sent from here.',
    'A one-off such as FORCE_STARTJOB may have reached AutoSys before it was parked, and replayed it is sent again: look first, then say --yes. Without it nothing at all is replayed where a one-off is among them.',
    'Ends with 0 where all that was asked for is due, with 1 where something was left as it stood, which is told with its reason.',
  ],
  examples: ["replay 'state ACE global AWS_SETTLEMENT'", 'replay --route settlement --yes'],
  run: async ({ options, positionals, json, io }) => {
    const wanted = readWanted('replay', positionals, options);
    const table = openLedger('replay', options, io);
    const { replayable, left } = await choose(table, wanted);
    askForYes(replayable, { yes: options.yes, json, io });
    const by = io.env['USER'] || io.env['USERNAME'] || 'an operator';
    const done = await replayAll(table, replayable, { now: () => io.clock.now(), by });
    return tell([...done, ...left], io, json);
  },
});

/** @throws {CommandLineError} of that command */
export function readWanted(
  command: string,
  keys: readonly string[],
  { route, since }: { readonly route: string | undefined; readonly since: string | undefined },
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

function askForYes(
  replayable: readonly Replayable[],
  { yes, json, io }: { readonly yes: boolean; readonly json: boolean; readonly io: Io },
): void {
  const onces = replayable.filter(({ entry }) => isSentAfresh(entry));
  if (onces.length === 0) return;
  tellNotes(
    io,
    onces.map(
      ({ entry }) =>
        `one-off: ${describeWhat(entry)} on ${entry.to} is sent again, whether or not it was before`,
    ),
    json,
  );
  if (yes) return;
  throw new CommandLineError('replay', [
    `--yes: expected, since ${onces.length} of ${replayable.length} are one-offs; nothing was replayed`,
  ]);
}

function tell(all: readonly Replayed[], io: Io, json: boolean): ExitCode {
  if (json) {
    printJson(io.stdout, { entries: all.map(({ kind, ...rest }) => ({ outcome: kind, ...rest })) });
  } else {
    const lines = all.map((one) => ({ replayed: one.kind === 'replayed', text: describe(one) }));
    printLines(
      io.stdout,
      lines.flatMap(({ replayed, text }) => (replayed ? [text] : [])),
    );
    printLines(
      io.stderr,
      lines.flatMap(({ replayed, text }) => (replayed ? [] : [text])),
    );
    if (all.length === 0) tellNotes(io, ['nothing of that is parked'], json);
  }
  if (all.some(({ kind }) => kind === 'unknown')) return exitCodes.unknown;
  return all.every(({ kind }) => kind === 'replayed') ? exitCodes.done : exitCodes.refused;
}

function describe(replayed: Replayed): string {
  const { key, what } = replayed;
  const named = what === undefined ? key : `${what} (${key})`;
  switch (replayed.kind) {
    case 'replayed':
      return `due: ${named}`;
    case 'left':
      return `left: ${named}: ${replayed.reason}`;
    case 'unknown':
      return `unknown: ${named}: ${replayed.reason}; look with \`parked\``;
    default:
      return replayed satisfies never;
  }
}
