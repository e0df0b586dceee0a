import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { toClientSettings } from './client-timeouts.ts';
import type { LogLocation, LogPage, ReadLog } from './log-results.ts';
import { toFailedCall } from './lookup.ts';

/** One more try: a page that fails in the middle of a log would end the command's output. */
const clientSettings = toClientSettings({ tries: 2, tryMs: 4_000 });

/**
 * Maximum events of a page. With lines of 100 characters it is about one page of the launch API, so
 * few lines are read twice. AWS allows 10,000.
 */
const pageEvents = 2_500;

/**
 * Creates the reading of log lines in CloudWatch Logs, in the account and Region of the function.
 *
 * A stream is read from its head by GetLogEvents. Its end is the page whose token is that of the
 * request; an empty page is not the end (API reference). A window is read by FilterLogEvents, whose
 * last page has no token.
 */
export function createReadLog(
  client: Pick<CloudWatchLogsClient, 'send'> = new CloudWatchLogsClient(clientSettings),
): ReadLog {
  return async function readLog({ location, token }, signal) {
    try {
      return location.kind === 'stream'
        ? await readStream(client, { location, token }, signal)
        : await readWindow(client, { location, token }, signal);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'ResourceNotFoundException') return { kind: 'missing' };
      if (name === 'InvalidParameterException' && token !== undefined) return { kind: 'badToken' };
      return toFailedCall(error);
    }
  };
}

interface PageRequest<Kind> {
  readonly location: Extract<LogLocation, { readonly kind: Kind }>;
  readonly token: string | undefined;
}

async function readStream(
  client: Pick<CloudWatchLogsClient, 'send'>,
  { location, token }: PageRequest<'stream'>,
  signal: AbortSignal,
): Promise<LogPage> {
  const command = new GetLogEventsCommand({
    logGroupName: location.group,
    logStreamName: location.stream,
    startFromHead: true,
    limit: pageEvents,
    nextToken: token,
  });
  const { events = [], nextForwardToken } = await client.send(command, { abortSignal: signal });
  return toPage(events, nextForwardToken === token ? undefined : nextForwardToken);
}

async function readWindow(
  client: Pick<CloudWatchLogsClient, 'send'>,
  { location, token }: PageRequest<'window'>,
  signal: AbortSignal,
): Promise<LogPage> {
  const command = new FilterLogEventsCommand({
    logGroupName: location.group,
    startTime: location.fromMs,
    endTime: location.toMs,
    limit: pageEvents,
    nextToken: token,
  });
  const { events = [], nextToken } = await client.send(command, { abortSignal: signal });
  return toPage(events, nextToken);
}

function toPage(
  events: readonly { readonly message?: string | undefined }[],
  next: string | undefined,
): LogPage {
  const lines = events.map(({ message = '' }) => message);
  return { kind: 'page', lines, ...(next !== undefined && { next }) };
}
