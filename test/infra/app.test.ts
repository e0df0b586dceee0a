import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const project = join(import.meta.dirname, '../..');

const routeFile = `instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: autosys/ACE/bridge
routes:
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
`;

describe('the app', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'app-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function write(text: string): string {
    const path = join(folder, 'bridge.yaml');
    writeFileSync(path, text);
    return path;
  }

  /** Runs a command of the project, with a minimal environment without AWS credentials. */
  async function run(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number | null; stderr: string }> {
    const child = spawn(process.execPath, argv, {
      cwd: project,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.once('error', reject).once('close', resolve);
    return { code: await promise, stderr };
  }

  /** Runs the app as the CDK does, with a context and an output folder. */
  const runApp = (
    context: Readonly<Record<string, unknown>>,
    env: Readonly<Record<string, string>> = {},
  ) =>
    run(['infra/app.ts'], {
      ...env,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_OUTDIR: join(folder, 'out'),
    });

  test('fails at cdk synth with every fault of the route file, each with position and fix', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'not a certificate');
    const config = write(`instances:
  ACE: { secret: autosys/ACE, ca: ca.pem }
  PRD: { endpoints: [https://prd.example.com:9443] }
routes:
  - { name: one, to: ACE, from: { stateMachine: x }, global: G }
  - { name: two, to: ACE, from: { stateMachine: x }, global: { name: G, values: { FAILED: KO } } }
  - { name: three, to: PRD, from: { stateMachine: "arn:aws-cn:states:cn-north-1:111122223333:stateMachine:x" }, global: H }
  - { name: four, to: PRD, from: { stateMachine: y, region: eu-west-1 }, global: I }
accounts: ["444455556666"]
`);
    const cdk = join(project, 'node_modules/aws-cdk/bin/cdk');

    const { code, stderr } = await run(
      [
        cdk,
        'synth',
        '--quiet',
        '--no-notices',
        '-o',
        join(folder, 'out'),
        '-c',
        `config=${config}`,
      ],
      {},
    );

    expect(code).toBe(1);
    for (const fault of [
      ':2:3: endpoints is missing; allowed: a list of one or more',
      ':2:35: ca: found no certificate in ',
      ':3:3: secret is missing; allowed: the name or ARN of a secret in AWS Secrets Manager',
      ':6:13: route one (line 5) matches the same events and sets G of ACE to another value on FAILED',
      ':7:51: stateMachine: found an ARN in account 111122223333, which is not listed in accounts (line 9)',
      ':8:61: region: found eu-west-1, in the partition aws, but line 7 is in aws-cn',
    ]) {
      expect(stderr).toContain(`${config}${fault}`);
    }
    expect(stderr).not.toMatch(/\n\s+at .*infra/);
  });

  const signedIn = { CDK_DEFAULT_ACCOUNT: '111122223333', CDK_DEFAULT_REGION: 'us-gov-west-1' };

  test('fails if the stack is in another partition than a route, with the line', async () => {
    const config = write(routeFile.replace('settlement }', 'settlement, region: cn-north-1 }'));

    const { code, stderr } = await runApp({ config }, signedIn);

    expect(code).toBe(1);
    expect(stderr).toContain(
      `${config}:7:47: found cn-north-1, in the partition aws-cn, but the stack is in us-gov-west-1, which is in aws-us-gov`,
    );
  });

  test('fails if otherAccounts contains an account that the route file does not name', async () => {
    const config = write(routeFile);

    const { code, stderr } = await runApp({ config, otherAccounts: '444455556666' });

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'otherAccounts: found 444455556666, which the route file does not name, so the bridge would discard their events; add them there, as in accounts: ["444455556666"], or remove them here\n',
    });
  });

  test.for([
    {
      keyArn: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      found: 'us-east-1',
    },
    { alarmTopicArn: 'arn:aws-cn:sns:cn-north-1:111122223333:pager', found: 'cn-north-1' },
  ])('fails if a given resource is in another partition: $found', async ({ found, ...given }) => {
    const [[name, arn] = []] = Object.entries(given);

    const { code, stderr } = await runApp({ config: write(routeFile), ...given }, signedIn);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `context ${name}: found ${arn} in ${found}, allowed: one in us-gov-west-1, the Region of the stack; use one in that Region, or remove the setting to create a new one\n`,
    });
  });

  test('warns about a key of another Region, because the template is valid for any Region', async () => {
    const keyArn =
      'arn:aws-us-gov:kms:us-gov-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const context = { config: write(routeFile), keyArn, 'aws:cdk:bundling-stacks': [] };

    const { code, stderr } = await runApp(context, signedIn);

    expect(code).toBe(0);
    expect(stderr).toContain(
      `warning: context keyArn: found ${keyArn} in us-gov-east-1, allowed: one in us-gov-west-1`,
    );
  });

  test('synthesizes a route file with targets and without routes', async () => {
    const context = {
      config: 'examples/launch.yaml',
      launchVpcEndpointIds: 'vpce-0a1b2c3d',
      launchNetworks: '10.20.0.0/16',
      launchLogGroups: '/aws/lambda/settle-*',
      heldWaits: '7',
      launchSetsLogRole: 'false',
      'aws:cdk:bundling-stacks': [],
    };

    const { code, stderr } = await runApp(context, signedIn);

    expect(code).toBe(0);
    expect(stderr).not.toContain('warning: examples/launch.yaml');
    const template = readFileSync(join(folder, 'out/AutosysBridge.template.json'), 'utf8');
    expect(template).toContain(':stateMachine:fx-rates');
    expect(template).toContain(':job-definition/risk:7');
    for (const setting of ['vpce-0a1b2c3d', '10.20.0.0/16', ':log-group:/aws/lambda/settle-*:*']) {
      expect(template).toContain(setting);
    }
    expect(template).toContain('"ReservedConcurrentExecutions": 7');
    expect(template).not.toContain('AWS::ApiGateway::Account');
  });

  test('synthesizes a launch API with a public address', async () => {
    const context = {
      config: 'examples/launch.yaml',
      launchAccess: 'regional',
      launchNetworks: '203.0.113.0/24',
      'aws:cdk:bundling-stacks': [],
    };

    const { code } = await runApp(context, signedIn);

    const template = readFileSync(join(folder, 'out/AutosysBridge.template.json'), 'utf8');
    expect(code).toBe(0);
    expect(template).toContain('"REGIONAL"');
    expect(template).toContain('AWS::ApiGateway::Account');
  });

  test('fails for a route file with targets if no setting says from where they can be started', async () => {
    const { code, stderr } = await runApp({ config: 'examples/launch.yaml' }, signedIn);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^launchApi: not set, but the route file has 3 targets .*\n$/m);
  });

  test('warns about a target of another account and Region, with the line', async () => {
    const arn = 'arn:aws-us-gov:states:us-gov-east-1:444455556666:stateMachine:settlement';
    const targets = `targets: { settlement: { stateMachine: "${arn}" } }\n`;
    const config = write(routeFile + targets);

    const launchVpcEndpointIds = 'vpce-0a1b2c3d';
    const context = { config, launchVpcEndpointIds, 'aws:cdk:bundling-stacks': [] };
    const { code, stderr } = await runApp(context, signedIn);

    expect(code).toBe(0);
    expect(stderr).toContain(
      `warning: ${config}:9:40: found ${arn}, a target in account 444455556666 and Region us-gov-east-1, but the stack is in account 111122223333 and Region us-gov-west-1; `,
    );
  });

  test('allows the functions to decrypt with the keys of the secrets, and warns about a key of another Region', async () => {
    const keys = ['us-gov-west-1', 'us-gov-east-1'].map(
      (region) =>
        `arn:aws-us-gov:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    );
    const context = {
      config: write(routeFile),
      secretKeyArns: keys.join(','),
      'aws:cdk:bundling-stacks': [],
    };

    const { code, stderr } = await runApp(context, signedIn);

    expect(code).toBe(0);
    expect(stderr).toContain(
      `warning: context secretKeyArns: found ${keys[1]} in us-gov-east-1, allowed: one in us-gov-west-1, the Region of the stack; use the key of the secret in that Region`,
    );
    const template = readFileSync(join(folder, 'out/AutosysBridge.template.json'), 'utf8');
    expect(template.split('kms:ViaService')).toHaveLength(4);
    expect(template).toContain(keys[0]);
  });

  test.for([
    { stack: 'AutosysBridge', more: { tracing: 'true', backup: 'true', reservedConcurrency: '6' } },
    {
      stack: 'AutosysBridgeSource',
      more: { bridgeBusArn: 'arn:aws:events:eu-west-1:444455556666:event-bus/AutosysBridge' },
    },
  ])('protects the stack $stack against deletion, with all settings', async ({ stack, more }) => {
    const settings = { terminationProtection: 'true', 'aws:cdk:bundling-stacks': [] };

    const { code } = await runApp({ config: write(routeFile), ...settings, ...more });

    const read = (name: string) => readFileSync(join(folder, 'out', name), 'utf8');
    expect(code).toBe(0);
    expect(JSON.parse(read('manifest.json')).artifacts[stack].properties).toMatchObject({
      terminationProtection: true,
    });
    const template = read(`${stack}.template.json`);
    expect(template.includes('AWS::Backup::BackupPlan')).toBe('backup' in more);
    expect(template.includes('"ReservedConcurrentExecutions": 6')).toBe('tracing' in more);
    expect(template.includes('"Mode": "Active"')).toBe('tracing' in more);
  });

  test('fails if the VPC has no subnets', async () => {
    const vpcId = 'vpc-0a1b2c3d';
    const key = `vpc-provider:account=111122223333:filter.vpc-id=${vpcId}:region=us-gov-west-1:returnAsymmetricSubnets=true`;
    const vpc = {
      vpcId,
      vpcCidrBlock: '10.0.0.0/16',
      ownerAccountId: '111122223333',
      availabilityZones: [],
      subnetGroups: [],
    };

    const context = { config: write(routeFile), vpcId, [key]: vpc };
    const { code, stderr } = await runApp(context, signedIn);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^vpcSubnets: .*; allowed: private subnets, with a NAT or with vpcEndpoints\n$/,
    );
  });

  describe('in a VPC with two kinds of subnets', () => {
    const vpcId = 'vpc-0a1b2c3d';
    const group = (type: string, subnetId: string, routeTableId: string) => ({
      name: type,
      type,
      subnets: [
        { subnetId, cidr: '10.0.0.0/24', availabilityZone: 'us-gov-west-1a', routeTableId },
      ],
    });
    const context = (settings: Readonly<Record<string, unknown>>) => ({
      config: write(routeFile),
      vpcId,
      [`vpc-provider:account=111122223333:filter.vpc-id=${vpcId}:region=us-gov-west-1:returnAsymmetricSubnets=true`]:
        {
          vpcId,
          vpcCidrBlock: '10.0.0.0/16',
          ownerAccountId: '111122223333',
          availabilityZones: [],
          subnetGroups: [
            group('Private', 'subnet-0a', 'rtb-0a'),
            group('Isolated', 'subnet-0b', 'rtb-0b'),
            group('Public', 'subnet-0c', 'rtb-0c'),
          ],
        },
      'aws:cdk:bundling-stacks': [],
      ...settings,
    });

    test('adds DynamoDB to the route tables of the given subnets', async () => {
      const settings = { subnetIds: 'subnet-0b', vpcEndpoints: 'true' };

      const { code } = await runApp(context(settings), signedIn);

      const template = readFileSync(join(folder, 'out/AutosysBridge.template.json'), 'utf8');
      const resources: readonly { Type: string; Properties: Record<string, unknown> }[] =
        Object.values(JSON.parse(template).Resources);
      const endpoints = resources.filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
      expect(code).toBe(0);
      expect(endpoints.flatMap(({ Properties }) => Properties['RouteTableIds'] ?? [])).toEqual([
        'rtb-0b',
      ]);
    });

    test('creates interface endpoints in one of two subnets of a zone, and adds DynamoDB to both route tables', async () => {
      const settings = { subnetIds: 'subnet-0b,subnet-0a', vpcEndpoints: 'states,dynamodb' };

      const { code } = await runApp(context(settings), signedIn);

      const template = readFileSync(join(folder, 'out/AutosysBridge.template.json'), 'utf8');
      const resources: readonly { Type: string; Properties: Record<string, unknown> }[] =
        Object.values(JSON.parse(template).Resources);
      const endpoints = resources.filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
      expect(code).toBe(0);
      expect(
        endpoints.map(({ Properties: { SubnetIds, RouteTableIds } }) => SubnetIds ?? RouteTableIds),
      ).toEqual([['subnet-0b'], ['rtb-0b', 'rtb-0a']]);
    });

    test.for([
      {
        subnetIds: 'subnet-0b,subnet-0d',
        expected: `context subnetIds: found subnet-0d, not in ${vpcId}, allowed: subnet-0a, subnet-0b\n`,
      },
      {
        subnetIds: 'subnet-0c',
        expected:
          'vpcSubnets: found public subnets, allowed: private subnets, with a NAT or with vpcEndpoints\n',
      },
    ])('rejects $subnetIds', async ({ subnetIds, expected }) => {
      expect(await runApp(context({ subnetIds }), signedIn)).toEqual({ code: 1, stderr: expected });
    });
  });

  test('fails with all invalid settings at once', async () => {
    const context = { config: write(routeFile), subnetIds: '', autosysCidr: '10.0.0.0/8' };

    const { code, stderr } = await runApp(context);

    expect(code).toBe(1);
    expect(stderr).toContain('context subnetIds: found "", allowed: ids of subnets');
    expect(stderr).toContain('context autosysCidr: unknown setting; did you mean autosysCidrs?');
  });
});
