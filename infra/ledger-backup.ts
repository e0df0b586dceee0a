import { Aws, Duration, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface LedgerBackupProps {
  readonly table: Table;
  readonly encryptionKey: IKey;
}

/** Backups are kept as long as the table's own point-in-time recovery reaches back. */
const keptFor = Duration.days(35);
const managedPolicy = 'service-role/AWSBackupServiceRolePolicyForBackup';

/**
 * AWS Backup for the ledger: once a day at 12:00 UTC, outside the batch night, kept for 35 days.
 *
 * Vault and backups outlive the stack: AWS refuses to delete a vault that holds backups.
 */
export class LedgerBackup extends Construct {
  constructor(scope: Construct, id: string, { table, encryptionKey }: LedgerBackupProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      // Unique for each deployment of the stack, as the vault of one that was removed is still
      // there.
      backupVaultName: `AutosysBridge-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const plan = new BackupPlan(this, 'Plan', {
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'Daily',
          scheduleExpression: Schedule.cron({ hour: '12', minute: '0' }),
          deleteAfter: keptFor,
        }),
      ],
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(managedPolicy)],
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${managedPolicy}]`,
      reason: 'AWS maintains the permissions of AWS Backup; the plan selects the ledger alone',
    });
    plan.addSelection('Ledger', {
      resources: [BackupResource.fromDynamoDbTable(table)],
      role,
      disableDefaultBackupPolicy: true,
    });
  }
}
