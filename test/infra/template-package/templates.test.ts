import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBridgeConfig } from '../../../infra/read-bridge-config.ts';
import {
  checksumFile,
  createTemplatePackage,
  manifestFile,
  readPackageSettings,
  type TemplatePackage,
  toSha256,
} from '../../../infra/template-package/index.ts';
import type { BridgeConfig } from '../../../lambda/routing/routes.ts';
import { aRequestEntry } from '../../support/request-entries.ts';

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
interface Template {
  readonly Parameters: Readonly<
    Record<string, { readonly Type: string; readonly Description?: string }>
  >;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: unknown;
  readonly Resources: Readonly<Record<string, Resource>>;
}

const directory = mkdtempSync(join(tmpdir(), 'templates-'));
afterAll(() => rmSync(directory, { recursive: true }));

function make(
  config: BridgeConfig,
  {
    inVpc = false,
    ...given
  }: Readonly<Record<string, unknown>> & { readonly inVpc?: boolean } = {},
): TemplatePackage {
  const workDirectory = mkdtempSync(join(directory, 'work-'));
  const settings = readPackageSettings(given, { config: 'bridge.yaml', inVpc });
  const code = { bucket: 'my-templates', prefix: 'autosys/' };
  return createTemplatePackage({ config, settings, inVpc, code, workDirectory }, '1.2.3');
}

function readTemplate({ files }: TemplatePackage, name: string): Template {
  return JSON.parse(Buffer.from(files.get(name) ?? []).toString());
}

/** Every `Ref`, and the first part of every `Fn::GetAtt` and of every placeholder of `Fn::Sub`. */
function findReferences(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(findReferences);
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0]).replace(/\..*/, '')];
    if (key === 'DependsOn') return [inner].flat().map(String);
    if (key === 'Fn::Sub') {
      const text = String([inner].flat()[0]);
      return [...text.matchAll(/\$\{([^!}.]+)/g)].map(([, name = '']) => name);
    }
    return findReferences(inner);
  });
}

/** Every condition that `Fn::If` or a resource names. */
function findConditions(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(findConditions);
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === 'Fn::If' && Array.isArray(inner) ? [String(inner[0])] : []),
    ...(key === 'Condition' && typeof inner === 'string' ? [inner] : []),
    ...findConditions(inner),
  ]);
}

const example = readBridgeConfig('examples/bridge.yaml', { warn: () => undefined });
const launch = readBridgeConfig('examples/launch.yaml', { warn: () => undefined });
/** All parts of a bridge: targets, requests, and another account. */
const whole: BridgeConfig = {
  ...launch,
  accounts: ['444455556666'],
  requests: [aRequestEntry()],
};

describe('a package', () => {
  let small: TemplatePackage;
  let large: TemplatePackage;

  beforeAll(() => {
    small = make(example);
    large = make(whole, {
      ...{ inVpc: true, launchNetworks: '10.20.0.0/16', otherAccounts: '444455556666' },
      autosysCidrs: '10.20.0.0/16',
    });
  });

  const templates = () => [
    readTemplate(small, 'bridge.template.json'),
    readTemplate(large, 'bridge.template.json'),
    readTemplate(large, 'source.template.json'),
  ];

  test('has the same bytes when it is made again', () => {
    expect([...make(example).files].map(([path, content]) => [path, toSha256(content)])).toEqual(
      [...small.files].map(([path, content]) => [path, toSha256(content)]),
    );
  });

  test('lists every other file with its digest', () => {
    const lines = Buffer.from(small.files.get(checksumFile) ?? [])
      .toString()
      .trimEnd()
      .split('\n');
    const others = [...small.files].filter(([path]) => path !== checksumFile);

    expect(lines).toEqual(
      others
        .map(([path, content]) => `${toSha256(content)}  ${path}`)
        .toSorted((one, other) => (one.slice(66) < other.slice(66) ? -1 : 1)),
    );
  });

  test('has the version and the figures of its templates in its manifest', () => {
    const manifest = JSON.parse(Buffer.from(large.files.get(manifestFile) ?? []).toString());

    expect(manifest).toMatchObject({
      ...{ format: 'autosys-bridge-package/1', version: '1.2.3', stackName: 'AutosysBridge' },
      ...{ bucket: 'my-templates', prefix: 'autosys/' },
      templates: {
        'bridge.template.json': { capability: 'CAPABILITY_IAM', bytes: large.bridge.bytes },
        'source.template.json': { capability: 'CAPABILITY_NAMED_IAM' },
      },
    });
    expect(manifest.code).toHaveLength(large.codeFiles);
  });

  test('has a template of sources only if the settings admit other accounts', () => {
    expect(small.source).toBeUndefined();
    expect(small.files.has('source.template.json')).toBe(false);
    expect(large.instructions.join('\n')).toContain('source.template.json');
  });

  test('refers only to what it has, and uses and describes each parameter', () => {
    for (const template of templates()) {
      const { Parameters, Resources, Conditions = {} } = template;
      const references = new Set(findReferences(template));
      const known = [...Object.keys(Parameters), ...Object.keys(Resources)];

      const foreign = [...references].filter((one) => !one.startsWith('AWS::'));
      expect(foreign.filter((one) => !known.includes(one))).toEqual([]);
      expect(Object.keys(Parameters).filter((one) => !references.has(one))).toEqual([]);
      for (const { Description } of Object.values(Parameters)) {
        expect(Description).toMatch(/^[A-Z].{15,}/);
      }
      const used = new Set(findConditions(template));
      expect([...used].toSorted()).toEqual(Object.keys(Conditions).toSorted());
    }
  });

  test('has nothing of the CDK bootstrap, no mapping, and no place of this machine', () => {
    for (const template of templates()) {
      const text = JSON.stringify(template);

      expect(
        text.match(
          /.{0,40}(?:bootstrap|hnb659fds|CDKMetadata|aws:asset|aws:cdk:(?!do-not-refactor)).{0,40}/gi,
        ),
      ).toBeNull();
      expect(template.Mappings).toBeUndefined();
      // The route file of the test names these two.
      expect(text.replace(/444455556666|111122223333/g, '')).not.toMatch(/\b\d{12}\b/);
      // A parameter gives this example.
      expect(text.replace('such as eu-west-1', '')).not.toMatch(/\b(?:eu|us|ap)-[a-z]+-\d\b/);
      expect(text).not.toContain(process.cwd());
    }
  });

  test('has all functions load their code from bucket and prefix of the parameters', () => {
    const template = readTemplate(large, 'bridge.template.json');
    const functions = Object.values(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );

    expect(functions.length).toBeGreaterThan(6);
    for (const { Properties } of functions) {
      const code = Properties?.['Code'] as {
        readonly S3Key: { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
      };
      const [, [prefix, path]] = code.S3Key['Fn::Join'];
      expect(code).toHaveProperty('S3Bucket', { Ref: 'CodeBucket' });
      expect(prefix).toEqual({ Ref: 'CodePrefix' });
      expect(large.files.has(String(path))).toBe(true);
    }
  });

  test('names an archive by its content, so that changed routes change the code', () => {
    const changed = make({ ...example, metricPerRoute: false });
    const names = ({ files }: TemplatePackage) =>
      [...files.keys()].filter((one) => /zip$/.test(one));

    expect(names(changed).filter((name) => names(small).includes(name))).toEqual([]);
    expect(names(changed)).toHaveLength(names(small).length);
  });

  test('has the parameters that docs/cloudformation.md lists', () => {
    const [, section = ''] = readFileSync('docs/cloudformation.md', 'utf8').split(
      '## Parameters\n',
    );
    const listed = [...section.matchAll(/^\| (`[A-Z][^|]*) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    const all = templates().flatMap(({ Parameters }) => Object.keys(Parameters));

    expect(listed.toSorted()).toEqual([...new Set(all)].toSorted());
  });

  describe('with --vpc', () => {
    test('runs all functions in the network of the parameters', () => {
      const { Resources } = readTemplate(large, 'bridge.template.json');

      for (const { Type, Properties } of Object.values(Resources)) {
        if (Type !== 'AWS::Lambda::Function') continue;
        expect(Properties?.['VpcConfig']).toEqual({
          SubnetIds: { Ref: 'SubnetIds' },
          SecurityGroupIds: {
            'Fn::If': [
              'CreatesSecurityGroup',
              [{ 'Fn::GetAtt': [expect.stringContaining('SecurityGroup'), 'GroupId'] }],
              { Ref: 'SecurityGroupIds' },
            ],
          },
        });
      }
    });

    test('creates a security group unless parameters name some, open to the given networks', () => {
      const { Resources } = readTemplate(large, 'bridge.template.json');
      const groups = Object.values(Resources).filter(
        ({ Type }) => Type === 'AWS::EC2::SecurityGroup',
      );

      expect(groups).toEqual([expect.objectContaining({ Condition: 'CreatesSecurityGroup' })]);
      expect(JSON.stringify(groups)).toContain('"CidrIp":"10.20.0.0/16"');
    });

    test('publishes a new version of the request function when the network changes', () => {
      const { Resources } = readTemplate(large, 'bridge.template.json');
      const versions = Object.values(Resources).filter(
        ({ Type }) => Type === 'AWS::Lambda::Version',
      );

      expect(versions).toHaveLength(1);
      expect(findReferences(versions[0]?.Properties?.['Description'])).toEqual([
        'SubnetIds',
        'SecurityGroupIds',
      ]);
    });
  });

  test('without --vpc has neither a network nor its parameters', () => {
    const { Parameters, Resources } = readTemplate(small, 'bridge.template.json');

    expect(Object.keys(Parameters)).toEqual([
      'CodeBucket',
      'CodePrefix',
      'AlarmTopicArn',
      'AlarmEmail',
    ]);
    expect(JSON.stringify(Resources)).not.toContain('VpcConfig');
  });

  test('notifies the given topic of alarms, or creates one, with its subscription', () => {
    const { Resources, Conditions } = readTemplate(small, 'bridge.template.json');
    const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
    const [topicId] =
      Object.entries(Resources).find(([, { Type }]) => Type === 'AWS::SNS::Topic') ?? [];

    const action = { 'Fn::If': ['CreatesAlarmTopic', { Ref: topicId }, { Ref: 'AlarmTopicArn' }] };
    for (const { Properties } of ofType('AWS::CloudWatch::Alarm')) {
      expect(Properties).toMatchObject({ AlarmActions: [action], OKActions: [action] });
    }
    expect(ofType('AWS::SNS::Topic')).toMatchObject([{ Condition: 'CreatesAlarmTopic' }]);
    expect(ofType('AWS::SNS::TopicPolicy')).toMatchObject([{ Condition: 'CreatesAlarmTopic' }]);
    expect(ofType('AWS::SNS::Subscription')).toMatchObject([
      { Condition: 'SubscribesAlarmEmail', Properties: { Endpoint: { Ref: 'AlarmEmail' } } },
    ]);
    expect(Conditions?.['CreatesAlarmTopic']).toEqual({
      'Fn::Equals': [{ Ref: 'AlarmTopicArn' }, ''],
    });
  });

  test('has a source that trusts the roles of the bridge, under the name that the sweep assumes', () => {
    const source = readTemplate(large, 'source.template.json');
    const bridge = JSON.stringify(readTemplate(large, 'bridge.template.json'));
    const named = Object.values(source.Resources).find(
      ({ Properties }) => Properties?.['RoleName'] !== undefined,
    );

    expect(Object.keys(source.Parameters)).toEqual([
      ...['BridgeAccount', 'BridgeRegion', 'SweepRoleArn', 'RequestRoleArn', 'WaitRoleArn'],
      'AlarmTopicArn',
    ]);
    expect(JSON.stringify(named?.Properties?.['AssumeRolePolicyDocument'])).toMatch(
      /RequestRoleArn.*SweepRoleArn.*WaitRoleArn/,
    );
    const roleName = (named?.Properties?.['RoleName'] ?? {}) as {
      readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    };
    const [, parts = []] = roleName['Fn::Join'] ?? [];
    expect(parts).toEqual([
      'AutosysBridge-',
      { Ref: 'AWS::Region' },
      '-',
      { Ref: 'BridgeAccount' },
      '-',
      { Ref: 'BridgeRegion' },
      expect.stringMatching(/^-[0-9a-f]{5}$/),
    ]);
    // The digest of the bus's name: in the role that the functions of the bridge assume.
    expect(bridge).toContain(`"${parts.at(-1)}"`);
  });

  test('notifies a topic of the alarms of a source only if the parameter names one', () => {
    const { Resources } = readTemplate(large, 'source.template.json');
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

    expect(alarms.length).toBeGreaterThan(0);
    for (const { Properties } of alarms) {
      expect(Properties?.['AlarmActions']).toEqual({
        'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], { Ref: 'AWS::NoValue' }],
      });
    }
  });
});
