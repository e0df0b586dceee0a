import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import type { BridgeSourceProps } from '../../../infra/bridge-source.ts';
import { BridgeSourceStack } from '../../../infra/bridge-source-stack.ts';
import { aBridgeConfig } from '../../support/bridge-config.ts';
import { allowing } from '../../support/iam.ts';
import { aRequestEntry } from '../../support/request-entries.ts';
import { aRoute, fromStateMachine } from '../../support/routes.ts';

const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
const sweepRoleArn = 'arn:aws:iam::111122223333:role/Sweep';
const requestRoleArns = [
  'arn:aws:iam::111122223333:role/Request',
  'arn:aws:iam::111122223333:role/Wait',
];
const stateMachines = ['arn:aws:states:eu-west-1:444455556666:stateMachine:settlement'];

function synthesize(props: Partial<BridgeSourceProps>) {
  const from = { ...fromStateMachine('settlement'), accounts: ['444455556666'] };
  const config = {
    ...aBridgeConfig(),
    routes: [aRoute({ from })],
    requests: [aRequestEntry({ stateMachines })],
  };
  const app = new App();
  const template = Template.fromStack(
    new BridgeSourceStack(app, 'Source', () => ({ config, busArn, ...props })),
  );
  const [id = '', role] =
    Object.entries(template.findResources('AWS::IAM::Role')).find(
      ([, { Properties }]) => Properties.RoleName !== undefined,
    ) ?? [];
  const statements = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${id}"`))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return { trust: role?.['Properties'].AssumeRolePolicyDocument.Statement, statements };
}

describe('the role of a source', () => {
  test('can be assumed by the functions of requests, and answers the named state machines', () => {
    const { trust, statements } = synthesize({ sweepRoleArn, requestRoleArns });

    expect(trust).toEqual(
      [sweepRoleArn, ...requestRoleArns].map((arn) => ({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: arn },
      })),
    );
    const [statement, ...others] = allowing(statements, 'states:SendTaskHeartbeat');
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
    });
    expect(JSON.stringify(statement?.Resource)).toMatch(/:stateMachine:settlement"/);
  });

  test('exists in an account that only has callers, and no work of a route', () => {
    const requests = [aRequestEntry({ stateMachines })];
    const config = { ...aBridgeConfig(), routes: [], requests, accounts: ['444455556666'] };

    const { statements } = synthesize({ config, sweepRoleArn, requestRoleArns });

    expect(allowing(statements, 'states:SendTaskSuccess')).toHaveLength(1);
    expect(allowing(statements, 'states:DescribeExecution')).toEqual([]);
  });

  test('answers nothing without the roles of these functions', () => {
    const { trust, statements } = synthesize({ sweepRoleArn });

    expect(trust).toHaveLength(1);
    expect(allowing(statements, 'states:SendTaskSuccess')).toEqual([]);
  });

  test('is rejected for a role of another account, and without the role of the sweep', () => {
    const other = 'arn:aws:iam::444455556666:role/Wait';

    expect(() => synthesize({ sweepRoleArn, requestRoleArns: [other] })).toThrow(
      `requestRoleArns: found "${other}", allowed: the ARN of a role in account 111122223333, the account of the bus; use the outputs RequestRoleArn and WaitRoleArn of the bridge`,
    );
    expect(() => synthesize({ requestRoleArns })).toThrow(
      'requestRoleArns: found without sweepRoleArn, allowed: only together with it',
    );
  });
});
