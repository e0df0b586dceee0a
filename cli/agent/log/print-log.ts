import type { AgentIo } from '../agent-io.ts';
import type { LaunchClient } from '../api/launch-api.ts';
import { callRepeatedly, sleepMs } from '../call-repeatedly.ts';
import { describeApiFailure } from '../wait/trouble.ts';
import { createLineReader } from './line-reader.ts';
import { createMiddleCut } from './middle-cut.ts';

/** Which log is printed. */
export interface PrintLogRequest {
  readonly name: string;
  /** Link to the run in the AWS console. */
  readonly console: string | undefined;
  /** Printed if no page of the log can be read: each log begins with a diagnosis. */
  readonly diagnosis?: string | undefined;
  /** True for a run that has just ended: its last lines may still be on their way. */
  readonly hasStragglers: boolean;
}

/** What printing a log needs. */
export interface LogDeps extends Pick<AgentIo, 'clock' | 'random'> {
  readonly api: Pick<LaunchClient, 'log'>;
  readonly print: (line: string) => void;
}

/** Bounds of reading a log. */
export const logReading = {
  /** Pages of 256 KiB: about 100 MiB. */
  pages: 400,
  /** After the last text, the log is read again for this long. */
  stragglersMs: 10_000,
  /** A log that still grows is read for this long after its first end. */
  growingMs: 60_000,
  /** Pause between two such reads. */
  pauseMs: 3_000,
} as const;

/**
 * Prints the log of a run, bounded. Never rejects: a log that cannot be read is one line.
 *
 * @returns true if the log was read to its end
 */
export async function printRunLog(request: PrintLogRequest, deps: LogDeps): Promise<boolean> {
  const place =
    request.console === undefined ? 'the whole log is in CloudWatch' : `all: ${request.console}`;
  const reader = createLineReader();
  const cut = createMiddleCut(deps.print, place);
  let isRead = false;
  const failure = await readPages(request, deps, (text) => {
    isRead = true;
    reader.take(text).forEach(cut.add);
  });
  reader.rest().forEach(cut.add);
  cut.finish();
  if (failure === undefined) return true;
  if (!isRead && request.diagnosis !== undefined) deps.print(request.diagnosis);
  deps.print(`[log incomplete: ${failure}; ${place}]`);
  return false;
}

/** @returns why the log is incomplete */
async function readPages(
  { name, hasStragglers }: PrintLogRequest,
  deps: LogDeps,
  addText: (text: string) => void,
): Promise<string | undefined> {
  const { clock } = deps;
  let from: string | undefined;
  let endedAt: number | undefined;
  let textAt = clock.now();
  for (let page = 0; page < logReading.pages; page += 1) {
    const outcome = await callRepeatedly(deps, () => deps.api.log(name, from));
    if (outcome.kind !== 'answer') return describeApiFailure(outcome);
    const { text, next, end } = outcome.body;
    addText(text);
    const now = clock.now();
    if (text !== '') textAt = now;
    const isRepeated = end && next === from;
    from = next;
    if (!end) continue;
    if (endedAt === undefined) {
      endedAt = now;
      textAt = now;
    }
    const isQuiet = now - textAt >= logReading.stragglersMs;
    if (isRepeated && (!hasStragglers || isQuiet)) return undefined;
    if (now - endedAt >= logReading.growingMs) return undefined;
    if (isRepeated) await sleepMs(clock, logReading.pauseMs);
  }
  return `it has more than ${logReading.pages} pages`;
}
