import { readGlobals } from '../autorep/index.ts';
import { toMeaning } from './meaning.ts';
import type { GlobalVariableRead } from './profile.ts';
import type { GlobalListReading } from './readings.ts';
import type { Reply } from './reply.ts';
import { describeReply, readCommandOutput } from './wire.ts';

/**
 * Whether the request for one variable also accepts a pattern or `ALL`.
 *
 * True if it runs `autorep -G`, for which patterns are documented. That `command/run` does not
 * change the pattern is inferred.
 */
export function takesPattern({ reads, body = {} }: GlobalVariableRead): boolean {
  const commands = Object.values(body);
  return (
    reads === 'stdOut' &&
    commands.some((text) => /^\s*autorep\s+-G\s+\{globalVariable\}\s*$/.test(text))
  );
}

/**
 * Reads the reply to a request for several variables.
 *
 * A release without this request is a result, not an error: each variable can be read separately.
 *
 * @returns `undefined` if AutoSys did not answer, or rejected the request
 */
export function readGlobalList(reply: Reply, timezone: string): GlobalListReading | undefined {
  if (toMeaning(reply) !== 'done') return undefined;
  const output = readCommandOutput(reply);
  if (output === undefined) return unreadable(`AutoSys answered ${describeReply(reply)}`);
  if (output.stdErr.some((line) => line.trim() !== '')) return unreadable(reply.said);
  const table = readGlobals(output.stdOut, timezone);
  return table === undefined
    ? unreadable('autorep printed no table with Global Name, Value and Last Changed')
    : { kind: 'list', ...table };
}

function unreadable(reason: string): GlobalListReading {
  return { kind: 'unreadable', reason };
}
