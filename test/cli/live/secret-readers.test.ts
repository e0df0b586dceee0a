import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { toAllSecrets, toSecretReaders } from '../../../cli/live/secret-readers.ts';
import { BridgeStack } from '../../../infra/bridge-stack.ts';
import type { BridgeConfig } from '../../../lambda/routing/routes.ts';
import { aBridgeConfig, anInstanceConfig } from '../../support/bridge-config.ts';
import { anExecutionTarget } from '../../support/launch-targets.ts';
import { aNightConfig } from '../../support/night-config.ts';
import { aRequestEntry } from '../../support/request-entries.ts';

const target = anExecutionTarget();
const config: BridgeConfig = {
  ...aBridgeConfig(),
  instances: [anInstanceConfig({ authoritySecret: { secret: 'pki' } })],
  targets: [target],
  callers: [{ name: 'agents', secret: 'callers/agents', targets: [target.name], jobs: ['EOD_*'] }],
  requests: [aRequestEntry()],
  night: aNightConfig(),
};

/** Secrets that the policies of the role in an output allow, by the output of the stack. */
function readGranted(template: Template): ReadonlyMap<string, readonly string[]> {
  const outputs: Readonly<Record<string, { readonly Value: unknown }>> =
    template.toJSON()['Outputs'];
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const roles = Object.entries(outputs).filter(([name]) => name.endsWith('RoleArn'));
  return new Map(
    roles.map(([name, { Value }]) => {
      const role = JSON.stringify(Value).match(/"Fn::GetAtt":\["(\w+)"/)?.[1] ?? '';
      const own = policies.filter(({ Properties }) =>
        JSON.stringify(Properties['Roles']).includes(`"${role}"`),
      );
      const text = JSON.stringify(own);
      const secrets = toAllSecrets(config).filter((secret) => text.includes(`:secret:${secret}-`));
      return [name, secrets];
    }),
  );
}

test('the roles of the outputs are checked for exactly the secrets that the stack grants', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const env = { account: '111122223333', region: 'eu-west-1' };
  const launchApi = { vpcEndpointIds: ['vpce-0a1b2c3d'] };
  const stack = new BridgeStack(app, 'Bridge', () => ({ config, launchApi }), { env });
  const granted = readGranted(Template.fromStack(stack));

  const outputs = Object.fromEntries([...granted.keys()].map((name) => [name, name]));
  const checked = toSecretReaders(config, outputs);

  const withSecrets = [...granted].filter(([, secrets]) => secrets.length > 0);
  expect(withSecrets.length).toBeGreaterThan(5);
  expect(new Map(checked.map(({ roleArn, secrets }) => [roleArn, secrets.toSorted()]))).toEqual(
    new Map(withSecrets.map(([name, secrets]) => [name, secrets.toSorted()])),
  );
});
