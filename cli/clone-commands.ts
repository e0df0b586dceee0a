import { type CliCommand, defineCommand } from './command.ts';
import { clonePrefix, programName } from './command-prefix.ts';
import { CommandLineError } from './exit-code.ts';

/**
 * Commands that need the CDK app, which the one file does not contain. Each is in
 * `cli/commands/NAME.ts`.
 */
export const cloneCommands: readonly string[] = ['demo', 'package', 'play'];

/** What `--help` prints of a command. */
export type CommandText = Omit<CliCommand, 'execution'>;

/**
 * A command of {@link cloneCommands} in the one file: it has its help, and its options are checked,
 * but it only says where it runs.
 *
 * @throws {CommandLineError} when it runs
 */
export function createCloneCommand(text: CommandText): CliCommand {
  const { name } = text;
  return defineCommand({
    ...text,
    run: async () => {
      throw new CommandLineError(name, [
        `the CDK app is missing, found only the one file of ${programName}; run the command in a clone of the repository: npm ci && ${clonePrefix} ${name} …`,
      ]);
    },
  });
}
