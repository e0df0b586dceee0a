import type { GlobalName } from '../names.ts';
import { readGlobalList, takesPattern } from './global-list.ts';
import { readGlobalReply } from './global-reply.ts';
import type { ReaderDeps } from './job-reader.ts';
import type { GlobalListReading, GlobalVariableReading } from './readings.ts';
import { toError, toProtocolError } from './wire.ts';

const isRead = { changes: false, repeatable: true } as const;

/** Reads one global variable. `unreadable` if the profile or the release cannot read it. */
export async function readGlobalFrom(
  { caller, profile, timezone }: ReaderDeps,
  globalVariable: GlobalName,
  signal: AbortSignal | undefined,
): Promise<GlobalVariableReading> {
  const template = profile.readGlobalVariable;
  if (template === undefined) {
    return { kind: 'unreadable', reason: `the wire profile ${profile.name} has no request for it` };
  }
  const doing = `reading global variable ${globalVariable}`;
  const call = { doing, template, fields: { globalVariable }, ...isRead, signal };
  const { reply } = await caller.request(call);
  const reading = readGlobalReply(reply, template, { globalVariable, timezone });
  if (reading !== undefined) return reading;
  throw toError(reply, call) ?? toProtocolError(reply, doing, 'the value of the variable');
}

/**
 * Reads several global variables in one request.
 *
 * `unreadable` if the profile or the release cannot list them.
 *
 * @param pattern `ALL`, or a pattern of autorep such as `AWS_%`
 */
export async function readGlobalsFrom(
  { caller, profile, timezone }: ReaderDeps,
  pattern: string,
  signal: AbortSignal | undefined,
): Promise<GlobalListReading> {
  const template = profile.readGlobalVariable;
  if (template === undefined || !takesPattern(template)) {
    const reason = `the wire profile ${profile.name} has no request for several variables`;
    return { kind: 'unreadable', reason };
  }
  const doing = `reading global variables ${pattern}`;
  const call = { doing, template, fields: { globalVariable: pattern }, ...isRead, signal };
  const { reply } = await caller.request(call);
  const list = readGlobalList(reply, timezone);
  if (list !== undefined) return list;
  throw toError(reply, call) ?? toProtocolError(reply, doing, 'a list of variables');
}
