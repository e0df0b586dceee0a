import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import type { ReadFailedMapChildren } from './log-results.ts';
import { toFailedCall } from './lookup.ts';

const clientSettings = toClientSettings({ tries: 2, tryMs: 4_000 });

/** Children that are described. DescribeExecution has a quota of 15 a second for the account. */
const maxDescribed = 5;

/**
 * Creates the reading of failed children of a Map Run: the newest ones. ListExecutions shows no
 * error, so each of them is described. Input and output
 * are discarded.
 */
export function createReadFailedMapChildren(
  client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings),
): ReadFailedMapChildren {
  return async function readFailedMapChildren(mapRunArn, signal) {
    try {
      const list = new ListExecutionsCommand({
        mapRunArn,
        statusFilter: 'FAILED',
        maxResults: maxDescribed,
      });
      const { executions = [], nextToken } = await client.send(list, { abortSignal: signal });
      const children = await Promise.all(
        executions.map(async ({ executionArn }) => {
          const command = new DescribeExecutionCommand({ executionArn });
          const { error, cause } = await client.send(command, { abortSignal: signal });
          return { error, cause };
        }),
      );
      return { kind: 'found', children, more: nextToken !== undefined };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
