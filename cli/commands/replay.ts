import { defineCommand } from '../command.ts';
import { commandPrefix } from '../command-prefix.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { mayActTwice, quoteForShell } from '../ledger/advice.ts';
import { describeEffect } from '../ledger/describe.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { noteOption, readNote, readOperator } from '../ledger/operator.ts';
import { printOutcomes } from '../ledger/outcome.ts';
import { replayAll, selectReplayable } from '../ledger/replay.ts';
import type { Replayable, Replayed } from '../ledger/replayable.ts';
import { readSelection, selectionOptions } from '../ledger/selection.ts';
import { printNotes } from '../render.ts';

/** `replay`: makes parked entries due again. */
export const replay = defineCommand({
  name: 'replay',
  summary: 'makes parked entries due again, so that the bridge sends them',
  options: {
    ...ledgerOptions,
    ...selectionOptions,
    ...noteOption,
    yes: { type: 'boolean', about: 'also replay one-shots and toggles, which are then sent again' },
  },
  positionals: { value: 'KEY…', about: 'keys of entries, as `parked` prints them, each in quotes' },
  usage: '(KEY… | [--route NAME] [--since TIME]) [--yes] [--note TEXT] [--table NAME] [options]',
  notes: [
    'The sweep sends due entries within a minute, at its usual rate and in route order. The tries and the deadline of an entry start again. This command itself sends nothing to AutoSys.',
    'A one-shot such as FORCE_STARTJOB may have reached AutoSys before it was parked, and a replay sends it again. The same is true for a toggle such as JOB_ON_HOLD. Check the job in AutoSys first, then repeat with --yes. Without --yes nothing is replayed if the selection contains such an entry.',
    'The history of each entry names the ARN of the caller, from STS. Without a known caller nothing is changed.',
    'Ends with 0 if all selected entries are due, and with 1 if one was left unchanged; the reason is printed.',
  ],
  examples: [
    "replay 'state ACE global AWS_SETTLEMENT'",
    "replay --route settlement --yes --note 'REPAIR did not start, checked 03:10'",
  ],
  run: async ({ options, positionals, json, io }) => {
    const selection = readSelection('replay', positionals, options);
    const note = options.note === undefined ? undefined : readNote('replay', options.note);
    const table = openLedger('replay', options, io);
    const { replayable, unchanged } = await selectReplayable(table, selection);
    requireYes(replayable, { yes: options.yes, json, io });
    const done =
      replayable.length === 0
        ? []
        : await replayAll(table, replayable, {
            now: () => io.clock.now(),
            by: await readOperator('replay', io),
            ...(note !== undefined && { note }),
          });
    return printOutcomes(
      [...done, ...unchanged],
      { done: 'replayed', format: formatReplayed },
      { io, json },
    );
  },
});

function requireYes(
  replayable: readonly Replayable[],
  { yes, json, io }: { readonly yes: boolean; readonly json: boolean; readonly io: Io },
): void {
  const repeated = replayable.filter(({ entry }) => mayActTwice(entry));
  if (repeated.length === 0) return;
  printNotes(
    io,
    repeated.map(
      ({ entry }) =>
        `${describeEffect(entry)} on ${entry.to} will be sent again, even if it was sent before`,
    ),
    json,
  );
  if (yes) return;
  throw new CommandLineError('replay', [
    `--yes: missing, because ${repeated.length} of ${replayable.length} entries may act a second time; nothing was replayed. Check the jobs, then repeat with --yes`,
  ]);
}

function formatReplayed(replayed: Replayed): string {
  const { key, what } = replayed;
  const named = what === undefined ? key : `${what} (${key})`;
  switch (replayed.kind) {
    case 'replayed':
      return `due: ${named}`;
    case 'unchanged':
      return `unchanged: ${named}: ${replayed.reason}`;
    case 'unknown':
      return `unknown: ${named}: ${replayed.reason}; check it with: ${commandPrefix} parked ${quoteForShell(key)}`;
    default:
      return replayed satisfies never;
  }
}
