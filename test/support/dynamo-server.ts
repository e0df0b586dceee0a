import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoClientSettings } from '../../lambda/ledger/store/dynamo-table.ts';

/**
 * How the server answers a request: like DynamoDB, not at all, by closing the connection, or with
 * half a response.
 */
export type Behaviour =
  | { readonly status: number; readonly body: object; readonly date?: Date }
  | 'hang'
  | 'reset'
  | 'stop in the middle';

/** A server in place of DynamoDB. */
export interface DynamoServer extends AsyncDisposable {
  readonly client: DynamoDBClient;
  /** Value for AWS_ENDPOINT_URL_DYNAMODB. */
  readonly url: string;
  /** Requested operations in order, with repetitions. */
  readonly operations: readonly string[];
}

/**
 * Creates the DynamoDB client of the function, with the same timeouts, for an endpoint on loopback.
 */
export function connect(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    ...dynamoClientSettings,
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** Creates an error response of DynamoDB. */
export function aFailure(
  name: string,
  of: { readonly status?: number; readonly message?: string; readonly date?: Date } = {},
): Behaviour {
  const { status = 400, message = 'from the test', date } = of;
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message };
  return { status, body, ...(date && { date }) };
}

/** Starts a server on loopback with one behaviour per request. The last one is repeated. */
export async function serveDynamo(...behaviours: readonly Behaviour[]): Promise<DynamoServer> {
  const operations: string[] = [];
  const server = createServer((request, response) => {
    const behaviour = behaviours[Math.min(operations.length, behaviours.length - 1)] ?? 'hang';
    operations.push(String(request.headers['x-amz-target']).replace(/^.*\./, ''));
    request.resume().on('end', () => behave(behaviour, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  const client = connect(url);
  return {
    client,
    url,
    operations,
    async [Symbol.asyncDispose]() {
      client.destroy();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function behave(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour) {
    case 'hang':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'stop in the middle':
      response.writeHead(200, { 'content-length': 1_000 }).write('{"Item":');
      return;
    default:
      response
        .writeHead(behaviour.status, {
          'content-type': 'application/x-amz-json-1.0',
          ...(behaviour.date && { date: behaviour.date.toUTCString() }),
        })
        .end(JSON.stringify(behaviour.body));
  }
}
