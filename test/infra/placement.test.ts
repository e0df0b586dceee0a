import { App, CfnParameter, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeSource } from '../../infra/bridge-source.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import {
  checkLocation,
  checkOtherAccounts,
  describeIdleSource,
  findUnmatchedAccounts,
  type StackLocation,
} from '../../infra/placement.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { anExecutionTarget } from '../support/launch-targets.ts';
import { aRoute, fromStateMachine } from '../support/routes.ts';

const here: StackLocation = { account: '111122223333', region: 'eu-west-1' };
const ourBus = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';

describe('a compiled route file', () => {
  test.for([
    { where: 'with names only', config: aBridgeConfig() },
    {
      where: 'with a secret of its Region',
      config: aBridgeConfig({
        secret: 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:autosys',
      }),
    },
    {
      where: 'with another Region of a route',
      config: {
        ...aBridgeConfig(),
        routes: [aRoute({ from: { ...fromStateMachine('x'), regions: ['us-east-1'] } })],
      },
    },
  ])('is valid for a location $where', ({ config }) => {
    expect(() => checkLocation(config, here)).not.toThrow();
  });

  test('is rejected in another partition and with a secret of another Region, with all faults', () => {
    const arn = 'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:x';
    const config = {
      ...aBridgeConfig({
        secret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:autosys',
        authoritySecret: { secret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:ca' },
      }),
      routes: [
        aRoute({
          name: 'one',
          from: {
            kind: 'execution',
            stateMachine: { by: 'arn', text: arn },
            mapChildren: 'ignore',
          },
        }),
        aRoute({
          name: 'two',
          from: { ...fromStateMachine('x'), regions: ['us-gov-west-1'] },
        }),
      ],
    };

    expect(() => checkLocation(config, here)).toThrow(
      [
        'instance ACE: found arn:aws:secretsmanager:us-east-1:111122223333:secret:autosys, a secret in us-east-1, but the functions read secrets in eu-west-1, the Region of the stack; replicate the secret to that Region, and use its name',
        `route one: found ${arn}, in the partition aws-cn, but the stack is in eu-west-1, which is in aws; AWS connects no partitions, so deploy the stack to a Region of aws-cn, or correct the route file`,
        'route two: found us-gov-west-1, in the partition aws-us-gov, but the stack is in eu-west-1, which is in aws; AWS connects no partitions, so deploy the stack to a Region of aws-us-gov, or correct the route file',
      ].join('\n'),
    );
    expect(() => checkLocation(config, {})).not.toThrow();
  });
});

describe('a launch target with an ARN', () => {
  const arn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
  const from = {
    kind: 'execution',
    stateMachine: { by: 'arn', text: arn },
    mapChildren: 'ignore',
  } as const;
  const config = { ...aBridgeConfig(), targets: [anExecutionTarget({ from })] };

  test.for<{ location: StackLocation }>([
    { location: here },
    { location: { region: 'eu-west-1' } },
    { location: {} },
  ])('is valid in $location', ({ location }) => {
    expect(() => checkLocation(config, location)).not.toThrow();
  });

  const advice =
    'allowed: targets in the account and Region of the bridge only, so deploy a bridge there, or correct the ARN';
  test.for<{ location: StackLocation; found: string }>([
    {
      location: { ...here, account: '444455556666' },
      found:
        'a target in account 111122223333, but the stack is in account 444455556666 and Region eu-west-1',
    },
    {
      location: { account: '444455556666', region: 'us-east-1' },
      found:
        'a target in account 111122223333 and Region eu-west-1, but the stack is in account 444455556666 and Region us-east-1',
    },
    {
      location: { region: 'us-east-1' },
      found: 'a target in Region eu-west-1, but the stack is in Region us-east-1',
    },
  ])('is rejected in $location', ({ location, found }) => {
    expect(() => checkLocation(config, location)).toThrow(
      `target settlement: found ${arn}, ${found}; ${advice}`,
    );
  });

  test('is rejected in another partition, as is the secret of a caller in another Region', () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:agents';
    const callers = [{ name: 'agents', secret, targets: ['settlement'], jobs: ['J'] }];

    expect(() => checkLocation({ ...config, callers }, { region: 'cn-north-1' })).toThrow(
      /^target settlement: found .*, in the partition aws, .*\ncaller agents: found .*, in the partition aws, /,
    );
    expect(() => checkLocation({ ...config, callers }, here)).toThrow(
      `caller agents: found ${secret}, a secret in us-east-1, but the functions read secrets in eu-west-1`,
    );
  });
});

describe('the callers of requests', () => {
  const role = 'arn:aws:iam::444455556666:role/settlement';
  const machine = 'arn:aws:states:eu-west-1:444455556666:stateMachine:settlement';
  const entry: RequestEntry = {
    name: 'ledger-team',
    roles: [role],
    stateMachines: [machine],
    instance: parseAutosysInstance('ACE'),
    actions: ['getGlobal'],
    events: [],
    starts: [],
    jobs: [],
    globals: ['A'],
    mayKill: false,
    perMinute: 60,
  };
  const config = { ...aBridgeConfig(), requests: [entry] };

  test.for<{ location: StackLocation }>([{ location: here }, { location: {} }])(
    'may be in another account in $location',
    ({ location }) => {
      expect(() => checkLocation(config, location)).not.toThrow();
    },
  );

  test('are rejected in another Region, if they are state machines', () => {
    expect(() => checkLocation(config, { region: 'us-east-1' })).toThrow(
      /^requests ledger-team: found arn:aws:states:eu-west-1:444455556666:stateMachine:settlement, a caller in eu-west-1, but the stack is in us-east-1; Step Functions invokes no function in another Region, so deploy a bridge there, or correct the ARN$/,
    );
  });

  test('are rejected in another partition', () => {
    const text = `requests ledger-team: found ${role}, in the partition aws, but the stack is in cn-north-1, which is in aws-cn; `;

    expect(() => checkLocation(config, { region: 'cn-north-1' })).toThrow(text);
  });
});

describe('other accounts', () => {
  const config = { ...aBridgeConfig(), accounts: ['444455556666', '777788889999'] };

  test.for([
    { who: 'none', others: [], location: {} },
    { who: 'accounts of the route file', others: ['444455556666'], location: {} },
    {
      who: 'the account of the bridge, for another Region',
      others: ['111122223333'],
      location: here,
    },
  ])('can be $who', ({ others, location }) => {
    expect(() => checkOtherAccounts(config, others, location)).not.toThrow();
  });

  test('are rejected if the route file does not name them, with the text to add', () => {
    const others = ['444455556666', '111122223333', '999988887777'];

    expect(() => checkOtherAccounts(config, others, {})).toThrow(
      'otherAccounts: found 111122223333, 999988887777, which the route file does not name, so the bridge would discard their events; add them there, as in accounts: ["111122223333", "999988887777"], or remove them here',
    );
  });

  test.for([
    { others: [], location: here, unmatched: ['444455556666', '777788889999'] },
    { others: ['444455556666'], location: here, unmatched: ['777788889999'] },
    { others: ['444455556666', '777788889999'], location: here, unmatched: [] },
    { others: [], location: { ...here, account: '444455556666' }, unmatched: ['777788889999'] },
    { others: ['444455556666'], location: {}, unmatched: [] },
    { others: [], location: {}, unmatched: ['444455556666', '777788889999'] },
  ])('leave $unmatched unmatched if $others are allowed', ({ others, location, unmatched }) => {
    expect(findUnmatchedAccounts(config, others, location)).toEqual(unmatched);
  });
});

describe('a source', () => {
  const config = { ...aBridgeConfig(), accounts: ['444455556666'] };

  test.for<{ at: string; location: StackLocation }>([
    {
      at: 'in an account of the route file',
      location: { account: '444455556666', region: 'eu-west-1' },
    },
    { at: 'in another Region of the bridge', location: { ...here, region: 'us-east-1' } },
    { at: 'an unknown location', location: {} },
  ])('can be $at', ({ location }) => {
    expect(describeIdleSource(config, ourBus, location)).toBeUndefined();
  });

  test.for([
    {
      at: 'an account that the route file does not name',
      location: { account: '999988887777', region: 'eu-west-1' },
      expected:
        'but the route file does not name account 999988887777, so the bridge would discard its events; add it there, as in accounts: ["999988887777"], deploy the bridge with it in otherAccounts, then deploy this source',
    },
    {
      at: 'the account and Region of the bridge',
      location: here,
      expected:
        'in the same account and Region as this source; the bridge receives events from there without a source',
    },
    {
      at: 'another partition',
      location: { account: '444455556666', region: 'cn-north-1' },
      expected:
        'in the partition aws, but the source is in cn-north-1, which is in aws-cn; AWS delivers no events between partitions',
    },
  ])('has no effect in $at', ({ location, expected }) => {
    expect(describeIdleSource(config, ourBus, location)).toBe(`found ${ourBus}, ${expected}`);
  });
});

/** A stack of the bridge with a known location. */
function aStackHere(
  toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({}),
): BridgeStack {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { account = '', region = '' } = here;
  const toAll = (stack: Stack) => ({ config: aBridgeConfig(), ...toProps(stack) });
  return new BridgeStack(app, 'Bridge', toAll, { env: { account, region } });
}

test('a stack without a known location accepts a key of any Region', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';
  const toProps = (stack: Stack) => ({
    config: aBridgeConfig(),
    encryptionKey: Key.fromKeyArn(stack, 'Given', arn),
  });

  expect(() => new BridgeStack(app, 'Bridge', toProps)).not.toThrow();
});

describe('a stack with a known location', () => {
  test('warns about accounts of the route file whose events cannot reach the bridge', () => {
    const stack = aStackHere(() => ({
      config: { ...aBridgeConfig(), accounts: ['444455556666'] },
    }));

    const warnings = Annotations.fromStack(stack).findWarning(
      '/Bridge/Bridge',
      Match.stringLikeRegexp(
        '^the route file names 444455556666, but their events cannot reach the bridge; add',
      ),
    );
    expect(warnings).toHaveLength(1);
  });

  test('fails if a bridge is in another partition than its routes', () => {
    const secret = 'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x';

    expect(() => aStackHere(() => ({ config: aBridgeConfig({ secret }) }))).toThrow(
      /^instance ACE: found arn:aws-cn:.*, in the partition aws-cn, but the stack is in eu-west-1/,
    );
  });

  const given = {
    key: (arn: string) => (stack: Stack) => ({
      encryptionKey: Key.fromKeyArn(stack, 'Given', arn),
    }),
    topic: (arn: string) => (stack: Stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Given', arn),
    }),
  };

  test.for([
    {
      what: 'a key of another Region',
      toProps: given.key('arn:aws:kms:us-east-1:111122223333:key/1'),
      expected:
        'encryptionKey: found arn:aws:kms:us-east-1:111122223333:key/1 in us-east-1, allowed: one in eu-west-1, the Region of the stack; use one in that Region, or remove the setting to create a new one',
    },
    {
      what: 'a topic of another partition',
      toProps: given.topic('arn:aws-cn:sns:cn-north-1:111122223333:pager'),
      expected:
        'alarmTopic: found arn:aws-cn:sns:cn-north-1:111122223333:pager in cn-north-1, allowed: one in eu-west-1, the Region of the stack; use one in that Region, or remove the setting to create a new one',
    },
  ])('rejects $what', ({ toProps, expected }) => {
    expect(() => aStackHere(toProps)).toThrow(new Error(expected));
  });

  test.for([
    { what: 'a key of its Region', toProps: given.key('arn:aws:kms:eu-west-1:444455556666:key/1') },
    { what: 'a topic of its Region', toProps: given.topic('arn:aws:sns:eu-west-1:444455556666:x') },
    {
      what: 'a key that is known at deployment only',
      toProps: (stack: Stack) =>
        given.key(new CfnParameter(stack, 'TheirKey').valueAsString)(stack),
    },
  ])('accepts $what', ({ toProps }) => {
    expect(() => aStackHere(toProps)).not.toThrow();
  });

  test('fails if a source is in the account and Region of the bridge', () => {
    const stack = aStackHere();

    expect(() => new BridgeSource(stack, 'S', { config: aBridgeConfig(), busArn: ourBus })).toThrow(
      /^busArn: found .*; the bridge receives events from there without a source$/,
    );
  });
});
