import { runTarget } from '../agent/commands/run-target.ts';
import { toCliCommand } from '../agent-commands.ts';

/** `run`: starts AWS work, and waits for its end. The command of the agent. */
export const runSubcommand = toCliCommand(runTarget);
