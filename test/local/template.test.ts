import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readWiring } from '../../local/template.ts';
import { TemplateError } from '../../local/template-error.ts';
import { bridgeResources, type Resources, writeAssembly } from './assembly-builder.ts';

const location = { account: '111122223333', region: 'eu-west-1' };

/** The bridge with some properties of one resource changed. */
function withProperties(id: string, properties: Readonly<Record<string, unknown>>): Resources {
  const resources = bridgeResources();
  const resource = resources[id] ?? { Type: 'AWS::Lambda::Function' };
  return {
    ...resources,
    [id]: { ...resource, Properties: { ...resource.Properties, ...properties } },
  };
}

async function read(resources: Resources) {
  await using assembly = await writeAssembly(resources);
  return readWiring(assembly.directory, location);
}

describe('the wiring of a template', () => {
  test('has queues, rules, functions and mappings with resolved values', async () => {
    await using assembly = await writeAssembly(bridgeResources());

    const wiring = readWiring(assembly.directory, location);

    expect(wiring).toEqual({
      queues: [
        {
          id: 'Bridge/Dead',
          name: 'dead',
          arn: 'arn:aws:sqs:eu-west-1:111122223333:dead',
          visibilityTimeoutMs: 30_000,
        },
        {
          id: 'Bridge/Reports',
          name: 'Bridge-Reports',
          arn: 'arn:aws:sqs:eu-west-1:111122223333:Bridge-Reports',
          visibilityTimeoutMs: 60_000,
          redrive: { deadLetterQueueId: 'Bridge/Dead', maxReceiveCount: 2 },
        },
      ],
      rules: [
        {
          id: 'Bridge/Rule',
          name: 'Bridge-Rule',
          pattern: { source: ['aws.states'], account: ['111122223333'] },
          targets: [{ id: 'Target0', queueId: 'Bridge/Reports' }],
        },
      ],
      schedules: [],
      functions: [
        {
          id: 'Bridge/Report',
          name: 'Bridge-Report',
          handler: 'index.handler',
          taskRoot: join(assembly.directory, 'asset.abc'),
          timeoutMs: 10_000,
          memoryMb: 512,
          logFormat: 'Text',
          environment: {
            QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/Bridge-Reports',
            FIXED: 'x',
          },
          unresolved: {},
        },
      ],
      mappings: [
        {
          id: 'Bridge/Mapping',
          queueId: 'Bridge/Reports',
          functionId: 'Bridge/Report',
          batchSize: 10,
          batchWindowMs: 0,
          maximumConcurrency: 3,
          reportsBatchItemFailures: true,
        },
      ],
      tables: [],
      restApis: [],
      access: [
        {
          functionId: 'Bridge/Report',
          functionName: 'Bridge-Report',
          functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:Bridge-Report',
          versions: [],
          aliases: new Map(),
          policies: new Map(),
        },
      ],
      leftOut: [],
    });
  });

  test('uses the defaults of CloudFormation', async () => {
    const wiring = await read({
      ...withProperties('Report', {
        Timeout: undefined,
        MemorySize: undefined,
        Environment: undefined,
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': 'Reports.Arn' },
          FunctionName: { 'Fn::GetAtt': ['Report', 'Arn'] },
        },
      },
    });

    expect(wiring.functions).toMatchObject([{ timeoutMs: 3000, memoryMb: 128, environment: {} }]);
    expect(wiring.mappings).toMatchObject([
      { batchSize: 10, maximumConcurrency: 5, reportsBatchItemFailures: false },
    ]);
  });

  test.for([
    { value: 'plain', reads: 'plain' },
    { value: { Ref: 'AWS::Region' }, reads: 'eu-west-1' },
    { value: { Ref: 'AWS::StackName' }, reads: 'Bridge' },
    { value: { Ref: 'BootstrapVersion' }, reads: '/cdk-bootstrap/version' },
    { value: { Ref: 'Logs' }, reads: 'Bridge-Logs' },
    { value: { 'Fn::GetAtt': ['Dead', 'QueueName'] }, reads: 'dead' },
    { value: { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }]] }, reads: 'a-aws' },
    { value: { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] }, reads: 'b' },
    {
      value: { 'Fn::Sub': `\${AWS::Region}/\${Dead.QueueName}/\${!literal}` },
      reads: `eu-west-1/dead/\${literal}`,
    },
    { value: { 'Fn::Sub': [`\${x}`, { x: { Ref: 'AWS::URLSuffix' } }] }, reads: 'amazonaws.com' },
  ])('resolves $value', async ({ value, reads }) => {
    const wiring = await read(
      withProperties('Report', { Environment: { Variables: { X: value } } }),
    );

    expect(wiring.functions[0]?.environment).toEqual({ X: reads });
  });

  test.for([
    { value: { Ref: 'Mapping' }, says: 'a reference to Mapping, AWS::Lambda::EventSourceMapping' },
    { value: { Ref: 'Missing' }, says: 'a reference to Missing' },
    { value: { 'Fn::GetAtt': ['Dead', 'Colour'] }, says: 'Dead.Colour' },
    { value: { 'Fn::ImportValue': 'x' }, says: 'Fn::ImportValue' },
    { value: ['a'], says: 'a list' },
  ])('states why it cannot resolve $value', async ({ value, says }) => {
    const wiring = await read(
      withProperties('Report', { Environment: { Variables: { X: value } } }),
    );

    expect(wiring.functions[0]?.environment).toEqual({});
    expect(wiring.functions[0]?.unresolved['X']).toContain(says);
  });

  test('has a rule with a rate, and the function that it invokes', async () => {
    const Targets = [{ Arn: { 'Fn::GetAtt': ['Report', 'Arn'] }, Id: 'Target0' }];
    const properties = {
      EventPattern: undefined,
      ScheduleExpression: 'rate(1 minute)',
      Targets,
    };

    const wiring = await read(withProperties('Rule', properties));

    expect(wiring).toMatchObject({
      rules: [],
      schedules: [{ id: 'Bridge/Rule', everyMs: 60_000, functionId: 'Bridge/Report' }],
      leftOut: [],
    });
  });

  const aSchedule = (over: object = {}) => ({
    ScheduleRole: { Type: 'AWS::IAM::Role', Properties: {} },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(15 minutes)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: { 'Fn::GetAtt': ['Report', 'Arn'] },
          RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
        ...over,
      },
    },
  });
  const target = aSchedule().Schedule.Properties.Target;

  test('has a schedule of EventBridge Scheduler with a rate, and the function that it invokes', async () => {
    const wiring = await read({ ...bridgeResources(), ...aSchedule() });

    expect(wiring).toMatchObject({
      schedules: [
        {
          id: 'Bridge/Schedule',
          arn: expect.stringMatching(
            /^arn:aws:scheduler:eu-west-1:111122223333:schedule\/default\/./,
          ),
          source: 'aws.scheduler',
          everyMs: 900_000,
          functionId: 'Bridge/Report',
        },
      ],
      leftOut: [],
    });
  });

  test('reads the input of a schedule', async () => {
    const over = { Target: { ...target, Input: '{"keepWarm":true}' } };
    const { schedules } = await read({ ...bridgeResources(), ...aSchedule(over) });

    expect(schedules).toMatchObject([{ input: '{"keepWarm":true}' }]);
  });

  test.for([
    { over: { State: 'DISABLED' }, says: 'disabled' },
    { over: { ScheduleExpression: 'cron(0 12 * * ? *)' }, says: 'no rate' },
  ])('leaves a schedule out: $says', async ({ over, says }) => {
    const { schedules, leftOut } = await read({ ...bridgeResources(), ...aSchedule(over) });

    expect(schedules).toEqual([]);
    expect(leftOut).toEqual([
      {
        id: 'Bridge/Schedule',
        reason: expect.stringContaining(
          `the schedule ${says === 'disabled' ? 'is' : 'has'} ${says}`,
        ),
      },
    ]);
  });

  test.for([
    { over: { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, says: 'FlexibleTimeWindow.Mode' },
    { over: { FlexibleTimeWindow: undefined }, says: 'FlexibleTimeWindow' },
    { over: { Target: { ...target, RoleArn: undefined } }, says: 'Target.RoleArn' },
    {
      over: { Target: { ...target, RoleArn: 'arn:aws:iam::111122223333:role/none' } },
      says: 'Target.RoleArn',
    },
    { over: { Target: { ...target, Arn: 'arn:aws:sqs:eu-west-1:1:q' } }, says: 'Target.Arn' },
    { over: { Target: { ...target, Input: '{' } }, says: 'Target.Input' },
    {
      over: { Target: { ...target, Input: '{"at":"<aws.scheduler.scheduled-time>"}' } },
      says: 'Target.Input',
    },
    { over: { EndDate: '2027-01-01' }, says: 'EndDate' },
    {
      over: { Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 59 } } },
      says: 'MaximumEventAgeInSeconds',
    },
    {
      over: { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } },
      says: 'MaximumRetryAttempts',
    },
  ])(
    'refuses a schedule that AWS refuses or that is not emulated: $says',
    async ({ over, says }) => {
      await expect(read({ ...bridgeResources(), ...aSchedule(over) })).rejects.toThrow(says);
    },
  );

  test.for([
    { when: 'a rule is disabled', id: 'Rule', properties: { State: 'DISABLED' } },
    {
      when: 'a rule comes at times of the day',
      id: 'Rule',
      properties: { EventPattern: undefined, ScheduleExpression: 'cron(0 12 * * ? *)' },
    },
    { when: 'a mapping is disabled', id: 'Mapping', properties: { Enabled: false } },
    {
      when: 'another function has another runtime',
      id: 'Other',
      properties: { Runtime: 'python3.13' },
    },
  ])('leaves out with a reason when $when', async ({ id, properties }) => {
    const wiring = await read(withProperties(id, properties));

    expect(wiring.leftOut).toEqual([{ id: `Bridge/${id}`, reason: expect.any(String) }]);
  });

  test.for([
    {
      when: 'a queue is FIFO',
      id: 'Reports',
      properties: { FifoQueue: true },
      says: 'standard queues',
    },
    {
      when: 'a queue delays',
      id: 'Reports',
      properties: { DelaySeconds: 5 },
      says: 'DelaySeconds',
    },
    {
      when: 'a rule has its own bus',
      id: 'Rule',
      properties: { EventBusName: 'mine' },
      says: 'the default bus',
    },
    {
      when: 'a target transforms its input',
      id: 'Rule',
      properties: {
        Targets: [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Reports', 'Arn'] }, InputPath: '$.detail' }],
      },
      says: 'InputPath',
    },
    {
      when: 'a target is a function',
      id: 'Rule',
      properties: { Targets: [{ Id: 'a', Arn: { 'Fn::GetAtt': ['Report', 'Arn'] } }] },
      says: 'allowed: AWS::SQS::Queue of the same template',
    },
    {
      when: 'a mapping filters',
      id: 'Mapping',
      properties: { FilterCriteria: { Filters: [] } },
      says: 'FilterCriteria',
    },
    {
      when: 'code is inline',
      id: 'Report',
      properties: { Code: { ZipFile: 'x' } },
      says: 'Report, Code.S3Key',
    },
    {
      when: 'code is no asset',
      id: 'Report',
      properties: { Code: { S3Key: 'other.zip' } },
      says: 'other.zip',
    },
    {
      when: 'a mapped function has another runtime',
      id: 'Report',
      properties: { Runtime: 'nodejs22.x' },
      says: 'not emulated',
    },
    {
      when: 'a function may run longer than its queue hides',
      id: 'Report',
      properties: { Timeout: 61 },
      says: '60000 ms',
    },
    { when: 'a number is none', id: 'Report', properties: { Timeout: 'long' }, says: 'a number' },
  ])('refuses when $when', async ({ id, properties, says }) => {
    const reading = read(withProperties(id, properties));

    await expect(reading).rejects.toThrow(TemplateError);
    await expect(reading).rejects.toThrow(says);
  });

  test.for([
    { type: 'AWS::DynamoDB::Table', properties: {} },
    {
      type: 'AWS::DynamoDB::GlobalTable',
      properties: {
        Replicas: [{ Region: { Ref: 'AWS::Region' }, DeletionProtectionEnabled: true }],
      },
    },
  ])(
    'has a table of type $type, and lists the settings that are not emulated',
    async ({ type, properties }) => {
      const keys = { KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }] };
      const index = { IndexName: 'agenda', ...keys, Projection: { ProjectionType: 'KEYS_ONLY' } };
      const AttributeDefinitions = [{ AttributeName: 'at', AttributeType: 'N' }];
      const wiring = await read({
        ...withProperties('Report', { Environment: { Variables: { TABLE: { Ref: 'Ledger' } } } }),
        Ledger: {
          Type: type,
          Properties: {
            ...keys,
            AttributeDefinitions,
            GlobalSecondaryIndexes: [{ ...index, WarmThroughput: { ReadUnitsPerSecond: 9 } }],
            BillingMode: 'PAY_PER_REQUEST',
            TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
            DeletionProtectionEnabled: true,
            ...properties,
          },
        },
      });

      const schema = { ...keys, AttributeDefinitions, GlobalSecondaryIndexes: [index] };
      expect(wiring.tables).toEqual([{ id: 'Bridge/Ledger', name: 'Bridge-Ledger', schema }]);
      expect(wiring.functions).toMatchObject([{ environment: { TABLE: 'Bridge-Ledger' } }]);
      expect(wiring.leftOut).toEqual([
        {
          id: 'Bridge/Ledger',
          reason:
            'the table is emulated without DeletionProtectionEnabled, TimeToLiveSpecification: dynalite does not support it',
        },
      ]);
    },
  );

  test('refuses a table with a replica in another Region', async () => {
    const Replicas = [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }];

    const reading = read({
      Ledger: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas } },
    });

    await expect(reading).rejects.toThrow(
      'Ledger, Replicas: found 2 replicas, allowed: a table in one Region',
    );
  });

  test('refuses a directory that is not an assembly', () => {
    const reading = () => readWiring('/nowhere/at/all', location);

    expect(reading).toThrow('/nowhere/at/all/manifest.json');
  });

  test('refuses an assembly without a stack', async () => {
    await using assembly = await writeAssembly({});
    await writeFile(join(assembly.directory, 'manifest.json'), '{"artifacts":{}}');

    const reading = () => readWiring(assembly.directory, location);

    expect(reading).toThrow('found no stack');
  });
});
