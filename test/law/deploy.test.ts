import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { settingNames } from '../../infra/app-settings.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { ids } from '../../infra/names.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { anExecutionTarget } from '../support/launch-targets.ts';
import { aNightConfig } from '../support/night-config.ts';

const document = readFileSync('docs/deploy.md', 'utf8');

/** Returns a section: from a heading to the next heading of the same or a higher level. */
function sectionOf(heading: string): string {
  const level = heading.indexOf(' ');
  const [, after = ''] = document.split(`\n${heading}\n`);
  return after.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '';
}

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: unknown }[];
}

/**
 * All optional resources: a VPC with endpoints, a bus, a notification target; and the stack of a
 * source.
 */
function resourcesOf(): readonly Resource[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = aBridgeConfig();
  const bridge = new BridgeStack(app, ids.stack, (stack) => ({
    config: {
      ...{ ...config, accounts: ['444455556666'], targets: [anExecutionTarget()] },
      night: aNightConfig(),
    },
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d',
      vpcCidrBlock: '10.0.0.0/16',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0a1b2c3d'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    }),
    vpcEndpoints: true,
    launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
    backup: true,
    otherAccounts: ['444455556666'],
    alarmEmail: 'night@example.com',
  }));
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const source = new BridgeSourceStack(app, ids.sourceStack, () => ({ config, busArn }));
  return [bridge, source].flatMap((stack) =>
    Object.values<Resource>(Template.fromStack(stack).toJSON()['Resources']),
  );
}

const resources = resourcesOf();

describe('the settings that docs/deploy.md lists', () => {
  const rows = sectionOf('### Settings').match(/^\| `.*$/gm) ?? [];
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );

  test('are exactly those that the app accepts, each once', () => {
    expect(listed.toSorted()).toEqual(settingNames.toSorted());
  });
});

describe('the removal section of docs/deploy.md', () => {
  /** The name of each retained resource type in the list. */
  const words: Readonly<Record<string, string>> = {
    'AWS::DynamoDB::Table': "the ledger's table",
    'AWS::SQS::Queue': 'the dead-letter queues of the report queue and of the rules',
    'AWS::Logs::LogGroup': 'the log groups',
    'AWS::KMS::Key': 'the key',
    'AWS::IAM::Role': 'with a launch API, the role with which API Gateway writes logs',
    'AWS::ApiGateway::Account': 'the setting of API Gateway',
    'AWS::Backup::BackupVault': 'with `backup`, the vault',
    'AWS::S3::Bucket': 'with pages of the night, their bucket',
  };
  const kept = resources.filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));

  test('lists exactly the retained resources', () => {
    const types = [...new Set(kept.map(({ Type }) => Type))];
    const items = [...sectionOf('## Removal').matchAll(/^- (.*)$/gm)].map(([, item]) => item);

    expect(
      items.map((item) => types.find((type) => item?.startsWith(words[type] ?? '\0'))),
    ).toEqual(expect.arrayContaining(types));
    expect(items).toHaveLength(types.length);
  });

  test('is right about the queues: only the report queue is removed', () => {
    const queues = resources.filter(({ Type }) => Type === 'AWS::SQS::Queue');

    expect(queues.filter((queue) => !kept.includes(queue))).toHaveLength(1);
  });
});

describe('the policy that docs/deploy.md gives to CloudFormation', () => {
  const policies = [
    ...sectionOf('### Permissions to deploy').matchAll(/^```json\n([\s\S]*?)^```$/gm),
  ].map(([, json = '{}']) => JSON.parse(json) as Policy);
  const statements = policies.at(1)?.Statement ?? [];
  const services = new Set(
    statements.flatMap(({ Action }) => Action.map((action) => action.split(':')[0])),
  );
  test.for([...new Set(resources.map(({ Type }) => Type))].toSorted())(
    'allows the service of %s',
    (type) => {
      const service = type.split('::')[1]?.toLowerCase() ?? '';

      expect(services).toContain(service);
    },
  );

  test('allows roles by the names that the stacks give them', () => {
    const roles = statements.find(({ Action }) => Action.includes('iam:CreateRole'));

    for (const stack of [ids.stack, ids.sourceStack]) {
      expect(`arn:aws:iam::*:role/${stack}`).toContain(String(roles?.Resource).replace(/\*$/, ''));
    }
  });
});
