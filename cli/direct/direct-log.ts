import type { LogAnswer } from '../../lambda/launch/api.ts';
import { createFindLogSources } from '../../lambda/launch/find-log-sources.ts';
import { createReadRunLog } from '../../lambda/launch/read-run-log.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import type { DirectFacts } from './direct-facts.ts';

/** Creates the reading of a page of the log of the run, as the launch API answers it. */
export function createDirectLog({ memory, calls, home, now, caller }: DirectFacts) {
  const { launches, runs } = memory;
  const findLogSources = createFindLogSources(calls.logs);
  const readRunLog = createReadRunLog({
    ...{ launches, runs, region: home.region, now, readLog: calls.logs.readLog },
    findLogSources: async (...given) => {
      const found = await findLogSources(...given);
      return { ...found, notes: found.notes.map(toNoteOfHost) };
    },
  });
  /** @throws {ApiError} if the log cannot be read */
  return async function readDirectLog(
    name: string,
    from: string | undefined,
    signal: AbortSignal,
  ): Promise<ApiOutcome<LogAnswer>> {
    const request = { name, ...(from !== undefined && { from }) };
    const body = await readRunLog(request, caller, signal);
    return { kind: 'answer', status: 200, body, retryAfterMs: undefined };
  };
}

/** A denial here is one of this host. */
function toNoteOfHost(note: string): string {
  return note.replace('the role of the launch function', 'the role of this host');
}
