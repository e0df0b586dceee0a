import { commonOptions } from './arguments.ts';
import type { AutosysFlag, CliCommand, Option } from './command.ts';
import { commandPrefix, programName } from './command-prefix.ts';
import { exitCodeMeanings } from './exit-code.ts';

/** Help of the program: its commands, options and exit codes. */
export function printOverview(commands: readonly CliCommand[]): string {
  return toText([
    [`${programName}: operates and checks the bridge between AWS and AutoSys`],
    [`usage: ${commandPrefix} COMMAND [options]`],
    ['commands', ...toTable(commands.map(({ name, summary }) => [name, summary]))],
    [
      'options',
      ...toTable([
        ['--help', `print this help; ${commandPrefix} COMMAND --help prints the help of a command`],
        ['--version', 'print the version'],
      ]),
    ],
    exitCodes(),
  ]);
}

/** Help of one command, from its definition. */
export function printHelp(command: CliCommand): string {
  const {
    name,
    summary,
    autosysFlags = {},
    positionals,
    usage,
    notes = [],
    examples = [],
  } = command;
  const flags = Object.entries(autosysFlags);
  const options = Object.entries({ ...command.options, ...commonOptions });
  const follows = usage ?? ['[options]', ...(positionals ? [positionals.value] : [])].join(' ');
  return toText([
    [`${name}: ${summary}`],
    [`usage: ${commandPrefix} ${name} ${follows}`],
    ...notes.map((note) => wrap(note, 100)),
    positionals ? ['arguments', ...toTable([[positionals.value, positionals.about]])] : [],
    flags.length > 0 ? ['AutoSys flags', ...toTable(flags.map(toFlagRow))] : [],
    ['options', ...toTable(options.map(toOptionRow))],
    exitCodes(),
    examples.length > 0
      ? ['examples', ...examples.map((line) => `  ${commandPrefix} ${line}`)]
      : [],
  ]);
}

type Row = readonly [head: string, about: string];

function toFlagRow([flag, { value, about }]: readonly [string, AutosysFlag]): Row {
  return [value === undefined ? flag : `${flag} ${value}`, about];
}

function toOptionRow([name, option]: readonly [string, Option]): Row {
  const { value = 'VALUE', about, multiple, env, bare } = option;
  const shown = bare === undefined ? ` ${value}` : ` [${value}]`;
  const notes = [
    ...(multiple ? ['repeatable'] : []),
    ...(env === undefined ? [] : [`or $${env}`]),
    ...(bare === undefined ? [] : [`default value: ${bare}`]),
  ];
  return [
    option.type === 'boolean' ? `--${name}` : `--${name}${shown}`,
    notes.length === 0 ? about : `${about} (${notes.join('; ')})`,
  ];
}

function exitCodes(): readonly string[] {
  return ['exit codes', ...toTable(Object.entries(exitCodeMeanings))];
}

/** Formats rows in two columns. A long description continues below its first line. */
function toTable(rows: readonly Row[]): readonly string[] {
  const width = Math.min(26, Math.max(...rows.map(([head]) => head.length)));
  return rows.flatMap(([head, about]) => {
    const [first = '', ...more] = wrap(about, 96 - width);
    const indent = ' '.repeat(width + 4);
    const rest = more.map((line) => `${indent}${line}`);
    return head.length > width
      ? [`  ${head}`, `${indent}${first}`, ...rest]
      : [`  ${head.padEnd(width)}  ${first}`, ...rest];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines.splice(-1, 1, `${last} ${word}`);
    } else {
      lines.push(word);
    }
  }
  return lines;
}

function toText(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}
