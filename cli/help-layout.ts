import type { AutosysFlag, Option, Options } from './command.ts';

/** What the help of one command shows. */
export interface HelpSource {
  readonly name: string;
  readonly summary: string;
  /** Text before the name of the command, such as the name of the program. */
  readonly prefix: string;
  readonly options: Options;
  readonly exitCodes: readonly HelpRow[];
  readonly autosysFlags?: Readonly<Record<string, AutosysFlag>> | undefined;
  readonly positionals?: { readonly value: string; readonly about: string } | undefined;
  /** Text after the name in the usage line. @default [options] and the positionals */
  readonly usage?: string | undefined;
  readonly notes?: readonly string[] | undefined;
  /** Whole command lines, without the prefix. */
  readonly examples?: readonly string[] | undefined;
}

/** A row of a table in the help. */
export type HelpRow = readonly [head: string, about: string];

/** Formats the help of one command. */
export function formatHelp(source: HelpSource): string {
  const { name, prefix, autosysFlags = {}, positionals, notes = [], examples = [] } = source;
  const flags = Object.entries(autosysFlags);
  const follows =
    source.usage ?? ['[options]', ...(positionals ? [positionals.value] : [])].join(' ');
  return formatParagraphs([
    [`${name}: ${source.summary}`],
    [`usage: ${prefix} ${name} ${follows}`],
    ...notes.map((note) => wrapWords(note, 100)),
    positionals ? ['arguments', ...formatRows([[positionals.value, positionals.about]])] : [],
    flags.length > 0 ? ['AutoSys flags', ...formatRows(flags.map(toFlagRow))] : [],
    ['options', ...formatRows(Object.entries(source.options).map(toOptionRow))],
    ['exit codes', ...formatRows(source.exitCodes)],
    examples.length > 0 ? ['examples', ...examples.map((line) => `  ${prefix} ${line}`)] : [],
  ]);
}

/** Formats rows in two columns. A long description continues below its first line. */
export function formatRows(rows: readonly HelpRow[]): readonly string[] {
  const width = Math.min(26, Math.max(...rows.map(([head]) => head.length)));
  return rows.flatMap(([head, about]) => {
    const [first = '', ...more] = wrapWords(about, 96 - width);
    const indent = ' '.repeat(width + 4);
    const rest = more.map((line) => `${indent}${line}`);
    return head.length > width
      ? [`  ${head}`, `${indent}${first}`, ...rest]
      : [`  ${head.padEnd(width)}  ${first}`, ...rest];
  });
}

/** Joins paragraphs with an empty line between them. Empty paragraphs are left out. */
export function formatParagraphs(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function toFlagRow([flag, { value, about }]: readonly [string, AutosysFlag]): HelpRow {
  return [value === undefined ? flag : `${flag} ${value}`, about];
}

function toOptionRow([name, option]: readonly [string, Option]): HelpRow {
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

/** Divides a text into lines of at most `width` characters. A longer word has its own line. */
export function wrapWords(text: string, width: number): readonly string[] {
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
