import type { CommandInvocation } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printLines, printNotes } from '../render.ts';
import { describeWhat } from './describe.ts';
import type { StoredEntry } from './kept.ts';

/** How an outcome names its entry. */
interface KeyName {
  readonly key: string;
  /** The AutoSys event of the entry; absent where the row is gone or could not be read. */
  readonly what?: string;
}

/** The row was not changed. */
interface LeftOutcome extends KeyName {
  readonly kind: 'left';
  readonly reason: string;
}

/** The write may or may not have happened. */
interface UnknownOutcome extends KeyName {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** The result for one key. `Done` is the kind that says that the row was changed. */
export type KeyOutcome<Done extends string> =
  | (KeyName & { readonly kind: Done })
  | LeftOutcome
  | UnknownOutcome;

/** An entry as it was read; `entry` is absent where the row is gone or could not be read. */
interface Named {
  readonly key: string;
  readonly entry?: StoredEntry['entry'];
}

/** The outcome of an entry that was not changed. */
export function toLeft(named: Named, reason: string): LeftOutcome {
  return { kind: 'left', ...toName(named), reason };
}

/** The name of an entry in its outcome. */
export function toName({ key, entry }: Named): KeyName {
  return entry ? { key, what: describeWhat(entry) } : { key };
}

/** Prints changed entries on stdout and all others on stderr; with --json all as one document. */
export function printOutcomes<Done extends string>(
  all: readonly KeyOutcome<Done>[],
  {
    done,
    describe,
  }: { readonly done: Done; readonly describe: (outcome: KeyOutcome<Done>) => string },
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
): ExitCode {
  if (json) {
    printJson(io.stdout, { entries: all.map(({ kind, ...rest }) => ({ outcome: kind, ...rest })) });
  } else {
    for (const outcome of all) {
      printLines(outcome.kind === done ? io.stdout : io.stderr, [describe(outcome)]);
    }
    if (all.length === 0) printNotes(io, ['nothing of that is parked'], json);
  }
  if (all.some(({ kind }) => kind === 'unknown')) return exitCodes.unknown;
  return all.every(({ kind }) => kind === done) ? exitCodes.done : exitCodes.refused;
}
