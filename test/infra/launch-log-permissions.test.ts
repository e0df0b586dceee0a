import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundleStubs, bundlingDefaults } from '../../infra/function-defaults.ts';
import { grantRunLogs } from '../../infra/launch-log-permissions.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';

/** Actions and resources that targets allow. */
function statementsOf(targets: readonly LaunchTarget[]): readonly (readonly [unknown, unknown])[] {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new Stack(app, 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  grantRunLogs(role, targets);
  expect(() => app.synth()).not.toThrow();
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return statements.map(({ Action, Resource }) => {
    const arns = [Resource].flat().map(toText);
    return [Action, Array.isArray(Resource) ? arns : arns[0]];
  });
}

/** An ARN with the pseudo parameters of CloudFormation in angle brackets. */
function toText(
  arn: string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] },
): string {
  if (typeof arn === 'string') return arn;
  const [, parts] = arn['Fn::Join'];
  return parts.map((one) => (typeof one === 'string' ? one : '<>')).join('');
}

const toArn = (service: string, resource: string) => `arn:<>:${service}:<>:<>:${resource}`;
const batchLogs = [
  ['logs:GetLogEvents', toArn('logs', 'log-group:/aws/batch/job:log-stream:*')],
  [['batch:DescribeJobs', 'batch:ListJobs'], '*'],
];

test('a role without targets reads no log', () => {
  expect(statementsOf([])).toEqual([]);
});

test('with Batch targets alone, a role reads the log group of AWS Batch', () => {
  expect(statementsOf([aBatchJobTarget()])).toEqual(batchLogs);
});

test('with a state machine, a role also reads groups of Lambda, and the histories of its tree', () => {
  const children = { stateMachines: ['eod-*'], jobQueues: [], jobDefinitions: [] };

  expect(statementsOf([anExecutionTarget({ children }), aBatchJobTarget()])).toEqual([
    ...batchLogs,
    ['logs:FilterLogEvents', toArn('logs', 'log-group:/aws/lambda/*')],
    [
      'states:GetExecutionHistory',
      [toArn('states', 'execution:settlement:*'), toArn('states', 'execution:eod-*:*')],
    ],
    [
      'states:ListExecutions',
      [toArn('states', 'mapRun:settlement/*'), toArn('states', 'mapRun:eod-*/*')],
    ],
    [
      'states:DescribeExecution',
      [toArn('states', 'execution:settlement/*'), toArn('states', 'execution:eod-*/*')],
    ],
  ]);
});

test.for([
  { entry: 'launch', holds: true },
  { entry: 'report', holds: false },
  { entry: 'sweep', holds: false },
  { entry: 'canary', holds: false },
  { entry: 'authorizer', holds: false },
])('the bundle of $entry holds the client of CloudWatch Logs: $holds', async ({ entry, holds }) => {
  const { metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '../..'),
    entryPoints: [`lambda/functions/${entry}.ts`],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: [...bundlingDefaults.mainFields],
    external: [...bundlingDefaults.externalModules],
    alias: { ...bundleStubs },
    metafile: true,
    write: false,
    outfile: 'index.js',
  });

  const contents = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(contents.some((path) => path.includes('client-cloudwatch-logs'))).toBe(holds);
});
