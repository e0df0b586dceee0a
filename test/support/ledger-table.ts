import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LedgerTable } from '../../infra/ledger-table.ts';
import { LocalTables } from '../../local/index.ts';
import { readTableSchema } from '../../local/table-schema.ts';
import { connect } from './dynamo-server.ts';

/** A ledger table over the DynamoDB protocol, with its client. */
export interface EmbeddedTable extends AsyncDisposable {
  readonly tableName: string;
  /** Value for AWS_ENDPOINT_URL_DYNAMODB. */
  readonly url: string;
  readonly client: DynamoDBClient;
}

/** Starts the table with the definition of the stack, in memory. */
export async function startLedgerTable(): Promise<EmbeddedTable> {
  const stack = new Stack(new App(), 'Bridge');
  new LedgerTable(stack, 'Ledger', { encryptionKey: new Key(stack, 'Key') });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::Table'));
  const { schema } = readTableSchema('Ledger', resource?.['Properties'] ?? {});
  const tableName = 'Ledger';
  const tables = await LocalTables.start([{ id: 'Bridge/Ledger', name: tableName, schema }]);
  const client = connect(tables.url);
  return {
    tableName,
    url: tables.url,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await tables.stop();
    },
  };
}
