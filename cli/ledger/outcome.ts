import type { CommandInvocation } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printLines, printNotes } from '../render.ts';
import { describeEffect } from './describe.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The name of an entry in a result. */
interface KeyName {
  readonly key: string;
  /** The AutoSys event of the entry. Absent if the row does not exist or cannot be parsed. */
  readonly what?: string;
}

/** The row was not changed. */
interface UnchangedOutcome extends KeyName {
  readonly kind: 'unchanged';
  readonly reason: string;
}

/** The write may or may not have happened. */
interface UnknownOutcome extends KeyName {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** The result for one key. `Done` is the kind of a changed row. */
export type KeyOutcome<Done extends string> =
  | (KeyName & { readonly kind: Done })
  | UnchangedOutcome
  | UnknownOutcome;

/** A row that was read. `entry` is absent if the row does not exist or cannot be parsed. */
interface Named {
  readonly key: string;
  readonly entry?: StoredEntry['entry'];
}

/** The result of a row that was not changed. */
export function toUnchanged(named: Named, reason: string): UnchangedOutcome {
  return { kind: 'unchanged', ...toName(named), reason };
}

/** The name of an entry in its result. */
export function toName({ key, entry }: Named): KeyName {
  return entry ? { key, what: describeEffect(entry) } : { key };
}

/** Prints changed entries on stdout and others on stderr; with --json all in one document. */
export function printOutcomes<Done extends string>(
  all: readonly KeyOutcome<Done>[],
  { done, format }: { readonly done: Done; readonly format: (outcome: KeyOutcome<Done>) => string },
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
): ExitCode {
  if (json) {
    printJson(io.stdout, { entries: all.map(({ kind, ...rest }) => ({ outcome: kind, ...rest })) });
  } else {
    for (const outcome of all) {
      printLines(outcome.kind === done ? io.stdout : io.stderr, [format(outcome)]);
    }
    if (all.length === 0) printNotes(io, ['no parked entry matches'], json);
  }
  if (all.some(({ kind }) => kind === 'unknown')) return exitCodes.unknown;
  return all.every(({ kind }) => kind === done) ? exitCodes.done : exitCodes.rejected;
}
