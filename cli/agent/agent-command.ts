import type { Options, Values } from '../command.ts';
import type { HelpRow } from '../help-layout.ts';
import type { AgentIo } from './agent-io.ts';

/** What every command has, without the types of its options. */
interface AgentCommandProperties<O extends Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its options, without `--help`. */
  readonly options: O;
  readonly positionals: { readonly value: string; readonly about: string };
  /** Text after the name in the usage line. */
  readonly usage: string;
  readonly notes: readonly string[];
  readonly exitCodes: readonly HelpRow[];
  /** Whole command lines, without the prefix. */
  readonly examples: readonly string[];
}

/** Input of a command. */
export interface AgentInvocation<O extends Options = Options> {
  readonly options: Values<O>;
  readonly positionals: readonly string[];
  readonly io: AgentIo;
}

/** A command with the types of its own options. */
export interface AgentCommandDefinition<O extends Options> extends AgentCommandProperties<O> {
  /** @throws {AgentError} if nothing was done */
  readonly run: (invocation: AgentInvocation<O>) => Promise<number>;
}

/** A command of the agent. */
export interface AgentCommand extends AgentCommandProperties<Options> {
  readonly run: (invocation: AgentInvocation) => Promise<number>;
}

/** Checks a command against its own options. */
export function defineAgentCommand<const O extends Options>(
  definition: AgentCommandDefinition<O>,
): AgentCommand {
  const { run } = definition;
  return {
    ...definition,
    // Safe: `runAgent` creates the values from the same options.
    run: (invocation) => run(invocation as AgentInvocation<O>),
  };
}
