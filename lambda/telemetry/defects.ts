import type { AutosysInstance } from '../../autosys/names.ts';
import type { ListingPort } from '../delivery/shared-reads.ts';
import { DefectError, isExpectedError } from '../errors.ts';
import type { Log } from './report-telemetry.ts';

/** A fault in the code of the bridge or of a library, such as a TypeError. */
export interface Defect {
  /** Class of the error, such as `TypeError`. */
  readonly name: string;
  /** Function, file, line and column, such as `readReply (index.js:12:34)`; empty where the error does not tell. */
  readonly place: string;
}

/** Binds the telling of defects: one log line each, with class and place; its message may quote anything. */
export function createLogDefect(
  log: Log,
  autosysInstance?: AutosysInstance,
): (error: unknown) => void {
  return (error) => {
    const { name, place } = toDefect(error);
    const { code } = new DefectError();
    const of = autosysInstance === undefined ? {} : { autosysInstance };
    log.error('defect of the bridge', { ...of, code, error: name, place });
  };
}

/**
 * An AutoSys whose calls fail with errors that the bridge knows, and no other: a defect is told of and becomes a
 * {@link DefectError}, so that it never passes for an answer of AutoSys.
 */
export function withDefects(port: ListingPort, tell: (error: unknown) => void): ListingPort {
  const guard = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call();
    } catch (error) {
      if (isExpectedError(error)) throw error;
      tell(error);
      throw new DefectError();
    }
  };
  return {
    sendEvent: (event, options) => guard(() => port.sendEvent(event, options)),
    readJob: (job, options) => guard(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => guard(() => port.readGlobalVariable(name, options)),
    readGlobalVariables: (pattern, options) =>
      guard(() => port.readGlobalVariables(pattern, options)),
    readJobEvents: (job, options) => guard(() => port.readJobEvents(job, options)),
  };
}

/** Class and place of an error, and nothing that may hold a secret. */
export function toDefect(error: unknown): Defect {
  if (!(error instanceof Error)) return { name: typeof error, place: '' };
  const { message, stack = '' } = error;
  // The frames follow the message, which may hold anything, a frame too.
  const start = stack.indexOf(message);
  const frames = start === -1 ? '' : stack.slice(start + message.length);
  // The first frame, without the folders of the machine.
  const frame = /^ +at (.+:\d+:\d+)\)?$/m.exec(frames)?.[1] ?? '';
  const at = /[\w.-]+:\d+:\d+$/.exec(frame)?.[0] ?? '';
  const caller = /^(?:async |new )?([\w.#$<>]+) \(/.exec(frame)?.[1];
  return { name: error.name, place: caller === undefined ? at : `${caller} (${at})` };
}
