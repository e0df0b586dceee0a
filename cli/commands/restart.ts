import { restartRun } from '../agent/commands/restart-run.ts';
import { toCliCommand } from '../agent-commands.ts';

/** `restart`: continues or repeats an ended run. The command of the agent. */
export const restartSubcommand = toCliCommand(restartRun);
