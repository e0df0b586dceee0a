import { defineCommand } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { isSentAfresh } from '../ledger/advice.ts';
import { describeWhat } from '../ledger/describe.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { printOutcomes } from '../ledger/outcome.ts';
import { choose, replayAll } from '../ledger/replay.ts';
import type { Replayable, Replayed } from '../ledger/replayable.ts';
import { readWanted, toOperator, wantedOptions } from '../ledger/wanted.ts';
import { printNotes } from '../render.ts';

/** Puts parked entries back as due. */
export const replay = defineCommand({
  name: 'replay',
  summary: 'puts parked entries back as due, for the bridge to bring about',
  options: {
    ...ledgerOptions,
    ...wantedOptions,
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
    const by = toOperator(io.env);
    const done = await replayAll(table, replayable, { now: () => io.clock.now(), by });
    return printOutcomes([...done, ...left], { done: 'replayed', describe }, { io, json });
  },
});

function askForYes(
  replayable: readonly Replayable[],
  { yes, json, io }: { readonly yes: boolean; readonly json: boolean; readonly io: Io },
): void {
  const onces = replayable.filter(({ entry }) => isSentAfresh(entry));
  if (onces.length === 0) return;
  printNotes(
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
