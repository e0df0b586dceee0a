import { defineCommand } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import { type Dismissed, dismissAll } from '../ledger/dismiss.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { printOutcomes } from '../ledger/outcome.ts';
import { readWanted, toOperator, wantedOptions } from '../ledger/wanted.ts';

/** Marks parked entries as not to be sent. */
export const dismiss = defineCommand({
  name: 'dismiss',
  summary: 'marks parked entries as not to be sent, with a reason',
  options: {
    ...ledgerOptions,
    reason: { type: 'string', value: 'TEXT', about: 'why, for the history of the entry; required' },
    ...wantedOptions,
  },
  positionals: { value: 'KEY…', about: 'of entries, as `parked` gives them, each in quotes' },
  usage: '(KEY… | [--route NAME] [--since TIME]) --reason TEXT [--table NAME] [options]',
  notes: [
    'A parked entry stays in the ledger until it is replayed or dismissed. A dismissed entry is no longer listed by `parked`, keeps its history, and expires after 90 days. Nothing is sent to AutoSys.',
    'Ends with 0 where all entries are dismissed, with 1 where one was left unchanged, with the reason.',
  ],
  examples: ["dismiss 'state ACE global AWS_SETTLEMENT' --reason 'set by hand at 02:40'"],
  run: async ({ options, positionals, json, io }) => {
    const wanted = readWanted('dismiss', positionals, options);
    const reason = readReason(options.reason);
    const table = openLedger('dismiss', options, io);
    const by = toOperator(io.env);
    const results = await dismissAll(table, wanted, { by, reason, now: () => io.clock.now() });
    return printOutcomes(results, { done: 'dismissed', describe }, { io, json });
  },
});

const longestReason = 200;

function readReason(given: string | undefined): string {
  const reason = given?.trim() ?? '';
  const isFit = reason.length <= longestReason && !/[\p{Cc}\p{Cf}]/u.test(reason);
  if (reason !== '' && isFit) return reason;
  const found = given === undefined ? 'none' : JSON.stringify(given.slice(0, 40));
  throw new CommandLineError('dismiss', [
    `--reason: expected 1 to ${longestReason} characters without control characters, found ${found}`,
  ]);
}

function describe(result: Dismissed): string {
  const { key, what, kind } = result;
  const named = what === undefined ? key : `${what} (${key})`;
  return kind === 'dismissed' ? `dismissed: ${named}` : `${kind}: ${named}: ${result.reason}`;
}
