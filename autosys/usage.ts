import { didYouMean } from './suggest.ts';

/** Invalid options on a command line, with all faults. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  readonly code = 'AUTOSYS_USAGE';
  /** One line per fault: option, expected, found. Only the first fault of each option. */
  readonly faults: readonly string[];

  constructor(command: string, faults: readonly string[]) {
    const first = faults.filter(isFirstOfItsOption);
    super(first.map((fault) => `${command}: ${fault}`).join('\n'));
    this.faults = first;
  }
}

/** An invalid `sendevent` command line. */
export class SendeventUsageError extends UsageError {
  override readonly name = 'SendeventUsageError';
}

/** An invalid `autorep` command line. */
export class AutorepUsageError extends UsageError {
  override readonly name = 'AutorepUsageError';
}

/** The options of a command: `value` if a value follows, else `flag`. */
export type OptionTable = Readonly<Record<string, 'value' | 'flag'>>;

/** The options found, as spelled in the table. Flags have an empty value. */
export interface OptionReading<Option extends string> {
  readonly values: ReadonlyMap<Option, string>;
  readonly faults: readonly string[];
}

/**
 * Reads options in the style of AutoSys: one dash; case-sensitive only if both cases are options.
 *
 * The value is the next argument, even if it begins with a dash, or it follows the letter directly
 * (see {@link separateOptions}). No message repeats the value of an option, because it may be a
 * password.
 */
export function readOptions<Table extends OptionTable>(
  given: readonly string[],
  table: Table,
): OptionReading<keyof Table & string> {
  const argv = separateOptions(given, table);
  const values = new Map<keyof Table & string, string>();
  const faults: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    const option = findOption(argument, table);
    if (option === undefined) {
      faults.push(refuseArgument(argument, table));
      continue;
    }
    const takesValue = table[option] === 'value';
    const value = takesValue ? argv[at + 1] : '';
    if (takesValue) at += 1;
    if (value === undefined) faults.push(`${option}: expected a value after it, found nothing`);
    else if (values.has(option)) faults.push(`${option}: expected once, found twice`);
    else values.set(option, value);
  }
  return { values, faults };
}

/**
 * Splits combined options as getopt does: `-JNAME` into `-J NAME`, `-qJ NAME` into `-q -J NAME`.
 *
 * That AutoSys accepts both forms is inferred. Letters are case-sensitive here, so that `-password`
 * is not read as `-P`.
 */
export function separateOptions(argv: readonly string[], table: OptionTable): readonly string[] {
  const words: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const option = findOption(argument, table);
    const { pieces, awaitsValue } =
      option === undefined
        ? splitWord(argument, table)
        : { pieces: [argument], awaitsValue: table[option] === 'value' };
    words.push(...pieces, ...(awaitsValue ? rest.splice(0, 1) : []));
  }
  return words;
}

interface Pieces {
  readonly pieces: readonly string[];
  /** Whether the next argument is the value of the last option. */
  readonly awaitsValue: boolean;
}

/** Splits a word of one-letter options. Returns the word unchanged if a letter is no option. */
function splitWord(word: string, table: OptionTable): Pieces {
  const whole = { pieces: [word], awaitsValue: false };
  if (!/^-[^-]/.test(word) || findLongOption(word, table) !== undefined) return whole;
  const pieces: string[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const option = `-${word[at]}`;
    if (!Object.hasOwn(table, option)) return whole;
    pieces.push(option);
    if (table[option] === 'flag') continue;
    const value = word.slice(at + 1);
    return { pieces: value === '' ? pieces : [...pieces, value], awaitsValue: value === '' };
  }
  return { pieces, awaitsValue: false };
}

/** The option of several letters, such as `-pw`, that a word begins with. */
function findLongOption(word: string, table: OptionTable): string | undefined {
  return Object.keys(table)
    .filter((key) => key.length > 2 && word.toLowerCase().startsWith(key))
    .sort((one, other) => other.length - one.length)[0];
}

function isFirstOfItsOption(fault: string, index: number, faults: readonly string[]): boolean {
  const option = /^-\S+: /.exec(fault)?.[0];
  return option === undefined || faults.findIndex((other) => other.startsWith(option)) === index;
}

function findOption<Table extends OptionTable>(
  argument: string,
  table: Table,
): (keyof Table & string) | undefined {
  if (Object.hasOwn(table, argument)) return argument;
  const matches = Object.keys(table).filter((key) => key.toLowerCase() === argument.toLowerCase());
  return matches.length === 1 ? matches[0] : undefined;
}

function refuseArgument(argument: string, table: OptionTable): string {
  if (!argument.startsWith('-')) {
    return 'expected an option, found an argument that belongs to no option; quote values that contain spaces';
  }
  const known = findLongOption(argument, table);
  if (known !== undefined) return `${known}: expected its value as a separate argument`;
  const options = Object.keys(table);
  // Only the letters: a value may follow, as in -pw=….
  const name = /^-+[A-Za-z?]{0,20}/.exec(argument)?.[0] ?? '-';
  return `unknown option ${name}, allowed: ${options.join(' ')}${didYouMean(name, options)}`;
}
