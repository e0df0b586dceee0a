import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** Resources by logical id, as in a template. */
export type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties?: Json }>
>;

/**
 * A queue with a dead-letter queue, a rule, a function and its mapping: a small version of the
 * bridge.
 */
export function bridgeResources(): Resources {
  return {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Reports: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 60,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
          maxReceiveCount: 2,
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.states'], account: [{ Ref: 'AWS::AccountId' }] },
        State: 'ENABLED',
        Targets: [
          {
            Arn: { 'Fn::GetAtt': ['Reports', 'Arn'] },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
            Id: 'Target0',
          },
        ],
      },
    },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90 } },
    Report: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { Ref: 'Nowhere' }, S3Key: 'abc.zip' },
        Environment: { Variables: { QUEUE_URL: { Ref: 'Reports' }, FIXED: 'x' } },
        Handler: 'index.handler',
        LoggingConfig: { LogGroup: { Ref: 'Logs' } },
        MemorySize: 512,
        Runtime: 'nodejs24.x',
        Timeout: 10,
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        BatchSize: 10,
        EventSourceArn: { 'Fn::GetAtt': ['Reports', 'Arn'] },
        FunctionName: { Ref: 'Report' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 3 },
      },
    },
  };
}

/** A cloud assembly on disk in the format of `cdk synth`. Disposing removes it. */
export interface AssemblyOnDisk extends AsyncDisposable {
  readonly directory: string;
}

/**
 * Writes an assembly with one stack, `Bridge`. Its asset `abc.zip` contains the handler as
 * `index.mjs`.
 */
export async function writeAssembly(resources: Resources, handler = ''): Promise<AssemblyOnDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'assembly-'));
  const write = (file: string, value: unknown) =>
    writeFile(join(directory, file), JSON.stringify(value, undefined, 1));
  await mkdir(join(directory, 'asset.abc'));
  await writeFile(join(directory, 'asset.abc', 'index.mjs'), handler);
  await write('manifest.json', {
    version: '55.0.0',
    artifacts: {
      'Bridge.assets': { type: 'cdk:asset-manifest', properties: { file: 'Bridge.assets.json' } },
      Bridge: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Bridge.template.json' },
        dependencies: ['Bridge.assets'],
      },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  await write('Bridge.assets.json', {
    version: '55.0.0',
    files: {
      abc: {
        source: { path: 'asset.abc', packaging: 'zip' },
        destinations: { here: { bucketName: 'assets', objectKey: 'abc.zip' } },
      },
    },
    dockerImages: {},
  });
  await write('Bridge.template.json', {
    Resources: resources,
    Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap/version' } },
  });
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}
