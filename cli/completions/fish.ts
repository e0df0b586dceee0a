import { type CompletedCommand, type CompletedOption, otherFirstWords } from './words.ts';

/** The completion script for fish 3 and newer. */
export function formatFishCompletions(
  program: string,
  commands: readonly CompletedCommand[],
): string {
  const complete = `complete -c ${program}`;
  const [help, ...options] = otherFirstWords;
  const names = commands.map(({ name }) => name).join(' ');
  return [
    `# Completion of ${program} for fish. Save the output of this command as`,
    `# ~/.config/fish/completions/${program}.fish`,
    `${complete} -f`,
    ...[...commands, help].map(
      ({ name, about }) => `${complete} -n __fish_use_subcommand -a ${name} -d '${quote(about)}'`,
    ),
    ...options.map(
      ({ name, about }) =>
        `${complete} -n __fish_use_subcommand -l ${name.slice(2)} -d '${quote(about)}'`,
    ),
    `${complete} -n '__fish_seen_subcommand_from help' -a '${names}'`,
    ...commands.flatMap(({ name, options: own, takesPaths }) => {
      const after = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...(takesPaths ? [`${after} -F`] : []),
        ...own.map((option) => `${after} ${toSwitches(option)} -d '${quote(option.about)}'`),
      ];
    }),
    '',
  ].join('\n');
}

/** `-l`: an option with two dashes; `-s`, `-o`: a flag with one. `-x`: a value, and no path. */
function toSwitches({ word, value, isPath }: CompletedOption): string {
  const name = word.replace(/^-+/, '');
  const kind = word.startsWith('--') ? '-l' : name.length === 1 ? '-s' : '-o';
  if (value === undefined) return `${kind} '${name}'`;
  return `${kind} '${name}' ${isPath ? '-r -F' : '-x'}`;
}

/** Inside single quotes of fish. */
function quote(text: string): string {
  return text.replaceAll(/[\\']/g, '\\$&');
}
