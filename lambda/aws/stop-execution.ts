import {
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import { toFailedCall } from './lookup.ts';
import type {
  DescribeMapRun,
  ListMapChildren,
  ListMapRuns,
  ReadDefinition,
  ReadExecutionHistory,
  StartingEvent,
  StopExecution,
} from './stop-result.ts';

type Client = Pick<SFNClient, 'send'>;

/** The calls of Step Functions that a stop needs. */
export interface ExecutionStops {
  readonly stopExecution: StopExecution;
  readonly readHistory: ReadExecutionHistory;
  readonly listMapRuns: ListMapRuns;
  readonly listMapChildren: ListMapChildren;
  readonly describeMapRun: DescribeMapRun;
  readonly readDefinition: ReadDefinition;
}

/** One try: the sweep repeats the step. A page of the history may hold megabytes. */
const clientSettings = toClientSettings({ tries: 1, tryMs: 5_000 });

/** Items of a page: the maximum (API reference). */
const pageSize = 1_000;

/** Creates the calls in the account and Region of the function. */
export function createExecutionStops(
  client: Client = new SFNClient(clientSettings),
): ExecutionStops {
  return {
    stopExecution: createStopExecution(client),
    readHistory: createReadHistory(client),
    describeMapRun: createDescribeMapRun(client),
    readDefinition: createReadDefinition(client),
    async listMapRuns(executionArn, from, signal) {
      try {
        const command = new ListMapRunsCommand({ executionArn, nextToken: from });
        const { mapRuns = [], nextToken } = await client.send(command, { abortSignal: signal });
        const items = mapRuns.flatMap(({ mapRunArn }) => mapRunArn ?? []);
        return { kind: 'found', items, next: nextToken };
      } catch (error) {
        return toFailedCall(error);
      }
    },
    async listMapChildren({ of, status, from }, signal) {
      const query = { mapRunArn: of, statusFilter: status, maxResults: pageSize, nextToken: from };
      try {
        const command = new ListExecutionsCommand(query);
        const { executions = [], nextToken } = await client.send(command, { abortSignal: signal });
        const items = executions.flatMap(({ executionArn }) => executionArn ?? []);
        return { kind: 'found', items, next: nextToken };
      } catch (error) {
        return toFailedCall(error);
      }
    },
  };
}

/**
 * AWS encrypts error and cause with the key of the state machine. A caller without the key must
 * leave out both (API reference, StopExecution).
 */
function createStopExecution(client: Client): StopExecution {
  return async function stopExecution(executionArn, { error, cause }, signal) {
    const stop = async (why: { readonly error?: string; readonly cause?: string }) => {
      const command = new StopExecutionCommand({ executionArn, ...why });
      await client.send(command, { abortSignal: signal });
      return { kind: 'accepted' } as const;
    };
    try {
      return await stop({ error, cause }).catch((failure: unknown) => {
        if (failure instanceof Error && failure.name.startsWith('Kms')) return stop({});
        throw failure;
      });
    } catch (failure) {
      if (failure instanceof Error && failure.name === 'ExecutionDoesNotExist') {
        return { kind: 'unknown' };
      }
      return toFailedCall(failure);
    }
  };
}

function createDescribeMapRun(client: Client): DescribeMapRun {
  return async function describeMapRun(mapRunArn, signal) {
    try {
      const command = new DescribeMapRunCommand({ mapRunArn });
      const answer = await client.send(command, { abortSignal: signal });
      const { executionArn = '', executionCounts: counts } = answer;
      // What the answer leaves out may be any number.
      const { running = 1, succeeded = 1, failed = 1, timedOut = 1 } = counts ?? {};
      const notAborted = running + succeeded + failed + timedOut + (counts?.pendingRedrive ?? 0);
      return { kind: 'found', executionArn, notAborted };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

/** The definition may hold secrets, so it goes to the pure function that searches it, and nowhere else. */
function createReadDefinition(client: Client): ReadDefinition {
  return async function readDefinition(executionArn, signal) {
    try {
      const command = new DescribeStateMachineForExecutionCommand({ executionArn });
      const { definition = '' } = await client.send(command, { abortSignal: signal });
      return { kind: 'found', definition };
    } catch (error) {
      const failed = toFailedCall(error);
      // A key that is disabled or deleted stays so, until its owner acts.
      const isKeyState = failed.reason === 'KmsInvalidStateException';
      return isKeyState ? { ...failed, kind: 'denied' } : failed;
    }
  };
}

/** Marks the token of a history that is read without data: all of its pages must be. */
const withoutData = 'without-data ';

/** A caller without the key of the state machine reads the events without inputs and outputs. */
function createReadHistory(client: Client): ReadExecutionHistory {
  return async function readHistory(executionArn, from, signal) {
    const read = async (includeExecutionData: boolean, token: string | undefined) => {
      const page = { executionArn, includeExecutionData, maxResults: pageSize, nextToken: token };
      const command = new GetExecutionHistoryCommand(page);
      const { events = [], nextToken } = await client.send(command, { abortSignal: signal });
      const mark = includeExecutionData ? '' : withoutData;
      const next = nextToken === undefined ? undefined : `${mark}${nextToken}`;
      return { kind: 'found', items: events.map(toStartingEvent), next } as const;
    };
    try {
      if (from?.startsWith(withoutData)) return await read(false, from.slice(withoutData.length));
      return await read(true, from).catch((error: unknown) => {
        if (error instanceof Error && error.name.startsWith('Kms') && from === undefined) {
          return read(false, undefined);
        }
        throw error;
      });
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

const endTypes: readonly (string | undefined)[] = [
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionAborted',
  'ExecutionTimedOut',
];

/** Inputs and all other outputs are discarded, since they may hold secrets. */
function toStartingEvent(event: HistoryEvent): StartingEvent {
  const { type } = event;
  if (endTypes.includes(type)) return { kind: 'ended' };
  switch (type) {
    case 'TaskSubmitted':
    case 'TaskSucceeded': {
      const details = event.taskSubmittedEventDetails ?? event.taskSucceededEventDetails;
      const { resourceType = '', resource = '', output } = details ?? {};
      return { kind: 'task', type, resourceType, resource, output };
    }
    case 'MapRunStarted':
    case 'MapRunRedriven': {
      const { mapRunArn } =
        event.mapRunStartedEventDetails ?? event.mapRunRedrivenEventDetails ?? {};
      return mapRunArn === undefined ? { kind: 'other' } : { kind: 'mapRun', mapRunArn };
    }
    case 'ExecutionRedriven':
      return { kind: 'redriven' };
    default:
      return { kind: 'other' };
  }
}
