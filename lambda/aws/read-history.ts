import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import type { PastEvent, ReadHistory } from './log-results.ts';
import { toFailedCall } from './lookup.ts';

const clientSettings = toClientSettings({ tries: 2, tryMs: 4_000 });

/** How much of a history is read: pages from its end. */
interface HistoryExtent {
  /** Events of a page, at most 1,000 (API reference). */
  readonly pageEvents: number;
  readonly maxPages: number;
}

/** A failing state is near the end, unless much ran beside it. */
const endOfHistory: HistoryExtent = { pageEvents: 200, maxPages: 3 };
/** A history has at most 25,000 events (service quotas). */
export const wholeHistory: HistoryExtent = { pageEvents: 1_000, maxPages: 25 };

/**
 * Creates the reading of the history of an execution, newest event first; by default of its end.
 *
 * Input and output are read for the ids of what a task has started, and then discarded. Without
 * access to the key of the state machine, the history comes without them.
 */
export function createReadHistory(
  client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings),
  { pageEvents, maxPages }: HistoryExtent = endOfHistory,
): ReadHistory {
  const read = async (executionArn: string, withData: boolean, signal: AbortSignal) => {
    const events: PastEvent[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const command = new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: pageEvents,
        includeExecutionData: withData,
        nextToken,
      });
      const answer = await client.send(command, { abortSignal: signal });
      events.push(...(answer.events ?? []).map(toPastEvent));
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
    return { kind: 'found', events } as const;
  };
  return async function readHistory(executionArn, signal) {
    try {
      return await read(executionArn, true, signal).catch((error: unknown) => {
        if (!isError(error, 'KmsAccessDeniedException')) throw error;
        return read(executionArn, false, signal);
      });
    } catch (error) {
      return isError(error, 'ExecutionDoesNotExist') ? { kind: 'unknown' } : toFailedCall(error);
    }
  };
}

function isError(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Fields that the details of several types of events share. */
interface EventDetails {
  readonly name?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly resource?: string | undefined;
  readonly state?: string | undefined;
  readonly parameters?: string | undefined;
  readonly output?: string | undefined;
  readonly mapRunArn?: string | undefined;
}

function toPastEvent(event: HistoryEvent): PastEvent {
  const { id = 0, previousEventId: previousId = 0, type = '', timestamp } = event;
  // Each event has at most one field of details; its name depends on the type.
  const details: EventDetails =
    Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1] ?? {};
  const { error, cause, resource, parameters, output, mapRunArn } = details;
  const state = /State(?:Entered|Exited)$/.test(type) ? details.name : details.state;
  return {
    ...{ id, previousId, type, atMs: timestamp?.getTime() ?? 0 },
    ...{ state, error, cause, resource, mapRunArn },
    functionName: readField(parameters, 'FunctionName'),
    ...(type === 'TaskSubmitted' && {
      batchJobId: readField(output, 'JobId'),
      executionArn: readField(output, 'ExecutionArn'),
    }),
  };
}

/** A text field of a JSON object. Everything else of it is discarded. */
function readField(json: string | undefined, name: string): string | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null) return undefined;
    const field: unknown = Reflect.get(value, name);
    return typeof field === 'string' ? field : undefined;
  } catch {
    // The data may be cut off.
    return undefined;
  }
}
