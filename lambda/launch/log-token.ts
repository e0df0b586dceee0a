import { toDigest } from '../workload/digest.ts';
import { nothingStarted } from './api.ts';
import { ApiError } from './api-error.ts';

/** A position in the log of a run: in which source, and where in it. */
export interface LogPosition {
  /** Index of the source. */
  readonly index: number;
  /** Digest of the source, or empty at its end of all sources. */
  readonly source: string;
  /** Token of CloudWatch Logs for the page to read. @default - the first page */
  readonly token?: string | undefined;
  /** Lines of that page that were given already. */
  readonly skip: number;
  /** Lines of the source that were given already. */
  readonly lines: number;
  /** What was printed about the source: nothing, its heading, or that it is missing. */
  readonly printed: 'nothing' | 'heading' | 'missing';
}

/** The beginning of a log. */
export const logStart: LogPosition = {
  index: 0,
  source: '',
  skip: 0,
  lines: 0,
  printed: 'nothing',
};

const printedStates = ['nothing', 'heading', 'missing'] as const;
/** Maximum characters of a token: tokens of FilterLogEvents have several hundred. */
const maxToken = 6_000;

/**
 * The position as an opaque token for one run. It names no log stream: the function finds the
 * streams of the run again, so a forged token cannot show the log of another run.
 */
export function toLogToken(run: string, position: LogPosition): string {
  const { index, source, token = '', skip, lines, printed } = position;
  const state = printedStates.indexOf(printed);
  const fields = [1, toRunDigest(run), index, source, skip, lines, state, token];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/**
 * Reads a token of {@link toLogToken}.
 *
 * @throws {ApiError} 400 if it is damaged, of another version, or of another run
 */
export function parseLogToken(run: string, text: string): LogPosition {
  const fields = text.length <= maxToken ? parseFields(text) : [];
  const [version, of, index, source, skip, lines, state, token] = fields;
  const printed = typeof state === 'number' ? printedStates[state] : undefined;
  if (
    version !== 1 ||
    !isCount(index) ||
    !isCount(skip) ||
    !isCount(lines) ||
    printed === undefined ||
    typeof source !== 'string' ||
    !/^(?:[0-9a-f]{12})?$/.test(source) ||
    typeof token !== 'string' ||
    !/^[\x21-\x7e]*$/.test(token)
  ) {
    throw toBadLogToken('is damaged or of another version');
  }
  if (of !== toRunDigest(run)) throw toBadLogToken('belongs to another run');
  return { index, source, skip, lines, printed, ...(token !== '' && { token }) };
}

/** 400 for a token that cannot be used. @param why such as `belongs to another run` */
export function toBadLogToken(why: string): ApiError {
  return new ApiError({
    status: 400,
    code: 'INVALID_LOG_TOKEN',
    message: `from: the token ${why}; allowed: a token of an answer about this log, for 24 hours`,
    fix: 'read the log from the beginning, without from',
    exit: nothingStarted.usage,
  });
}

/** Digest of a text that a position remembers, in 12 hexadecimal digits. */
export function toSourceDigest(text: string): string {
  return toDigest(text).slice(0, 12);
}

function toRunDigest(run: string): string {
  return toDigest(`log of ${run}`).slice(0, 16);
}

function parseFields(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
