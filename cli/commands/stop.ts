import { stopRun } from '../agent/commands/stop-run.ts';
import { toCliCommand } from '../agent-commands.ts';

/** `stop`: stops a run. The command of the agent. */
export const stopSubcommand = toCliCommand(stopRun);
