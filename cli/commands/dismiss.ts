import { defineCommand } from '../command.ts';
import { type Dismissed, dismissAll } from '../ledger/dismiss.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { noteOption, readNote, readOperator } from '../ledger/operator.ts';
import { printOutcomes } from '../ledger/outcome.ts';
import { readSelection, selectionOptions } from '../ledger/selection.ts';

/** `dismiss`: marks parked entries as not to be sent. */
export const dismiss = defineCommand({
  name: 'dismiss',
  summary: 'marks parked entries as not to be sent, with a note',
  options: {
    ...ledgerOptions,
    note: {
      ...noteOption.note,
      about: 'why it is not sent, for the history of the entry (required)',
    },
    ...selectionOptions,
  },
  positionals: { value: 'KEY…', about: 'keys of entries, as `parked` prints them, each in quotes' },
  usage: '(KEY… | [--route NAME] [--since TIME]) --note TEXT [--table NAME] [options]',
  notes: [
    'A parked entry stays in the ledger until it is replayed or dismissed. A dismissed entry is no longer listed by `parked`, keeps its history, and expires after 90 days. Nothing is sent to AutoSys.',
    'The history names the ARN of the caller, from STS. Without a known caller nothing is changed.',
    'Ends with 0 if all entries were dismissed, and with 1 if one was left unchanged; the reason is printed.',
  ],
  examples: ["dismiss 'state ACE global AWS_SETTLEMENT' --note 'set by hand at 02:40'"],
  run: async ({ options, positionals, json, io }) => {
    const selection = readSelection('dismiss', positionals, options);
    const note = readNote('dismiss', options.note);
    const table = openLedger('dismiss', options, io);
    const by = await readOperator('dismiss', io);
    const results = await dismissAll(table, selection, { by, note, now: () => io.clock.now() });
    return printOutcomes(results, { done: 'dismissed', format: formatDismissed }, { io, json });
  },
});

function formatDismissed(result: Dismissed): string {
  const { key, what, kind } = result;
  const named = what === undefined ? key : `${what} (${key})`;
  return kind === 'dismissed' ? `dismissed: ${named}` : `${kind}: ${named}: ${result.reason}`;
}
