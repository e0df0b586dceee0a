import { whoisRun } from '../agent/commands/whois-run.ts';
import { toCliCommand } from '../agent-commands.ts';

/** `whois`: finds runs and their jobs. The command of the agent. */
export const whoisSubcommand = toCliCommand(whoisRun);
