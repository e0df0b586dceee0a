import type { AutosysInstance } from '../../autosys/names.ts';
import type { ListingPort } from '../delivery/shared-reads.ts';
import { DefectError, isExpectedError } from '../errors.ts';
import type { Log } from './report-telemetry.ts';

/** A fault in the code of the bridge or of a library, such as a TypeError. */
export interface Defect {
  /** Class of the error, such as `TypeError`. */
  readonly name: string;
  /**
   * Function, file, line and column, such as `readReply (index.js:12:34)`; empty if the stack has
   * none.
   */
  readonly location: string;
}

/**
 * Creates the log of defects: one line each, with class and location. The message of the error is
 * left out, since it may contain secrets.
 */
export function createLogDefect(
  log: Log,
  autosysInstance?: AutosysInstance,
): (error: unknown) => void {
  return function logDefect(error) {
    const { name, location } = toDefect(error);
    const { code } = new DefectError();
    const instanceField = autosysInstance === undefined ? {} : { autosysInstance };
    log.error('defect in the bridge', { ...instanceField, code, error: name, location });
  };
}

/**
 * Wraps a port so that its calls fail only with errors that the bridge knows. Any other error is
 * logged as a defect and becomes a {@link DefectError}. It never counts as an answer of AutoSys.
 *
 * @param logDefect called once for each defect
 */
export function withDefects(port: ListingPort, logDefect: (error: unknown) => void): ListingPort {
  const guard = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call();
    } catch (error) {
      if (isExpectedError(error)) throw error;
      logDefect(error);
      throw new DefectError();
    }
  };
  return {
    sendEvent: (event, options) => guard(() => port.sendEvent(event, options)),
    readJob: (job, options) => guard(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => guard(() => port.readGlobalVariable(name, options)),
    readGlobalVariables: (pattern, options) =>
      guard(() => port.readGlobalVariables(pattern, options)),
    readJobRuns: (job, options) => guard(() => port.readJobRuns(job, options)),
    readJobEvents: (job, options) => guard(() => port.readJobEvents(job, options)),
  };
}

/** Class and location of an error, without anything that may contain a secret. */
export function toDefect(error: unknown): Defect {
  if (!(error instanceof Error)) return { name: typeof error, location: '' };
  const { message, stack = '' } = error;
  // The frames follow the message. The message may contain text that looks like a frame.
  const start = stack.indexOf(message);
  const frames = start === -1 ? '' : stack.slice(start + message.length);
  // The first frame, without directories.
  const frame = /^ +at (.+:\d+:\d+)\)?$/m.exec(frames)?.[1] ?? '';
  const at = /[\w.-]+:\d+:\d+$/.exec(frame)?.[0] ?? '';
  const caller = /^(?:async |new )?([\w.#$<>]+) \(/.exec(frame)?.[1];
  return { name: error.name, location: caller === undefined ? at : `${caller} (${at})` };
}
