import { readGlobals } from '../autorep/index.ts';
import { toMeaning } from './meaning.ts';
import type { GlobalVariableRead } from './profile.ts';
import type { GlobalListReading } from './readings.ts';
import type { Reply } from './reply.ts';
import { describeAnswer, readCommandOutput } from './wire.ts';

/**
 * Whether the request for one variable also takes a pattern or `ALL`: it runs `autorep -G`, for which patterns are
 * documented. That `command/run` hands the pattern on unchanged is inferred.
 */
export function takesPattern({ reads, body = {} }: GlobalVariableRead): boolean {
  const commands = Object.values(body);
  return (
    reads === 'stdOut' &&
    commands.some((text) => /^\s*autorep\s+-G\s+\{globalVariable\}\s*$/.test(text))
  );
}

/**
 * Reads the answer to a request for several variables.
 *
 * A release that cannot answer it is a result, not an error: each variable can still be read singly.
 *
 * @returns `undefined` where AutoSys did not answer, or refused
 */
export function readGlobalList(reply: Reply, timezone: string): GlobalListReading | undefined {
  if (toMeaning(reply) !== 'done') return undefined;
  const output = readCommandOutput(reply);
  if (output === undefined) return unreadable(`AutoSys answered ${describeAnswer(reply)}`);
  if (output.stdErr.some((line) => line.trim() !== '')) return unreadable(reply.said);
  const table = readGlobals(output.stdOut, timezone);
  return table === undefined
    ? unreadable('autorep printed no table with Global Name, Value and Last Changed')
    : { kind: 'list', ...table };
}

function unreadable(reason: string): GlobalListReading {
  return { kind: 'unreadable', reason };
}
