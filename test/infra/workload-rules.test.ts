import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { acceptPattern } from '../../event-pattern/index.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { anExecutionTarget } from '../support/launch-targets.ts';
import { aRoute, fromBatchJob, fromStateMachine, setGlobalOn } from '../support/routes.ts';

const home = { account: '111122223333', region: 'eu-west-1' };

function stackOf(
  routes: readonly Route[],
  props: Partial<AutosysBridgeProps> = {},
  env: { readonly account?: string; readonly region?: string } = home,
): BridgeStack {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = { ...aBridgeConfig(), routes };
  return new BridgeStack(app, 'Bridge', () => ({ config, ...props }), { env });
}

function rulesOf(stack: BridgeStack) {
  return Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'))
    .map(({ Properties }) => Properties)
    .filter(({ EventPattern }) => EventPattern);
}

/** Routes that share no rule, because each matches a different queue. */
const apart = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    aRoute({
      name: `r${at}`,
      from: { ...fromBatchJob('risk'), jobQueue: { by: 'name', text: `q${at}` } } as Route['from'],
      actions: setGlobalOn('X', ['SUCCEEDED']),
    }),
  );

const messagesOf = (stack: BridgeStack) =>
  Annotations.fromStack(stack)
    .findInfo('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

describe('the names of the rules', () => {
  test('begin with one prefix of at most 40 characters, followed by the digest of the pattern', () => {
    const stack = stackOf([aRoute()]);

    const { rulePrefix } = stack.bridge;
    expect(rulePrefix).toMatch(/^Bridge-[0-9a-f]{8}$/);
    expect(rulesOf(stack).map(({ Name }) => Name)).toEqual([
      expect.stringMatching(`^${rulePrefix}-[0-9a-f]{16}$`),
    ]);
  });

  test('have at most 64 characters for any stack name', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new BridgeStack(app, 'B'.repeat(128), () => ({ config: aBridgeConfig() }));

    expect(stack.bridge.rulePrefix).toHaveLength(40);
    expect(rulesOf(stack).map(({ Name }) => Name.length)).toEqual([57]);
  });

  test('are the same at each synth, even if accounts are known at deployment only', () => {
    const names = () => rulesOf(stackOf([aRoute()], {}, {})).map(({ Name }) => Name);

    expect(names()).toEqual(names());
    expect(names()).toEqual(['Bridge-ac27684f-980b91d122707da3']);
  });

  test('begin with the given prefix', () => {
    expect(stackOf([aRoute()], { rulePrefix: 'night' }).bridge.rulePrefix).toBe('night');
  });

  test.for(['', 'a b', 'x'.repeat(41), 'a*'])('cannot have the prefix %j', (rulePrefix) => {
    expect(() => stackOf([aRoute()], { rulePrefix })).toThrow(/^rulePrefix: found "/);
  });

  test.for([
    ['night', 'night'],
    ['night', 'night-2'],
    ['night-2', 'night'],
  ] as const)('refuse %s beside %s, as one queue would admit the rules of the other', ([a, b]) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const make = (id: string, rulePrefix: string) =>
      new BridgeStack(app, id, () => ({ config: aBridgeConfig(), rulePrefix, alarmPrefix: id }), {
        env: home,
      });
    make('One', a);

    expect(() => make('Two', b)).toThrow(
      `rulePrefix: found ${b}, which overlaps with ${a} of One/Bridge, `,
    );
  });

  test('of two bridges in one account and Region differ by default', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const make = (id: string) =>
      new BridgeStack(app, id, () => ({ config: aBridgeConfig(), alarmPrefix: id }), { env: home });

    expect(make('One').bridge.rulePrefix).not.toBe(make('Two').bridge.rulePrefix);
  });
});

describe('the number of rules', () => {
  test.for([
    { when: 'the Region is known', env: home, most: 300 },
    { when: 'the Region has few rules', env: { ...home, region: 'eu-south-1' }, most: 100 },
    { when: 'the Region is known at deployment only', env: {}, most: 100 },
  ])('is limited to $most if $when', ({ env, most }) => {
    expect(rulesOf(stackOf(apart(most), {}, env))).toHaveLength(most);
    expect(() => stackOf(apart(most + 1), {}, env)).toThrow(
      `maxRules: the routes need ${most + 1} EventBridge rules on the default bus, allowed: ${most}; `,
    );
  });

  test('is printed if the Region is known at deployment only', () => {
    expect(messagesOf(stackOf([aRoute()], {}, {}))).toEqual([
      expect.stringContaining('so the limit is 100 rules per bus, the lowest quota of all Regions'),
    ]);
    expect(messagesOf(stackOf([aRoute()]))).toEqual([]);
  });

  test('can be raised with the quota', () => {
    expect(rulesOf(stackOf(apart(301), { maxRules: 301 }))).toHaveLength(301);
  });

  test('is limited by the number of resources in a stack', () => {
    expect(() => stackOf(apart(490), { maxRules: 1_000 })).toThrow(
      /^stack Bridge: found \d{3} resources, 49\d of them EventBridge rules, allowed: 500, the quota of CloudFormation; /,
    );
  });
});

describe('with rules: wide', () => {
  const rules = 'wide';

  test('a route file within the quota has its exact rules', () => {
    expect(rulesOf(stackOf(apart(100), { rules }))).toHaveLength(100);
  });

  test.for([
    { beyond: 'the quota', props: {} },
    { beyond: 'the resources of a stack', props: { maxRules: 1_000 } },
  ])('a route file beyond $beyond has one rule for each source', ({ props }) => {
    const stack = stackOf([aRoute(), ...apart(400)], { rules, ...props });

    expect(rulesOf(stack).map(({ EventPattern }) => EventPattern)).toEqual([
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['RUNNING', 'SUCCEEDED', 'FAILED'],
          executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
        },
      },
      {
        source: ['aws.batch'],
        'detail-type': ['Batch Job State Change'],
        detail: {
          status: ['SUCCEEDED'],
          jobId: [{ 'anything-but': { wildcard: ['*:*', '*#*'] } }],
        },
      },
    ]);
    expect(messagesOf(stack)).toEqual([
      expect.stringContaining('rules: wide: 401 routes need 401 rules on the default bus; '),
    ]);
  });

  test('ten thousand routes synthesize', () => {
    const routes = Array.from({ length: 10_000 }, (_, at) =>
      aRoute({
        name: `r${at}`,
        from: {
          ...fromStateMachine(`night-settlement-machine-${at}`),
          regions: ['eu-west-1', 'us-east-1'],
        },
      }),
    );

    expect(rulesOf(stackOf(routes, { rules, otherAccounts: [home.account] }))).toHaveLength(2);
  });
});

describe('a route with a wider pattern', () => {
  const routes = [
    aRoute({
      name: 'anywhere',
      from: {
        kind: 'execution',
        stateMachine: { by: 'glob', text: '*-x-*' },
        mapChildren: 'ignore',
        regions: ['eu-west-1', 'us-east-1'],
      },
    }),
  ];

  test('is printed with the reason', () => {
    const stack = stackOf(routes, { otherAccounts: [home.account] });

    expect(messagesOf(stack)).toEqual([
      expect.stringMatching(
        /^the bus of the bridge: route anywhere has a wider pattern than its from: the exact pattern has complexity 12, allowed: 10; every name reaches the function, which discards events that no route matches/,
      ),
    ]);
  });

  test('is accepted by EventBridge', () => {
    const patterns = rulesOf(stackOf(routes, { otherAccounts: [home.account] }));

    expect(patterns).toHaveLength(2);
    expect(() => {
      for (const { EventPattern } of patterns) acceptPattern(EventPattern);
    }).not.toThrow();
  });
});

describe('a launch target', () => {
  test('has a rule with its ARN on the default bus, and none on the bus of the bridge', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const config = { ...aBridgeConfig(), routes: [], targets: [anExecutionTarget()] };
    const stack = new BridgeStack(
      app,
      'Bridge',
      () => ({
        config,
        otherAccounts: [home.account],
        launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
      }),
      {
        env: home,
      },
    );

    const arn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
    expect(rulesOf(stack)).toMatchObject([
      {
        EventPattern: {
          source: ['aws.states'],
          detail: {
            status: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
            stateMachineArn: [arn, { prefix: `${arn}:` }],
          },
        },
      },
    ]);
    expect(rulesOf(stack)[0]).not.toHaveProperty('EventBusName');
  });
});
