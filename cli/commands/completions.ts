import { defineCommand } from '../command.ts';
import { programName } from '../command-prefix.ts';
import { formatBashCompletions } from '../completions/bash.ts';
import { formatFishCompletions } from '../completions/fish.ts';
import { toCompletedCommands } from '../completions/words.ts';
import { formatZshCompletions } from '../completions/zsh.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import { printJson } from '../render.ts';

const formatByShell = {
  bash: formatBashCompletions,
  zsh: formatZshCompletions,
  fish: formatFishCompletions,
} as const;

const shells = Object.keys(formatByShell);

/** `completions`: prints a script that completes the commands and options in a shell. */
export const completions = defineCommand({
  name: 'completions',
  summary: 'prints a script that completes commands and options in bash, zsh or fish',
  options: {
    as: {
      type: 'string',
      value: 'NAME',
      about: `name that you type for this program (default: ${programName})`,
    },
  },
  positionals: { value: 'bash|zsh|fish', about: 'the shell' },
  usage: '(bash | zsh | fish) [--as NAME] [options]',
  notes: [
    'Prints the script on stdout and changes no file. It has every command, option and AutoSys flag of this version, so print it again after an update.',
    'A shell completes only names that it knows. Define a function or an alias with the name first.',
  ],
  examples: ['completions bash', 'completions zsh --as bridge'],
  run: async ({ options, positionals, io, json, loadCommands }) => {
    const [shell = '', ...more] = positionals;
    if (more.length > 0 || !isShell(shell)) {
      const found = more.length > 0 ? positionals.length : JSON.stringify(shell.slice(0, 40));
      throw new CommandLineError('completions', [
        `expected one of ${shells.join(', ')}, found ${found}`,
      ]);
    }
    const program = options.as ?? programName;
    if (!/^[A-Za-z_][\w.-]{0,63}$/.test(program)) {
      const found = JSON.stringify(program.slice(0, 40));
      throw new CommandLineError('completions', [
        `--as: expected 1 to 64 letters, digits, dots, dashes and underscores, found ${found}`,
      ]);
    }
    const script = formatByShell[shell](program, toCompletedCommands(await loadCommands()));
    if (json) printJson(io.stdout, { shell, script });
    else io.stdout.write(script);
    return exitCodes.done;
  },
});

function isShell(text: string): text is keyof typeof formatByShell {
  return Object.hasOwn(formatByShell, text);
}
