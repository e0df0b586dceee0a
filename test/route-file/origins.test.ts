import { describe, expect, test } from 'vitest';
import type { Origin } from '../../lambda/routing/routes.ts';
import { readRoute, routeFaults } from './files.ts';

const execution = { kind: 'execution', mapChildren: 'ignore' };
const batchJob = { kind: 'batchJob', arrayChildren: 'ignore', nodes: 'ignore' };
const machineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
const queueArn = 'arn:aws-us-gov:batch:us-gov-west-1:111122223333:job-queue/night';
const definitionArn = 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk-calc';

describe('an origin', () => {
  test.for<{ from: string; origin: object }>([
    {
      from: 'stateMachine: settlement',
      origin: { ...execution, stateMachine: { by: 'name', text: 'settlement' } },
    },
    {
      from: 'stateMachine: settle*:live',
      origin: { ...execution, stateMachine: { by: 'glob', text: 'settle*:live' } },
    },
    {
      from: 'stateMachine: { name: settle*, except: settle-test }',
      origin: {
        ...execution,
        stateMachine: { by: 'glob', text: 'settle*', except: ['settle-test'] },
      },
    },
    {
      from: 'jobQueue: { except: [dev, "test-*"] }, jobDefinition: { name: r*, except: risk:7 }',
      origin: {
        ...batchJob,
        jobQueue: { by: 'glob', text: '*', except: ['dev', 'test-*'] },
        jobDefinition: { by: 'glob', text: 'r*', except: ['risk:7'] },
      },
    },
    {
      from: `stateMachine: "${machineArn}"`,
      origin: { ...execution, stateMachine: { by: 'arn', text: machineArn } },
    },
    {
      from: `stateMachine: "${machineArn}:live"`,
      origin: { ...execution, stateMachine: { by: 'arn', text: `${machineArn}:live` } },
    },
    {
      from: 'stateMachine: x, mapChildren: only',
      origin: { ...execution, mapChildren: 'only', stateMachine: { by: 'name', text: 'x' } },
    },
    {
      from: 'stateMachine: x, account: "111122223333", region: ap-southeast-2',
      origin: {
        ...execution,
        stateMachine: { by: 'name', text: 'x' },
        accounts: ['111122223333'],
        regions: ['ap-southeast-2'],
      },
    },
    {
      from: 'stateMachine: x, account: ["111122223333", "012345678901"], region: [us-gov-west-1, us-gov-east-1]',
      origin: {
        ...execution,
        stateMachine: { by: 'name', text: 'x' },
        accounts: ['111122223333', '012345678901'],
        regions: ['us-gov-west-1', 'us-gov-east-1'],
      },
    },
    {
      from: 'stateMachine: x, region: eusc-de-east-1',
      origin: {
        ...execution,
        stateMachine: { by: 'name', text: 'x' },
        regions: ['eusc-de-east-1'],
      },
    },
    {
      from: `jobQueue: "${queueArn}"`,
      origin: { ...batchJob, jobQueue: { by: 'arn', text: queueArn } },
    },
    {
      from: 'jobDefinition: risk-calc:7, nodes: include, arrayChildren: only',
      origin: {
        ...batchJob,
        nodes: 'include',
        arrayChildren: 'only',
        jobDefinition: { by: 'name', text: 'risk-calc:7' },
      },
    },
    {
      from: `jobDefinition: "${definitionArn}", jobName: risk-*`,
      origin: {
        ...batchJob,
        jobDefinition: { by: 'arn', text: definitionArn },
        batchJobName: { by: 'glob', text: 'risk-*' },
      },
    },
    {
      from: `jobDefinition: "${definitionArn}:7"`,
      origin: { ...batchJob, jobDefinition: { by: 'arn', text: `${definitionArn}:7` } },
    },
  ])('is compiled from $from', ({ from, origin }) => {
    expect(readRoute(`from: { ${from} }`, 'combine: latest', 'global: G').from).toEqual<Origin>(
      origin as Origin,
    );
  });

  const anyName = 'allowed: a name, a name with *, or an ARN';
  const machine = 'allowed: an ARN such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME';
  const queue = 'allowed: an ARN such as arn:aws:batch:eu-west-1:111122223333:job-queue/NAME';
  const definition =
    'allowed: an ARN such as arn:aws:batch:eu-west-1:111122223333:job-definition/NAME:7';
  test.for<{ from: string; expected: string }>([
    {
      from: 'stateMachine: a?b',
      expected: `stateMachine: found "a?b", ${anyName}; * is the only wildcard`,
    },
    {
      from: 'stateMachine: settlement:live',
      expected: `stateMachine: found "settlement:live", ${anyName}; use the ARN of a version or alias, or NAME:* for all of them`,
    },
    { from: 'stateMachine: ""', expected: `stateMachine: found "", ${anyName}` },
    {
      from: 'stateMachine: { name: settlement, except: x }',
      expected:
        'stateMachine: found "settlement", allowed: a name with *; one name has no exceptions',
    },
    {
      from: 'stateMachine: { name: risk-*, except: fx }',
      expected:
        'except: fx is no name that risk-* matches, so it has no effect; remove it, or correct it',
    },
    {
      from: 'jobName: { name: risk-*, except: [risk-a, ri*] }',
      expected:
        'except: ri* covers every name that risk-* matches, so the route matches no event; remove it',
    },
    {
      from: 'stateMachine: { name: risk-*, except: "*:live" }',
      expected: 'except: found "*:live", allowed: a name, or a name with *',
    },
    {
      from: 'jobDefinition: { except: "a:x" }',
      expected: 'except: found "a:x", allowed: a name, NAME:REVISION, or a name with *',
    },
    {
      from: `jobQueue: { except: "${queueArn}" }`,
      expected: expect.stringContaining('except: found "arn:aws-us-gov:batch'),
    },
    {
      from: 'jobName: { name: r* }',
      expected: 'except is missing; allowed: a name, or a name with *',
    },
    {
      from: 'jobName: { name: r*, excpet: ra }',
      expected: expect.stringContaining('unknown key "excpet" in jobName; did you mean except?'),
    },
    {
      from: 'stateMachine: 7',
      expected: `stateMachine: found a number, ${anyName}; put it in quotes`,
    },
    {
      from: `stateMachine: ${'x'.repeat(81)}`,
      expected: `stateMachine: found "${'x'.repeat(79)}…", ${anyName}`,
    },
    ...['orders/*', 'orders/each'].map((name) => ({
      from: `stateMachine: "${name}"`,
      expected: `stateMachine: found "${name}", ${anyName}; use the name of the state machine only, and mapChildren: only or include to match the children of its Distributed Maps`,
    })),
    {
      from: `stateMachine: "${queueArn}"`,
      expected: `stateMachine: found "${queueArn}", ${machine}`,
    },
    {
      from: 'stateMachine: "arn:aws:states:eu-west-1:1111:stateMachine:x"',
      expected: `stateMachine: found "arn:aws:states:eu-west-1:1111:stateMachine:x", ${machine}`,
    },
    {
      from: `stateMachine: "${machineArn}*"`,
      expected: `stateMachine: found "${machineArn}*", ${machine}; * is allowed in a name only`,
    },
    { from: `jobQueue: "${machineArn}"`, expected: `jobQueue: found "${machineArn}", ${queue}` },
    { from: 'jobQueue: a b', expected: `jobQueue: found "a b", ${anyName}` },
    { from: 'jobDefinition: a:x', expected: `jobDefinition: found "a:x", ${anyName}` },
    {
      from: `jobDefinition: "${queueArn}"`,
      expected: `jobDefinition: found "${queueArn}", ${definition}`,
    },
    {
      from: 'jobName: "arn:aws:batch:x"',
      expected:
        'jobName: found "arn:aws:batch:x", allowed: a name, or a name with *; Batch job names have no ARN',
    },
    { from: 'jobName: -x', expected: 'jobName: found "-x", allowed: a name, a name with *' },
    {
      from: 'jobName: x, account: "1234"',
      expected: 'account: found "1234", allowed: twelve digits',
    },
    {
      from: 'jobName: x, account: [111122223333]',
      expected: 'account: found a number, allowed: twelve digits; put it in quotes',
    },
    {
      from: 'jobName: x, account: []',
      expected: 'account: found an empty list, allowed: a list of one or more',
    },
    {
      from: 'jobName: x, region: europe',
      expected: 'region: found "europe", allowed: an AWS Region such as eu-west-1',
    },
    {
      from: 'jobName: x, nodes: all',
      expected: 'nodes: found "all", allowed: ignore, only, include',
    },
    {
      from: 'jobName: x, mapChildren: ignore',
      expected:
        'from: mapChildren selects state machines, but this route matches Batch jobs; use two routes',
    },
    {
      from: 'stateMachine: x, jobQueue: night',
      expected:
        'from: jobQueue selects Batch jobs, but this route matches a state machine; use two routes',
    },
    {
      from: 'account: "111122223333"',
      expected:
        'from: found no workload, allowed: stateMachine, or one or more of jobQueue, jobDefinition, jobName',
    },
    {
      from: 'statemachine: x',
      expected:
        'unknown key "statemachine" in from; did you mean stateMachine?; allowed: stateMachine, mapChildren, jobQueue, jobDefinition, jobName, arrayChildren, nodes, account, region',
    },
    {
      from: `stateMachine: "${machineArn}", account: "444455556666"`,
      expected:
        'account: found 444455556666, but the ARN of stateMachine is in 111122223333, so the route matches no event; remove account, or correct the ARN',
    },
    {
      from: `jobDefinition: "${definitionArn}", region: [us-east-1, us-west-2]`,
      expected:
        'region: found us-east-1, us-west-2, but the ARN of jobDefinition is in eu-west-1, so the route matches no event; remove region, or correct the ARN',
    },
  ])('is rejected with $from', ({ from, expected }) => {
    expect(routeFaults(`from: { ${from} }`, 'combine: latest', 'global: G')).toContainEqual(
      expected,
    );
  });

  test('is required', () => {
    expect(routeFaults('global: G')).toEqual([
      'from is missing; allowed: a mapping with stateMachine, mapChildren, jobQueue, jobDefinition, jobName, arrayChildren, nodes, account, region',
    ]);
  });
});
