import { logOfRun } from '../agent/commands/log-of-run.ts';
import { toCliCommand } from '../agent-commands.ts';

/** `log`: prints the log of a run. The command of the agent. */
export const logSubcommand = toCliCommand(logOfRun);
