import type { LogPage, ReadLog } from '../aws/log-results.ts';
import type { LaunchCaller } from '../routing/targets.ts';
import { apiVersion, type LogAnswer } from './api.ts';
import { toNotAvailable } from './api-error.ts';
import { createKeptLogSources, type KeptLogSourcesDeps } from './kept-log-sources.ts';
import type { Launches } from './launches.ts';
import { toLogText, toPlainLine } from './log-lines.ts';
import type { LogSource } from './log-sources.ts';
import {
  type LogPosition,
  logStart,
  parseLogToken,
  toBadLogToken,
  toLogToken,
  toSourceDigest,
} from './log-token.ts';
import { createReadLaunch } from './read-launch.ts';

export interface ReadRunLogDeps extends KeptLogSourcesDeps {
  readonly launches: Launches;
  readonly readLog: ReadLog;
}

/** A request for a page of the log of a run. */
export interface LogRequest {
  readonly name: string;
  /** Token of an earlier answer. @default - from the beginning */
  readonly from?: string;
}

/** Size of a page in bytes of UTF-8, beside headings and notes. A line is shorter, even escaped. */
const pageBytes = 262_144;
/** Maximum calls of CloudWatch Logs for a page: empty pages may come before the end. */
const maxCalls = 20;
/** Time after which a page ends as it is. API Gateway ends a request after 29 s. */
const maxMs = 15_000;
/** A page as it is filled. */
interface Page {
  text: string;
  bytes: number;
  calls: number;
  at: LogPosition;
}

/**
 * Creates the reading of the log of a run, page by page. It starts nothing.
 *
 * The log has every attempt in order, each with a heading. A part that cannot be read is one line,
 * and the next part follows. The page at the end says `end`; its token reads what comes later.
 */
export function createReadRunLog(deps: ReadRunLogDeps) {
  const { launches, now } = deps;
  const readLaunch = createReadLaunch(launches);
  const findSources = createKeptLogSources(deps);

  /** @throws {ApiError} 400, 403, 404 or 503 @throws {LedgerError} */
  return async function readRunLog(
    { name, from }: LogRequest,
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<LogAnswer> {
    const { launch } = await readLaunch(name, caller);
    const at = from === undefined ? logStart : parseLogToken(name, from);
    const page: Page = { text: '', bytes: 0, calls: 0, at };
    const { aws } = launch;
    if (aws === undefined) {
      if (from === undefined) add(page, `=== nothing runs in AWS for ${name} ===\n`);
      return toLogAnswer(name, page, true);
    }
    const untilMs = now().getTime() + maxMs;
    const { found, intro } = await findSources({ ...launch, aws }, signal);
    if (from === undefined) add(page, intro);
    restartIfChanged(page, found.sources);
    for (;;) {
      const source = found.sources[page.at.index];
      if (source === undefined) return toLogAnswer(name, page, true);
      const isTime = page.calls < maxCalls && !signal.aborted && now().getTime() < untilMs;
      if (page.bytes >= pageBytes || !isTime) return toLogAnswer(name, page, false);
      const isLast = page.at.index === found.sources.length - 1;
      const step = await readPart(deps, { page, source, isLast }, signal);
      if (step !== 'continue') return toLogAnswer(name, page, step === 'end');
    }
  };
}

/** Reads some lines of a source into the page. `full`: the next request continues. */
async function readPart(
  { readLog }: ReadRunLogDeps,
  { page, source, isLast }: { page: Page; source: LogSource; isLast: boolean },
  signal: AbortSignal,
): Promise<'continue' | 'full' | 'end'> {
  const { location, heading, maxLines = Number.POSITIVE_INFINITY } = source;
  if (page.at.printed === 'nothing') {
    add(page, `${toPlainLine(heading, 1_000)}\n`);
    page.at = { ...page.at, source: toDigestOf(source), printed: 'heading' };
  }
  if (location === undefined) return goOn(page, isLast);
  page.calls += 1;
  const { token } = page.at;
  const result = await readLog({ location, token }, signal);
  const where = location.kind === 'stream' ? `stream ${location.stream}` : 'group';
  switch (result.kind) {
    case 'page': {
      const isFull = addLines(page, result, maxLines);
      if (isFull) return 'full';
      if (page.at.lines >= maxLines && result.next !== undefined) {
        add(page, `=== cut after ${maxLines} lines; the console has the rest ===\n`);
        return goOn(page, isLast);
      }
      if (result.next === undefined) return goOn(page, isLast);
      page.at = { ...page.at, token: result.next, skip: 0 };
      return 'continue';
    }
    case 'missing':
      if (page.at.printed !== 'missing') {
        add(page, `=== this log does not exist: ${where} (log group ${location.group}) ===\n`);
        page.at = { ...page.at, printed: 'missing' };
      }
      return goOn(page, isLast);
    case 'badToken':
      throw toBadLogToken('is no longer known to CloudWatch Logs');
    case 'denied':
      if (page.at.printed !== 'missing') {
        add(
          page,
          `=== no access to this log: log group ${location.group} (${result.reason}) ===\n`,
        );
        page.at = { ...page.at, printed: 'missing' };
      }
      return goOn(page, isLast);
    default: {
      // What was read so far is given; the next request reports the failure if it lasts.
      if (page.text !== '') return 'full';
      throw toNotAvailable(`CloudWatch Logs did not answer (${result.kind}: ${result.reason})`);
    }
  }
}

/** To the next source; at the last one the position stays, since lines may still come. */
function goOn(page: Page, isLast: boolean): 'continue' | 'end' {
  if (isLast) return 'end';
  page.at = { ...logStart, index: page.at.index + 1 };
  return 'continue';
}

/** Adds the lines after the position. @returns whether lines are left because the page is full */
function addLines(page: Page, { lines }: LogPage, maxLines: number): boolean {
  const { skip } = page.at;
  const fresh = lines.slice(skip);
  let taken = 0;
  for (const line of fresh) {
    if (page.at.lines + taken >= maxLines) break;
    const text = toLogText(line);
    const bytes = Buffer.byteLength(text);
    const isFirst = page.bytes === 0;
    if (!isFirst && page.bytes + bytes > pageBytes) {
      move(page, taken);
      return true;
    }
    add(page, text, bytes);
    taken += 1;
  }
  move(page, taken);
  return false;
}

function move(page: Page, taken: number): void {
  const { skip, lines } = page.at;
  // A stream that was missing has appeared.
  const printed = 'heading';
  page.at = { ...page.at, skip: skip + taken, lines: lines + taken, printed };
}

function add(page: Page, text: string, bytes = Buffer.byteLength(text)): void {
  page.text += text;
  page.bytes += bytes;
}

/** After a redrive, or once AWS has forgotten a job, the position is in a source that is gone. */
function restartIfChanged(page: Page, sources: readonly LogSource[]): void {
  const { source, index } = page.at;
  const now = sources[index];
  if (source === '' || (now !== undefined && toDigestOf(now) === source)) return;
  add(page, '=== the log streams of the run have changed; the log begins again ===\n');
  page.at = logStart;
}

function toDigestOf({ location, heading }: LogSource): string {
  return toSourceDigest(location === undefined ? heading : JSON.stringify(location));
}

function toLogAnswer(name: string, { text, at }: Page, end: boolean): LogAnswer {
  return { version: apiVersion, text, next: toLogToken(name, at), end };
}
