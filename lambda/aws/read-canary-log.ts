import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type LiveClientOptions, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Reads the lines of a log group within a time, oldest first. Never rejects. */
export type ReadLogLines = (
  window: { readonly group: string; readonly fromMs: number; readonly toMs: number },
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly lines: readonly string[] } | FailedCall>;

/** Maximum pages. The canary writes a few lines in a quarter of an hour. */
const maxPages = 50;

/** Creates the read of the log of the canary. */
export function createReadLogLines(
  options: LiveClientOptions,
  client: Pick<CloudWatchLogsClient, 'send'> = new CloudWatchLogsClient(toLiveSettings(options)),
): ReadLogLines {
  return async function readLogLines({ group, fromMs, toMs }, abortSignal) {
    const lines: string[] = [];
    let nextToken: string | undefined;
    try {
      for (let page = 0; page < maxPages; page += 1) {
        const command = new FilterLogEventsCommand({
          logGroupName: group,
          startTime: fromMs,
          endTime: toMs,
          nextToken,
        });
        const answer = await client.send(command, { abortSignal });
        lines.push(...(answer.events ?? []).map(({ message = '' }) => message));
        nextToken = answer.nextToken;
        if (nextToken === undefined) return { kind: 'found', lines };
      }
      return { kind: 'unavailable', reason: 'FilterLogEvents has too many pages' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
