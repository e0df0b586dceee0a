import { App, type Environment, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

const toArn = (id: string, region = 'eu-west-1') =>
  `arn:aws:kms:${region}:111122223333:key/${id}234abcd-12ab-34cd-56ef-1234567890ab`;

function synthesize(
  toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({}),
  env?: Environment,
): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = aBridgeConfig();
  return Template.fromStack(
    new BridgeStack(app, 'Bridge', (stack) => ({ config, ...toProps(stack) }), {
      ...(env && { env }),
    }),
  );
}

/** Statements of the role of each function with a condition on the service that uses the key. */
function viaServiceStatements(template: Template) {
  return Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(([id, policy]) =>
    policy['Properties'].PolicyDocument.Statement.filter(
      ({ Condition }: { Condition?: object }) => Condition !== undefined,
    ).map((statement: object) => ({ role: /^Bridge(\w+?)RoleDefault/.exec(id)?.[1], statement })),
  );
}

const withKeys =
  (...arns: readonly string[]) =>
  (stack: Stack) => ({
    secretKeys: arns.map((arn, at) => Key.fromKeyArn(stack, `SecretKey${at}`, arn)),
  });

describe('the keys of secrets', () => {
  const env = { account: '111122223333', region: 'eu-west-1' };

  test('can be used by every function to decrypt, through Secrets Manager of its Region only', () => {
    const template = synthesize(withKeys(toArn('1'), toArn('2')), env);

    expect(viaServiceStatements(template)).toEqual(
      ['Report', 'Sweep', 'Canary'].map((role) => ({
        role,
        statement: {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: [toArn('1'), toArn('2')],
          Condition: {
            StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          },
        },
      })),
    );
  });

  test('are limited to the Region of the deployment if the Region is unknown at synth', () => {
    const [first] = viaServiceStatements(synthesize(withKeys(toArn('1'))));

    const host = (suffix: unknown) => ({
      'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, suffix].flat()],
    });
    expect(first?.statement).toEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: toArn('1'),
      Condition: {
        StringEquals: {
          'kms:ViaService': [host('.amazonaws.com'), host(['.', { Ref: 'AWS::URLSuffix' }])],
        },
      },
    });
  });

  test('can be used by both service names in China', () => {
    const cn = 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const template = synthesize(withKeys(cn), { ...env, region: 'cn-north-1' });

    const [first] = viaServiceStatements(template);
    expect(first?.statement).toMatchObject({
      Condition: {
        StringEquals: {
          'kms:ViaService': [
            'secretsmanager.cn-north-1.amazonaws.com',
            { 'Fn::Join': ['', ['secretsmanager.cn-north-1.', { Ref: 'AWS::URLSuffix' }]] },
          ],
        },
      },
    });
  });

  test('are granted once if they are given twice', () => {
    const [first] = viaServiceStatements(synthesize(withKeys(toArn('1'), toArn('1')), env));

    expect(first?.statement).toMatchObject({ Resource: toArn('1') });
  });

  test('have no grant if none is given', () => {
    expect(viaServiceStatements(synthesize(undefined, env))).toEqual([]);
    expect(viaServiceStatements(synthesize(withKeys(), env))).toEqual([]);
  });

  test('are rejected in another Region, which Secrets Manager of this Region does not use', () => {
    expect(() => synthesize(withKeys(toArn('1'), toArn('2', 'us-east-1')), env)).toThrow(
      `secretKeys: found ${toArn('2', 'us-east-1')} in us-east-1, allowed: one in eu-west-1, the Region of the stack; use the key of the secret in that Region, because the functions read secrets there`,
    );
  });
});

describe('the outputs', () => {
  test('contain the role of each function, for policies of secrets in other accounts', () => {
    const outputs = synthesize().findOutputs('*');

    const roles = ['Report', 'Sweep', 'Canary'].map((name) => outputs[`${name}RoleArn`]?.['Value']);
    expect(roles).toEqual(
      ['Report', 'Sweep', 'Canary'].map((name) => ({
        'Fn::GetAtt': [expect.stringMatching(`^Bridge${name}Role`), 'Arn'],
      })),
    );
  });

  test('contain no canary role without a canary', () => {
    const outputs = synthesize(() => ({ canary: false })).findOutputs('*');

    expect(Object.keys(outputs).filter((name) => name.endsWith('RoleArn'))).toEqual([
      'ReportRoleArn',
      'SweepRoleArn',
    ]);
  });
});
