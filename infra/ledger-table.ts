import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ledgerTable } from '../lambda/contract.ts';
import { ids } from './names.ts';

const { key, agenda, agendaAt, expiresAt } = ledgerTable.attributes;

/**
 * What the bridge remembers, and what it goes by when somebody asks why a job started at 02:13.
 *
 * A table of one Region, not a global table: a write guards itself by the revision it has seen, which writers in two
 * Regions could both do at once. It outlives the stack, and whoever wants to delete it must say so twice.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, ids.table, {
      partitionKey: { name: key, type: AttributeType.STRING },
      // A night is quiet for hours and then all at once.
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: expiresAt,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: ledgerTable.agendaIndex,
      partitionKey: { name: agenda, type: AttributeType.STRING },
      sortKey: { name: agendaAt, type: AttributeType.NUMBER },
      // Who finds a key reads the row itself, as it stands by then.
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Lets somebody read and write single rows and ask the agenda; `Table.grant` would add every index to each action. */
  grantUse(grantee: IGrantable): void {
    const { tableArn } = this.table;
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resourceArns: [tableArn],
    });
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${tableArn}/index/${ledgerTable.agendaIndex}`],
    });
  }
}
