import { didYouMean } from './suggest.ts';

/** Options on a command line that a command does not take, or not like this: every fault at once. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  readonly code = 'AUTOSYS_USAGE';
  /** One line each: the option, what is allowed, what was found; of several about one option the first. */
  readonly faults: readonly string[];

  constructor(command: string, faults: readonly string[]) {
    const first = faults.filter(isFirstOfItsOption);
    super(first.map((fault) => `${command}: ${fault}`).join('\n'));
    this.faults = first;
  }
}

/** A `sendevent` command line that says no event. */
export class SendeventUsageError extends UsageError {
  override readonly name = 'SendeventUsageError';
}

/** An `autorep` command line that asks for no report. */
export class AutorepUsageError extends UsageError {
  override readonly name = 'AutorepUsageError';
}

/** Which options a command takes: `value` for those that are followed by one. */
export type OptionTable = Readonly<Record<string, 'value' | 'flag'>>;

/** The options found, by their spelling in the table; flags have an empty value. */
export interface OptionReading<Option extends string> {
  readonly values: ReadonlyMap<Option, string>;
  readonly faults: readonly string[];
}

/**
 * Reads options in AutoSys's manner: one dash, and the other case of a letter where it means no other option.
 *
 * The value is the next argument, whatever it looks like, or stands behind the letter (see {@link separateOptions}). No message repeats an argument behind an option, as it may be a password.
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
 * Takes apart what is written in one word: `-JNAME` as `-J NAME`, `-qJ NAME` as `-q -J NAME`, as getopt would.
 *
 * That AutoSys's own parser takes both is inferred. Letters count as they are written here, since `-password` is no `-P`.
 */
export function separateOptions(argv: readonly string[], table: OptionTable): readonly string[] {
  const words: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const option = findOption(argument, table);
    const { pieces, awaitsValue } =
      option === undefined
        ? takeApart(argument, table)
        : { pieces: [argument], awaitsValue: table[option] === 'value' };
    words.push(...pieces, ...(awaitsValue ? rest.splice(0, 1) : []));
  }
  return words;
}

interface Pieces {
  readonly pieces: readonly string[];
  /** The last of them takes the next argument. */
  readonly awaitsValue: boolean;
}

/** The word itself where it is not made of letters that all are options. */
function takeApart(word: string, table: OptionTable): Pieces {
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

/** The option of several letters, such as `-pw`, that a word begins with; what follows may be a password. */
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
  const alike = Object.keys(table).filter((key) => key.toLowerCase() === argument.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function refuseArgument(argument: string, table: OptionTable): string {
  if (!argument.startsWith('-')) {
    return 'expected an option, found an argument that belongs to none; quote values that hold blanks';
  }
  const known = findLongOption(argument, table);
  if (known !== undefined) return `${known}: expected its value as an argument of its own`;
  const options = Object.keys(table);
  // Only its letters: behind them may follow a value, as in -pw=….
  const name = /^-+[A-Za-z?]{0,20}/.exec(argument)?.[0] ?? '-';
  return `unknown option ${name}, allowed: ${options.join(' ')}${didYouMean(name, options)}`;
}
