import { parseArgs } from 'node:util';
import { didYouMean } from '../autosys/suggest.ts';
import type { AutosysFlag, CliCommand, CommandInvocation, Option, Options } from './command.ts';
import { CommandLineError } from './exit-code.ts';

/** Options of every command. */
export const commonOptions = {
  json: { type: 'boolean', about: 'print data as JSON on stdout, and errors as JSON on stderr' },
  help: { type: 'boolean', about: 'print this help' },
} as const satisfies Options;

/** The parsed arguments of a command. */
export interface Arguments extends Omit<CommandInvocation, 'io'> {
  readonly help: boolean;
}

/** True when `--json` is present, also in an invalid command line, whose error is JSON then. */
export function hasJsonOption(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

/**
 * Parses the arguments after a command's name by the options and flags that the command declares.
 *
 * No message repeats an unexpected argument or the value of an unknown option, because it may be a
 * password.
 *
 * @throws {CommandLineError} with every fault
 */
export function readArguments(command: CliCommand, argv: readonly string[]): Arguments {
  const options: Options = { ...command.options, ...commonOptions };
  const faults: string[] = [];
  const { own, autosysArguments } = split(argv, { options, flags: command.autosysFlags, faults });
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
    const fault = checkOption(token, options, given.has(token.name));
    if (fault === undefined) given.set(token.name, [...(given.get(token.name) ?? []), token.value]);
    else faults.push(fault);
  }
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  if (positionals.length > 0 && !command.positionals) {
    faults.push('unexpected argument, only options are allowed; quote values that contain spaces');
  }
  const values = readValues(options, given, faults);
  const help = given.has('help');
  if (faults.length > 0 && !help) throw new CommandLineError(command.name, faults);
  return { options: values, positionals, autosysArguments, json: given.has('json'), help };
}

interface Tables {
  readonly options: Options;
  readonly flags: CliCommand['autosysFlags'];
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
  options: Options,
  isSecond: boolean,
): string | undefined {
  const { name, rawName, value } = token;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!option || !rawName.startsWith('--'))
    return describeUnknownOption(rawName, Object.keys(options));
  if (option.type === 'boolean') {
    return value === undefined ? undefined : `--${name}: unexpected value, this option takes none`;
  }
  return isSecond && !option.multiple
    ? `--${name}: given more than once, allowed: once`
    : undefined;
}

function describeUnknownOption(rawName: string, names: readonly string[]): string {
  if (rawName === '--password') {
    return '--password: unknown option, because other users of this host can read command lines; use --password-file FILE or $AUTOSYS_PASSWORD';
  }
  const known = names.map((name) => `--${name}`);
  return `unknown option ${rawName.slice(0, 40)}, allowed: ${known.join(' ')}${didYouMean(rawName, known)}`;
}

function readValues(
  options: Options,
  given: ReadonlyMap<string, readonly (string | undefined)[]>,
  faults: string[],
): Arguments['options'] {
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
