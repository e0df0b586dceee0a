import { App, CfnParameter, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge.ts';
import { BridgeSource } from '../../infra/bridge-source.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import {
  checkLocation,
  checkOtherAccounts,
  findUnmatchedAccounts,
  type StackLocation,
  sayIdleSource,
} from '../../infra/placement.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aRoute, fromStateMachine } from '../support/routes.ts';

const here: StackLocation = { account: '111122223333', region: 'eu-west-1' };
const ourBus = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';

describe('a compiled route file', () => {
  test.for([
    { where: 'by names alone', config: aBridgeConfig() },
    {
      where: 'with a secret of its Region',
      config: aBridgeConfig({
        secret: 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:autosys',
      }),
    },
    {
      where: 'with a Region beside it',
      config: {
        ...aBridgeConfig(),
        routes: [aRoute({ from: { ...fromStateMachine('x'), regions: ['us-east-1'] } })],
      },
    },
  ])('is at home in a place $where', ({ config }) => {
    expect(() => checkLocation(config, here)).not.toThrow();
  });

  test('is refused in another partition and with a secret of another Region, all at once', () => {
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
        'instance ACE: found arn:aws:secretsmanager:us-east-1:111122223333:secret:autosys, a secret in us-east-1, yet the functions read secrets in eu-west-1, where the stack goes; replicate it there, and name it by its name',
        `route one: found ${arn}, in the partition aws-cn, yet the stack goes to eu-west-1, which is in aws; nothing crosses over, so deploy it to a Region of aws-cn, or mend the route file`,
        'route two: found us-gov-west-1, in the partition aws-us-gov, yet the stack goes to eu-west-1, which is in aws; nothing crosses over, so deploy it to a Region of aws-us-gov, or mend the route file',
      ].join('\n'),
    );
    expect(() => checkLocation(config, {})).not.toThrow();
  });
});

describe('other accounts', () => {
  const config = { ...aBridgeConfig(), accounts: ['444455556666', '777788889999'] };

  test.for([
    { who: 'nobody', others: [], place: {} },
    { who: 'named ones', others: ['444455556666'], place: {} },
    { who: 'the own one, for another Region', others: ['111122223333'], place: here },
  ])('may be $who', ({ others, place }) => {
    expect(() => checkOtherAccounts(config, others, place)).not.toThrow();
  });

  test('are refused where the route file does not name them, with the line to write', () => {
    const others = ['444455556666', '111122223333', '999988887777'];

    expect(() => checkOtherAccounts(config, others, {})).toThrow(
      'otherAccounts: found 111122223333, 999988887777, which the route file does not name, so the bridge would refuse what they announce; name them there, as in accounts: ["111122223333", "999988887777"], or leave them out',
    );
  });

  test.for([
    { others: [], place: here, unheard: ['444455556666', '777788889999'] },
    { others: ['444455556666'], place: here, unheard: ['777788889999'] },
    { others: ['444455556666', '777788889999'], place: here, unheard: [] },
    { others: [], place: { ...here, account: '444455556666' }, unheard: ['777788889999'] },
    { others: ['444455556666'], place: {}, unheard: [] },
    { others: [], place: {}, unheard: ['444455556666', '777788889999'] },
  ])('leave $unheard unheard where $others are let in', ({ others, place, unheard }) => {
    expect(findUnmatchedAccounts(config, others, place)).toEqual(unheard);
  });
});

describe('a source', () => {
  const config = { ...aBridgeConfig(), accounts: ['444455556666'] };

  test.for<{ at: string; place: StackLocation }>([
    { at: 'in a named account', place: { account: '444455556666', region: 'eu-west-1' } },
    { at: 'in another Region of the bridge', place: { ...here, region: 'us-east-1' } },
    { at: 'somewhere', place: {} },
  ])('may be $at', ({ place }) => {
    expect(sayIdleSource(config, ourBus, place)).toBeUndefined();
  });

  test.for([
    {
      at: 'an account that is not named',
      place: { account: '999988887777', region: 'eu-west-1' },
      says: 'where account 999988887777 is refused, as the route file does not name it; name it there, as in accounts: ["999988887777"], deploy the bridge with it in otherAccounts, then this source',
    },
    {
      at: 'the place of the bridge',
      place: here,
      says: 'in the account and Region of this source itself, which the bridge hears without one',
    },
    {
      at: 'another partition',
      place: { account: '444455556666', region: 'cn-north-1' },
      says: 'in the partition aws, yet the source goes to cn-north-1, which is in aws-cn; AWS hands no events from one partition to another',
    },
  ])('is idle in $at', ({ place, says }) => {
    expect(sayIdleSource(config, ourBus, place)).toBe(`found ${ourBus}, ${says}`);
  });
});

/** A stack of the bridge whose place is known. */
function aStackHere(
  toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({}),
): BridgeStack {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { account = '', region = '' } = here;
  const toAll = (stack: Stack) => ({ config: aBridgeConfig(), ...toProps(stack) });
  return new BridgeStack(app, 'Bridge', toAll, { env: { account, region } });
}

test('a stack of no place takes a key of any Region', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';
  const toProps = (stack: Stack) => ({
    config: aBridgeConfig(),
    encryptionKey: Key.fromKeyArn(stack, 'Given', arn),
  });

  expect(() => new BridgeStack(app, 'Bridge', toProps)).not.toThrow();
});

describe('a stack that knows its place', () => {
  test('warns of accounts that are named and never heard', () => {
    const stack = aStackHere(() => ({
      config: { ...aBridgeConfig(), accounts: ['444455556666'] },
    }));

    const warnings = Annotations.fromStack(stack).findWarning(
      '/Bridge/Bridge',
      Match.stringLikeRegexp('^the route file names 444455556666, from which nothing comes: let'),
    );
    expect(warnings).toHaveLength(1);
  });

  test('fails when a bridge lies in another partition than its routes', () => {
    const secret = 'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x';

    expect(() => aStackHere(() => ({ config: aBridgeConfig({ secret }) }))).toThrow(
      /^instance ACE: found arn:aws-cn:.*, in the partition aws-cn, yet the stack goes to eu-west-1/,
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
      says: 'encryptionKey: found arn:aws:kms:us-east-1:111122223333:key/1 in us-east-1, allowed: one in eu-west-1, where the stack goes; name one of there, or leave it out, and one is made',
    },
    {
      what: 'a topic of another partition',
      toProps: given.topic('arn:aws-cn:sns:cn-north-1:111122223333:pager'),
      says: 'alarmTopic: found arn:aws-cn:sns:cn-north-1:111122223333:pager in cn-north-1, allowed: one in eu-west-1, where the stack goes; name one of there, or leave it out, and one is made',
    },
  ])('refuses $what', ({ toProps, says }) => {
    expect(() => aStackHere(toProps)).toThrow(new Error(says));
  });

  test.for([
    { what: 'a key of its Region', toProps: given.key('arn:aws:kms:eu-west-1:444455556666:key/1') },
    { what: 'a topic of its Region', toProps: given.topic('arn:aws:sns:eu-west-1:444455556666:x') },
    {
      what: 'a key that is known at the deployment only',
      toProps: (stack: Stack) =>
        given.key(new CfnParameter(stack, 'TheirKey').valueAsString)(stack),
    },
  ])('takes $what', ({ toProps }) => {
    expect(() => aStackHere(toProps)).not.toThrow();
  });

  test('fails when a source stands in the place of the bridge', () => {
    const stack = aStackHere();

    expect(() => new BridgeSource(stack, 'S', { config: aBridgeConfig(), busArn: ourBus })).toThrow(
      /^busArn: found .*, which the bridge hears without one$/,
    );
  });
});
