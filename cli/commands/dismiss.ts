import { defineCommand } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import { type Dismissed, dismissAll } from '../ledger/dismiss.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { printOutcomes } from '../ledger/outcome.ts';
import { readSelection, selectionOptions, toOperator } from '../ledger/selection.ts';

/** `dismiss`: marks parked entries as not to be sent. */
export const dismiss = defineCommand({
  name: 'dismiss',
  summary: 'marks parked entries as not to be sent, with a reason',
  options: {
    ...ledgerOptions,
    reason: {
      type: 'string',
      value: 'TEXT',
      about: 'why it is not sent, for the history of the entry (required)',
    },
    ...selectionOptions,
  },
  positionals: { value: 'KEY…', about: 'keys of entries, as `parked` prints them, each in quotes' },
  usage: '(KEY… | [--route NAME] [--since TIME]) --reason TEXT [--table NAME] [options]',
  notes: [
    'A parked entry stays in the ledger until it is replayed or dismissed. A dismissed entry is no longer listed by `parked`, keeps its history, and expires after 90 days. Nothing is sent to AutoSys.',
    'Ends with 0 if all entries were dismissed, and with 1 if one was left unchanged; the reason is printed.',
  ],
  examples: ["dismiss 'state ACE global AWS_SETTLEMENT' --reason 'set by hand at 02:40'"],
  run: async ({ options, positionals, json, io }) => {
    const selection = readSelection('dismiss', positionals, options);
    const reason = readReason(options.reason);
    const table = openLedger('dismiss', options, io);
    const by = toOperator(io.env);
    const results = await dismissAll(table, selection, { by, reason, now: () => io.clock.now() });
    return printOutcomes(results, { done: 'dismissed', format: formatDismissed }, { io, json });
  },
});

const maxReasonLength = 200;

function readReason(given: string | undefined): string {
  const reason = given?.trim() ?? '';
  const isValid = reason.length <= maxReasonLength && !/[\p{Cc}\p{Cf}]/u.test(reason);
  if (reason !== '' && isValid) return reason;
  const found = given === undefined ? 'no reason' : JSON.stringify(given.slice(0, 40));
  throw new CommandLineError('dismiss', [
    `--reason: expected 1 to ${maxReasonLength} characters without control characters, found ${found}`,
  ]);
}

function formatDismissed(result: Dismissed): string {
  const { key, what, kind } = result;
  const named = what === undefined ? key : `${what} (${key})`;
  return kind === 'dismissed' ? `dismissed: ${named}` : `${kind}: ${named}: ${result.reason}`;
}
