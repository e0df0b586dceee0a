import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LiveClientOptions, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Reads when a table was created. Never rejects. `unknown`: there is no such table. */
export type ReadTableCreation = (
  tableName: string,
  signal: AbortSignal,
) => Promise<
  { readonly kind: 'found'; readonly createdAt: Date } | { readonly kind: 'unknown' } | FailedCall
>;

/** Creates the read. */
export function createReadTableCreation(
  options: LiveClientOptions,
  client: Pick<DynamoDBClient, 'send'> = new DynamoDBClient(toLiveSettings(options)),
): ReadTableCreation {
  return async function readTableCreation(tableName, abortSignal) {
    try {
      const command = new DescribeTableCommand({ TableName: tableName });
      const { Table: table } = await client.send(command, { abortSignal });
      const createdAt = table?.CreationDateTime;
      if (createdAt) return { kind: 'found', createdAt };
      return { kind: 'unavailable', reason: 'an answer without the time of creation' };
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'ResourceNotFoundException';
      return isUnknown ? { kind: 'unknown' } : toFailedCall(error);
    }
  };
}
