import type { Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import dynalite from 'dynalite';
import { trackRequests } from './drain.ts';
import { closeServer, listen, toAddress } from './loopback.ts';
import { isJsonObject, type JsonObject, TemplateError } from './template-error.ts';
import type { WiredTable } from './wiring.ts';

/** dynalite requires a signature, but does not check it. */
const signed = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=local, Signature=local',
  'x-amz-date': '20260115T020000Z',
};

/**
 * DynamoDB on loopback, in memory and over its real protocol (dynalite). The SDK finds it by
 * AWS_ENDPOINT_URL_DYNAMODB.
 *
 * Not emulated: transactions, streams, PartiQL, and the deletion of expired items, which stay.
 */
export class LocalTables implements AsyncDisposable {
  readonly #server: Server;
  readonly #drain: () => Promise<void>;
  readonly #names: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.#drain = trackRequests(server);
  }

  /**
   * Starts on a free loopback port, with empty tables. @throws {TemplateError} for a table that
   * dynalite refuses
   */
  static async start(tables: readonly WiredTable[] = []): Promise<LocalTables> {
    const server = dynalite({ createTableMs: 0 });
    await listen(server);
    const local = new LocalTables(server);
    try {
      for (const table of tables) await local.#create(table);
    } catch (error) {
      await local.stop();
      throw error;
    }
    return local;
  }

  /** The value for AWS_ENDPOINT_URL_DYNAMODB. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the embedded DynamoDB is stopped')}`;
  }

  /** The names of the tables. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Every item of a table, in the protocol of DynamoDB. */
  async items(name: string): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    let from: unknown;
    do {
      const start = from === undefined ? {} : { ExclusiveStartKey: from };
      const page = await this.#call('Scan', { TableName: name, ConsistentRead: true, ...start });
      if (!Array.isArray(page['Items'])) throw new Error(`cannot read the table ${name}`);
      items.push(...page['Items']);
      from = page['LastEvaluatedKey'];
    } while (from !== undefined);
    return items;
  }

  /** Answers what is in progress, closes every connection, frees the port and discards the tables. */
  async stop(): Promise<void> {
    await this.#drain();
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #create({ id, name, schema }: WiredTable): Promise<void> {
    const request = { TableName: name, BillingMode: 'PAY_PER_REQUEST', ...schema };
    const answer = await this.#call('CreateTable', request);
    if (typeof answer['__type'] === 'string') {
      const found = `${answer['__type'].replace(/^.*#/, '')}: ${answer['message']}`;
      throw new TemplateError(id, { found, allowed: 'a table that dynalite can create' });
    }
    while (!(await this.#isActive(name))) await nextTurn();
    this.#names.push(name);
  }

  async #isActive(name: string): Promise<boolean> {
    const { Table } = await this.#call('DescribeTable', { TableName: name });
    return isJsonObject(Table) && Table['TableStatus'] === 'ACTIVE';
  }

  async #call(operation: string, request: JsonObject): Promise<JsonObject> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        ...signed,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(request),
    });
    const answer: unknown = await response.json();
    return isJsonObject(answer) ? answer : {};
  }
}
