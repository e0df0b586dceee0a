import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaveOut, readResources, type TemplateResource } from './assembly.ts';
import { findBridge } from './bridge.ts';
import { connect, describeStack, listResources, stackName } from './cloud.ts';
import { startExecution } from './executions.ts';
import { sayUnknown } from './gap-template.ts';
import { askLedger } from './ledger.ts';
import { home } from './ministack.ts';
import { type Ended, run } from './process.ts';
import { replaced, touchable, untilTold } from './route-change.ts';
import type { TestSystem } from './test-system.ts';
import { project } from './toolkit.ts';
import { healsWithinMs, until } from './until.ts';

const bucket = 'autosys-templates';
const prefix = 'autosys/';
/** Variable of the example's first route. */
const globalVariable = 'AWS_SETTLEMENT';

/** A package in the bucket. */
export interface UploadedPackage {
  /** URL of the template. */
  readonly url: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  /** Types that MiniStack does not support, removed from the template. */
  readonly left: readonly string[];
}

/** Creates the bucket of a platform team. `package` refuses one in another Region. */
export async function createTemplateBucket(system: TestSystem): Promise<void> {
  const { cloud, directory, ministack, site } = system;
  await cloud.s3.createBucket({
    Bucket: bucket,
    CreateBucketConfiguration: { LocationConstraint: home.region },
  });
  const distant = connect(ministack.url, 'us-west-2').s3;
  await distant.createBucket({
    Bucket: 'autosys-elsewhere',
    CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
  });
  const out = join(directory, 'refused');

  const { code, output } = await runPackage(system, site.config, [
    '--bucket',
    'autosys-elsewhere',
    '--out',
    out,
  ]);

  assert.equal(code, 1, output);
  assert.match(output, /found autosys-elsewhere in us-west-2, but the stack is in eu-west-1/);
  assert.ok(!existsSync(out), 'nothing is written');
}

/** Runs `package`, with its look at AWS, and uploads what it has written. */
export async function uploadPackage(system: TestSystem, config: string): Promise<UploadedPackage> {
  const { directory, cloud, ministack } = system;
  const out = join(directory, 'package');
  const ended = await runPackage(system, config, ['--bucket', bucket, '--out', out]);
  assert.equal(ended.code, 0, ended.output);
  const { template, ...adapted } = adaptTemplate(directory, out);
  const uploads = [
    ...readdirSync(join(out, 'code'))
      .map((name) => `code/${name}`)
      .map((path) => ({
        Key: `${prefix}${path}`,
        Body: readFileSync(join(out, path)),
      })),
    { Key: `${prefix}bridge.template.json`, Body: Buffer.from(template) },
  ];
  for (const one of uploads) await cloud.s3.putObject({ Bucket: bucket, ...one });
  return { url: `${ministack.url}/${bucket}/${prefix}bridge.template.json`, ...adapted };
}

/** Creates the stack from the template in the bucket. An execution then reaches AutoSys. */
export async function createStack(system: TestSystem, { url }: UploadedPackage): Promise<void> {
  const { cloud, host } = system;
  await assert.rejects(
    cloud.cloudFormation.createStack({
      ...{ StackName: stackName, TemplateURL: url, Capabilities: ['CAPABILITY_IAM'] },
      Parameters: toParameters({
        AlarmEmail: 'night@example.com',
        AlarmTopicArn: `arn:aws:sns:${home.region}:${home.account}:night`,
      }),
    }),
    /one of them; subscribe the address to your topic/,
    'the rule of the template refuses two recipients',
  );

  await cloud.cloudFormation.createStack({
    ...{ StackName: stackName, TemplateURL: url, Capabilities: ['CAPABILITY_IAM'] },
    Parameters: toParameters({ AlarmEmail: 'night@example.com' }),
  });

  await untilStatus(system, 'CREATE_COMPLETE');
  const types = (await listResources(cloud)).map(({ type }) => type);
  assert.ok(types.includes('AWS::SNS::Subscription'), 'the address is subscribed');
  await host.takeOver();
  await reportExecution(system, 'settlement-packaged-1');
}

/**
 * Upgrades the stack by a change set, with a route for a state machine that exists. It changes rules, functions and their permissions only, and
 * the ledger keeps its rows.
 */
export async function upgradeStack(
  system: TestSystem,
  former: UploadedPackage,
  { url, resources }: UploadedPackage,
): Promise<void> {
  const { cloud, host } = system;
  const { cloudFormation } = cloud;
  const before = await listResources(cloud);
  const names = { StackName: stackName, ChangeSetName: 'routes' };
  await cloudFormation.createChangeSet({
    ...{ ...names, ChangeSetType: 'UPDATE', TemplateURL: url, Capabilities: ['CAPABILITY_IAM'] },
    Parameters: ['CodeBucket', 'CodePrefix', 'AlarmTopicArn', 'AlarmEmail'].map((ParameterKey) => ({
      ParameterKey,
      UsePreviousValue: true,
    })),
  });
  await until('the change set', () => isReady(system, names), 30_000);
  const changed = findChanged(former.resources, resources);
  assert.ok(changed.includes('AWS::Lambda::Function'), 'the code of the functions changes');
  assert.ok(changed.includes('AWS::Events::Rule'), 'the rules change');
  assert.deepEqual(
    changed.filter((type) => !touchable.includes(type)),
    [],
    'a change of routes touches rules, functions and their permissions alone',
  );

  await cloudFormation.executeChangeSet(names);

  await untilStatus(system, 'UPDATE_COMPLETE');
  const after = await listResources(cloud);
  for (const one of before.filter(({ type }) => !replaced.includes(type))) {
    assert.deepEqual(
      after.find(({ logicalId }) => logicalId === one.logicalId),
      one,
    );
  }
  const { table } = await findBridge(cloud);
  assert.match(await askLedger(system, table, globalVariable), /settlement-packaged-1/);
  await host.takeOver();
  await startExecution(system, 'archive', 'archive-packaged');
  await untilTold(system, 'archive', 'archive-packaged');
}

/** Deletes the stack. The ledger and the bucket stay. */
export async function deleteStack(system: TestSystem): Promise<void> {
  const { cloud } = system;
  const { table, report } = await findBridge(cloud);

  await cloud.cloudFormation.deleteStack({ StackName: stackName });

  await until('the stack to be deleted', () => isGone(system), 60_000);
  assert.match(await askLedger(system, table, globalVariable), /settlement-packaged-1/);
  await assert.rejects(cloud.lambda.getFunctionConfiguration({ FunctionName: report }));
  const { Contents = [] } = await cloud.s3.listObjectsV2({ Bucket: bucket });
  assert.ok(Contents.length > 0, 'the code stays in the bucket');
}

async function runPackage(
  { directory, ministack }: TestSystem,
  config: string,
  more: readonly string[],
): Promise<Ended> {
  const words = [
    ...['package', '--config', config, '--prefix', prefix, ...more],
    ...['--region', home.region, '--account', home.account, '--check-aws'],
    ...['--set', 'launchNetworks=10.0.0.0/8'],
  ];
  return await run(process.execPath, [join(project, 'cli/main.ts'), ...words], {
    // The CDK looks for the lock file from here upwards.
    cwd: project,
    withinMs: 120_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      AWS_ENDPOINT_URL: ministack.url,
      AWS_ENDPOINT_URL_S3: ministack.url,
      AWS_ACCESS_KEY_ID: home.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
}

/**
 * True when the change set can be executed. AWS and MiniStack also list the resources that refer to a
 * changed one, so its list does not show what changes.
 */
async function isReady(
  { cloud }: TestSystem,
  names: { readonly StackName: string; readonly ChangeSetName: string },
): Promise<boolean> {
  const { Status, StatusReason } = await cloud.cloudFormation.describeChangeSet(names);
  if (Status === 'FAILED') throw new Error(`the change set failed: ${StatusReason}`);
  return Status === 'CREATE_COMPLETE';
}

/** Types of the resources that two templates do not share, each once. */
function findChanged(
  former: UploadedPackage['resources'],
  latter: UploadedPackage['resources'],
): readonly string[] {
  const ids = new Set([...Object.keys(former), ...Object.keys(latter)]);
  const changed = [...ids].filter(
    (id) => JSON.stringify(former[id]) !== JSON.stringify(latter[id]),
  );
  return [...new Set(changed.map((id) => (former[id] ?? latter[id])?.Type ?? ''))];
}

/** The template without the resources that MiniStack does not support. */
function adaptTemplate(directory: string, out: string) {
  const assembly = join(directory, 'adapted');
  rmSync(assembly, { recursive: true, force: true });
  mkdirSync(assembly);
  const path = join(assembly, `${stackName}.template.json`);
  writeFileSync(path, readFileSync(join(out, 'bridge.template.json')));
  const left = leaveOut(assembly, sayUnknown);
  return { template: readFileSync(path, 'utf8'), resources: readResources(assembly), left };
}

/** An execution ends, and the ledger shows that AutoSys has its end. */
async function reportExecution(system: TestSystem, execution: string): Promise<void> {
  const { table } = await findBridge(system.cloud);
  await startExecution(system, 'settlement', execution);
  await until(
    `the ledger to show ${execution}`,
    async () => (await askLedger(system, table, globalVariable)).includes(execution),
    healsWithinMs,
  );
}

async function untilStatus({ cloud }: TestSystem, wanted: string): Promise<void> {
  const status = await until(
    `the stack to be ${wanted}`,
    async () => {
      const { status = '' } = await describeStack(cloud);
      return !/_IN_PROGRESS$/.test(status) && status;
    },
    300_000,
  );
  assert.equal(status, wanted);
}

async function isGone({ cloud }: TestSystem): Promise<boolean> {
  try {
    const { status = '' } = await describeStack(cloud);
    if (status === 'DELETE_FAILED') throw new Error('the stack cannot be deleted');
    return status === 'DELETE_COMPLETE';
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return true;
    throw error;
  }
}

function toParameters(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
}
