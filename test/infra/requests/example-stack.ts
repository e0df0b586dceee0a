import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, JsonPath, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { AutosysRequests } from '../../../infra/index.ts';

export class LedgerStack extends Stack {
  constructor(scope: Construct, id: string, aliasArn: string, props?: StackProps) {
    super(scope, id, props);
    const requests = AutosysRequests.fromAliasArn(aliasArn);
    const setDay = requests.setAutosysGlobal(this, 'SetDay', {
      global: 'LEDGER_DAY',
      value: JsonPath.stringAt('$.day'),
      resultPath: JsonPath.DISCARD,
    });
    const load = requests.runAutosysJob(this, 'Load', {
      job: 'LOAD_LEDGER',
      timeout: Duration.hours(4),
      resultPath: '$.load',
    });
    new StateMachine(this, 'Settlement', {
      stateMachineName: 'settlement',
      // The entry in the route file names this role.
      role: new Role(this, 'Role', {
        roleName: 'settlement',
        assumedBy: new ServicePrincipal('states.amazonaws.com'),
      }),
      definitionBody: DefinitionBody.fromChainable(setDay.next(load)),
    });
  }
}
