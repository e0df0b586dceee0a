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

const { key, agenda, agendaAt, target, changedAt, expiresAt } = ledgerTable.attributes;

/**
 * What DynamoDB does with the key in the caller's name (AWS documentation), each action by its
 * name.
 */
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
 * What the bridge remembers, and what it goes by when somebody asks why a job started at 02:13.
 *
 * A table of one Region, not a global table: a write guards itself by the revision it has seen,
 * which writers in two Regions could both do at once. It outlives the stack, and whoever wants to
 * delete it must say so twice.
 */
export class LedgerTable extends Construct {
  readonly table: Table;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, { encryptionKey }: LedgerTableProps) {
    super(scope, id);
    this.#encryptionKey = encryptionKey;
    this.table = new Table(this, ids.table, {
      partitionKey: { name: key, type: AttributeType.STRING },
      // A night is quiet for hours and then all at once.
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
      // Who finds a key reads the row itself, as it stands by then.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: ledgerTable.targetIndex,
      partitionKey: { name: target, type: AttributeType.STRING },
      sortKey: { name: changedAt, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /**
   * Lets a function read and write single rows and ask the agenda; `Table.grant` would add every
   * index to each action.
   *
   * The index by target is for people, who look things up under a login of their own.
   */
  grantUse(grantee: IGrantable): void {
    this.grantRows(grantee);
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${ledgerTable.agendaIndex}`],
    });
  }

  /** Lets a function read and write single rows whose keys it knows. */
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
}
