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
 * The value is the next argument, whatever it looks like. No message repeats an argument behind an option, as it may be a password.
 */
export function readOptions<Table extends OptionTable>(
  argv: readonly string[],
  table: Table,
): OptionReading<keyof Table & string> {
  const values = new Map<keyof Table & string, string>();
  const faults: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    const option = findOption(argument, table);
    if (option === undefined) {
      faults.push(refuseArgument(argument, Object.keys(table)));
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

function refuseArgument(argument: string, options: readonly string[]): string {
  if (!argument.startsWith('-')) {
    return 'expected an option, found an argument that belongs to none; quote values that hold blanks';
  }
  // Only its letters: behind them may follow a value, as in -pw=….
  const name = /^-+[A-Za-z?]{0,20}/.exec(argument)?.[0] ?? '-';
  return `unknown option ${name}, allowed: ${options.join(' ')}${didYouMean(name, options)}`;
}
