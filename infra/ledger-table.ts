import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ledgerTable } from '../lambda/contract.ts';
import { ids } from './names.ts';

const { key, agenda, agendaAt, target, changedAt, hour, expiresAt } = ledgerTable.attributes;

/** KMS actions that DynamoDB performs on behalf of the caller (AWS documentation). */
const keyActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

export interface LedgerTableProps {
  readonly encryptionKey: IKey;
}

/**
 * The ledger: a DynamoDB table with all effects and runs. It is also the audit trail, which shows
 * why a job started at 02:13.
 *
 * The table is in one Region, not a global table: conditional writes on a revision do not protect
 * against concurrent writes in two Regions. It is retained when the stack is deleted, and has
 * deletion protection.
 */
export class LedgerTable extends Construct {
  readonly table: Table;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, { encryptionKey }: LedgerTableProps) {
    super(scope, id);
    this.#encryptionKey = encryptionKey;
    this.table = new Table(this, ids.table, {
      partitionKey: { name: key, type: AttributeType.STRING },
      // The load is low for hours, with short peaks.
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: expiresAt,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: ledgerTable.agendaIndex,
      partitionKey: { name: agenda, type: AttributeType.STRING },
      sortKey: { name: agendaAt, type: AttributeType.NUMBER },
      // The functions read the current row by its key.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: ledgerTable.targetIndex,
      partitionKey: { name: target, type: AttributeType.STRING },
      sortKey: { name: changedAt, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    // The row key as sort key: an entry moves only when the row changes in another hour.
    this.table.addGlobalSecondaryIndex({
      indexName: ledgerTable.hourIndex,
      partitionKey: { name: hour, type: AttributeType.STRING },
      sortKey: { name: key, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /**
   * Allows a function to read and write single rows, and to query the agenda. `Table.grant` would
   * allow each action on every index.
   *
   * The indexes by target and by hour are for operators, who use their own credentials, and for
   * {@link grantSearch} and {@link grantSpan}.
   */
  grantUse(grantee: IGrantable): void {
    this.grantRows(grantee);
    this.#grantQuery(grantee, ledgerTable.agendaIndex);
  }

  /** Allows a function all of {@link grantUse}, and to find the rows of a target. */
  grantSearch(grantee: IGrantable): void {
    this.grantUse(grantee);
    this.#grantQuery(grantee, ledgerTable.targetIndex);
  }

  /** Allows a function all of {@link grantSearch}, and to find the rows of a time span. */
  grantSpan(grantee: IGrantable): void {
    this.grantSearch(grantee);
    this.#grantQuery(grantee, ledgerTable.hourIndex);
  }

  /** Allows a function to read and write single rows by key. */
  grantRows(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: keyActions,
      resourceArns: [this.#encryptionKey.keyArn],
    });
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resourceArns: [this.table.tableArn],
    });
  }

  #grantQuery(grantee: IGrantable, index: string): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${index}`],
    });
  }
}
