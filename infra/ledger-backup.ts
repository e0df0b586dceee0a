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

/** Retention of backups, the same as the point-in-time recovery of the table. */
const keptFor = Duration.days(35);
const managedPolicy = 'service-role/AWSBackupServiceRolePolicyForBackup';

/**
 * AWS Backup of the ledger: daily at 12:00 UTC, outside of the batch night, kept for 35 days.
 *
 * Vault and backups are retained when the stack is deleted, because AWS cannot delete a vault that
 * contains backups.
 */
export class LedgerBackup extends Construct {
  constructor(scope: Construct, id: string, { table, encryptionKey }: LedgerBackupProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      // Unique for each creation of the stack, because the vault of a deleted stack still exists.
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
      reason: 'AWS maintains the permissions of AWS Backup; the plan selects the ledger only',
    });
    plan.addSelection('Ledger', {
      resources: [BackupResource.fromDynamoDbTable(table)],
      role,
      disableDefaultBackupPolicy: true,
    });
  }
}
