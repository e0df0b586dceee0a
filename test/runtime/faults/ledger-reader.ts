import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toItem } from '../../../lambda/ledger/store/dynamo-item.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import type { Row, SearchableTable } from '../../../lambda/ledger/table.ts';
import type { WiredTable } from '../../../local/index.ts';
import { connect } from '../../support/dynamo-server.ts';
import { readDue, readParked } from '../../support/table.ts';

/** Reads the ledger as an operator does: over the DynamoDB protocol, without injected faults. */
export class LedgerReader implements Disposable {
  readonly tableName: string;
  readonly #client;
  readonly #table: SearchableTable;

  constructor(
    url: string,
    { table, now }: { readonly table: WiredTable | undefined; readonly now: () => number },
  ) {
    if (table === undefined) throw new Error('the assembly has no table');
    this.tableName = table.name;
    this.#client = connect(url);
    this.#table = createDynamoTable({
      tableName: table.name,
      client: this.#client,
      now: () => new Date(now()),
    });
  }

  /** Returns the entries of a target such as `ACE job REPAIR`. */
  async entries(target: string): Promise<readonly Entry[]> {
    const { entries } = await this.#table.ofTarget(target, { limit: 100 });
    const rows = await Promise.all(entries.map(({ key }) => this.#table.get(key)));
    return rows.flatMap((row) => (row ? [row.body as Entry] : []));
  }

  /** Returns the entries on the due lists, whether they are due yet or not. */
  due(): Promise<readonly Entry[]> {
    return readDue(this.#table);
  }

  /** Returns the parked entries. */
  parked() {
    return readParked(this.#table);
  }

  /** Returns every item with all its attributes, as text. */
  async text(): Promise<string> {
    const { Items = [] } = await this.#client.send(new ScanCommand({ TableName: this.tableName }));
    return JSON.stringify(Items);
  }

  /** Overwrites a row without a condition, as other software would. */
  async write(row: Row, revision = 1): Promise<void> {
    const Item = toItem(row, revision);
    await this.#client.send(new PutItemCommand({ TableName: this.tableName, Item }));
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }
}
