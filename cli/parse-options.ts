import { parseArgs } from 'node:util';
import { didYouMean } from '../autosys/suggest.ts';
import type { AutosysFlag, Option, Options } from './command.ts';

/** The options and flags that a command line may have. */
export interface CommandLineRules {
  readonly options: Options;
  readonly autosysFlags?: Readonly<Record<string, AutosysFlag>> | undefined;
  readonly allowsPositionals: boolean;
  /**
   * Reason and advice for options that would show a secret, by their names with dashes. They are
   * printed as part of `--password: unknown option, because …`.
   */
  readonly secretAdvice: Readonly<Record<string, string>>;
}

/** A parsed command line with every fault. */
export interface ParsedOptions {
  /** By the name of the option. Booleans are always set; others are `undefined` if not given. */
  readonly values: Readonly<Record<string, OptionValue>>;
  readonly positionals: readonly string[];
  /** AutoSys flags and their values, in the order given. */
  readonly autosysArguments: readonly string[];
  readonly faults: readonly string[];
}

/** The value of any option. */
export type OptionValue = string | number | boolean | readonly string[] | undefined;

/**
 * Parses the arguments after a command's name. Never throws.
 *
 * No fault repeats an unexpected argument or the value of an unknown option, because it may be a
 * password.
 */
export function parseOptions(argv: readonly string[], rules: CommandLineRules): ParsedOptions {
  const { options } = rules;
  const faults: string[] = [];
  const { own, autosysArguments } = split(argv, { options, flags: rules.autosysFlags, faults });
  const { tokens } = parseArgs({
    args: [...own],
    options: Object.fromEntries(Object.entries(options).map(toParseArgs)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, (string | undefined)[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const fault = checkOption(token, rules, given.has(token.name));
    if (fault === undefined) given.set(token.name, [...(given.get(token.name) ?? []), token.value]);
    else faults.push(fault);
  }
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  if (positionals.length > 0 && !rules.allowsPositionals) {
    faults.push('unexpected argument, only options are allowed; quote values that contain spaces');
  }
  return { values: readValues(options, given, faults), positionals, autosysArguments, faults };
}

interface Tables {
  readonly options: Options;
  readonly flags: CommandLineRules['autosysFlags'];
  readonly faults: string[];
}

/**
 * Separates this program's options from AutoSys's flags. An option starts with two dashes. The
 * argument after an AutoSys flag that takes a value is that value, whatever it looks like.
 */
function split(
  argv: readonly string[],
  { options, flags, faults }: Tables,
): { own: readonly string[]; autosysArguments: readonly string[] } {
  const own: string[] = [];
  const autosysArguments: string[] = [];
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument.startsWith('--') && argument.length > 2) {
      own.push(...joinOptionValue(argument, rest, { options, faults }));
    } else if (flags) {
      autosysArguments.push(argument);
      if (takesValue(argument, flags)) autosysArguments.push(...rest.splice(0, 1));
    } else {
      own.push(argument);
    }
  }
  return { own, autosysArguments };
}

/**
 * Joins an option and its value in one argument. Otherwise `parseArgs` would read the next option
 * as the value of an option that has none.
 */
function joinOptionValue(
  argument: string,
  rest: string[],
  { options, faults }: Omit<Tables, 'flags'>,
): readonly string[] {
  const name = argument.slice(2);
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option || option.type === 'boolean') return [argument];
  const next = rest[0];
  const follows = next !== undefined && (next === '-' || !next.startsWith('-'));
  const value = follows ? rest.shift() : option.bare;
  if (value !== undefined) return [`${argument}=${value}`];
  faults.push(`${argument}: value missing, expected ${option.value ?? 'a value'} after it`);
  return [];
}

/**
 * True for an AutoSys flag that takes a value. Flags match in upper and lower case, as in AutoSys,
 * except where both cases are flags, such as `-s` and `-S`.
 */
function takesValue(
  argument: string,
  flags: Readonly<Record<string, AutosysFlag>>,
): boolean | undefined {
  const alike = Object.keys(flags).filter((key) => key.toLowerCase() === argument.toLowerCase());
  const flag = flags[argument] ?? flags[alike[0] ?? ''];
  return flag && flag.value !== undefined;
}

function toParseArgs([name, { type, multiple }]: readonly [string, Option]) {
  const typed = { type: type === 'boolean' ? 'boolean' : 'string' } as const;
  return [name, { ...typed, ...(multiple && { multiple }) }] as const;
}

function checkOption(
  token: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
  { options, secretAdvice }: CommandLineRules,
  isSecond: boolean,
): string | undefined {
  const { name, rawName, value } = token;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option || !rawName.startsWith('--'))
    return describeUnknownOption(rawName, Object.keys(options), secretAdvice);
  if (option.type === 'boolean') {
    return value === undefined ? undefined : `--${name}: unexpected value, this option takes none`;
  }
  return isSecond && !option.multiple
    ? `--${name}: given more than once, allowed: once`
    : undefined;
}

function describeUnknownOption(
  rawName: string,
  names: readonly string[],
  secretAdvice: CommandLineRules['secretAdvice'],
): string {
  const advice = Object.hasOwn(secretAdvice, rawName) ? secretAdvice[rawName] : undefined;
  if (advice !== undefined) return `${rawName}: unknown option, because ${advice}`;
  const known = names.map((name) => `--${name}`);
  return `unknown option ${rawName.slice(0, 40)}, allowed: ${known.join(' ')}${didYouMean(rawName, known)}`;
}

function readValues(
  options: Options,
  given: ReadonlyMap<string, readonly (string | undefined)[]>,
  faults: string[],
): ParsedOptions['values'] {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const texts = (given.get(name) ?? []).filter((text) => text !== undefined);
      if (option.type === 'boolean') return [name, given.has(name)];
      if (option.multiple) return [name, texts];
      const [text] = texts;
      return [name, option.type === 'number' ? readNumber(name, option, text, faults) : text];
    }),
  );
}

function readNumber(
  name: string,
  { max = Number.MAX_SAFE_INTEGER }: Option,
  text: string | undefined,
  faults: string[],
): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) <= max) return Number(text);
  const upTo = max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`;
  const found = JSON.stringify(text.slice(0, 40));
  faults.push(`--${name}: expected a whole number from 0${upTo}, found ${found}`);
  return undefined;
}
