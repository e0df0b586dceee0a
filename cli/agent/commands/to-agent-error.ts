import { nothingStarted } from '../../../lambda/launch/api.ts';
import { AgentError } from '../agent-error.ts';
import { type ApiFailure, describeApiFailure } from '../wait/trouble.ts';

/** The error of a command whose call was refused, or had no answer. */
export function toAgentError(failure: ApiFailure): AgentError {
  if (failure.kind === 'refused') return new AgentError(failure.exit, failure.lines);
  const reason = describeApiFailure(failure);
  return new AgentError(nothingStarted.notReached, [
    `error: no answer of the launch API: ${reason}`,
  ]);
}
