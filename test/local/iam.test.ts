import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalIam, startLocalIam } from '../../local/index.ts';

const role = 'arn:aws:iam::111122223333:role/report';
const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf';

let iam: LocalIam;
let client: IAMClient;

beforeEach(async () => {
  iam = await startLocalIam();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new IAMClient({ endpoint: iam.server.url, region: 'eu-west-1', credentials });
  iam.putRole(role, {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'secretsmanager:Get*', Resource: `${secret.slice(0, -6)}??????` },
      { Effect: 'Deny', Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Resource: '*',
        Condition: { StringEquals: { 'aws:Referer': 'here' } },
      },
    ],
  });
});

afterEach(async () => {
  client.destroy();
  await iam[Symbol.asyncDispose]();
});

const simulate = (action: string, more: object = {}) =>
  client.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: role,
      ActionNames: [action],
      ResourceArns: [secret],
      ...more,
    }),
  );

describe('SimulatePrincipalPolicy', () => {
  const context = { ContextKeyName: 'aws:referer', ContextKeyType: 'string' } as const;

  test.for([
    { action: 'secretsmanager:GetSecretValue', decision: 'allowed' },
    { action: 'secretsmanager:DeleteSecret', decision: 'implicitDeny' },
    { action: 'kms:Decrypt', decision: 'explicitDeny' },
    { action: 'sns:Publish', decision: 'implicitDeny' },
    {
      action: 'sns:Publish',
      more: { ContextEntries: [{ ...context, ContextKeyValues: ['here'] }] },
      decision: 'allowed',
    },
  ])('decides $decision for $action', async ({ action, more = {}, decision }) => {
    const { EvaluationResults } = await simulate(action, more);

    expect(EvaluationResults).toMatchObject([
      { EvalActionName: action, EvalResourceName: secret, EvalDecision: decision },
    ]);
  });

  test.for([
    {
      when: 'an unknown role',
      more: { PolicySourceArn: `${role}-2` },
      name: 'NoSuchEntityException',
    },
    {
      when: 'an action without service',
      more: { ActionNames: ['Get'] },
      name: 'InvalidInputException',
    },
    {
      when: 'a policy of the resource',
      more: { ResourcePolicy: '{}' },
      name: 'InvalidInputException',
    },
  ])('refuses $when with $name', async ({ more, name }) => {
    await expect(simulate('kms:Decrypt', more)).rejects.toMatchObject({ name });
  });

  test('is denied to a caller, and other operations are counted', async () => {
    iam.server.deny('SimulatePrincipalPolicy');

    await expect(simulate('kms:Decrypt')).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    await fetch(iam.server.url, { method: 'POST', body: 'Action=GetRole' });
    expect(iam.server.unknownRequests).toEqual(['GetRole']);
  });

  test('refuses a role whose policy IAM would refuse', () => {
    expect(() => iam.putRole(role, { Statement: [] })).toThrow('Statement: found none');
  });
});
