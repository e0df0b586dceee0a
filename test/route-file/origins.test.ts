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
  ])('is read from $from', ({ from, origin }) => {
    expect(readRoute(`from: { ${from} }`, 'combine: latest', 'global: G').from).toEqual<Origin>(
      origin as Origin,
    );
  });

  const anyName = 'allowed: a name, a name with *, or an ARN';
  const machine = 'allowed: an ARN such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME';
  const queue = 'allowed: an ARN such as arn:aws:batch:eu-west-1:111122223333:job-queue/NAME';
  const definition =
    'allowed: an ARN such as arn:aws:batch:eu-west-1:111122223333:job-definition/NAME:7';
  test.for<{ from: string; says: string }>([
    {
      from: 'stateMachine: a?b',
      says: `stateMachine: found "a?b", ${anyName}; * is the only wildcard`,
    },
    {
      from: 'stateMachine: settlement:live',
      says: `stateMachine: found "settlement:live", ${anyName}; name a version or alias by its ARN, or as NAME:*`,
    },
    { from: 'stateMachine: ""', says: `stateMachine: found "", ${anyName}` },
    { from: 'stateMachine: 7', says: `stateMachine: found a number, ${anyName}; put it in quotes` },
    {
      from: `stateMachine: ${'x'.repeat(81)}`,
      says: `stateMachine: found "${'x'.repeat(79)}…", ${anyName}`,
    },
    ...['orders/*', 'orders/each'].map((name) => ({
      from: `stateMachine: "${name}"`,
      says: `stateMachine: found "${name}", ${anyName}; name the state machine alone, and hear the children of its Distributed Maps with mapChildren: only, or include`,
    })),
    {
      from: `stateMachine: "${queueArn}"`,
      says: `stateMachine: found "${queueArn}", ${machine}`,
    },
    {
      from: 'stateMachine: "arn:aws:states:eu-west-1:1111:stateMachine:x"',
      says: `stateMachine: found "arn:aws:states:eu-west-1:1111:stateMachine:x", ${machine}`,
    },
    {
      from: `stateMachine: "${machineArn}*"`,
      says: `stateMachine: found "${machineArn}*", ${machine}; only a name may have a *`,
    },
    { from: `jobQueue: "${machineArn}"`, says: `jobQueue: found "${machineArn}", ${queue}` },
    { from: 'jobQueue: a b', says: `jobQueue: found "a b", ${anyName}` },
    { from: 'jobDefinition: a:x', says: `jobDefinition: found "a:x", ${anyName}` },
    {
      from: `jobDefinition: "${queueArn}"`,
      says: `jobDefinition: found "${queueArn}", ${definition}`,
    },
    {
      from: 'jobName: "arn:aws:batch:x"',
      says: 'jobName: found "arn:aws:batch:x", allowed: a name, or a name with *; it has no ARN',
    },
    { from: 'jobName: -x', says: 'jobName: found "-x", allowed: a name, a name with *' },
    {
      from: 'jobName: x, account: "1234"',
      says: 'account: found "1234", allowed: twelve digits',
    },
    {
      from: 'jobName: x, account: [111122223333]',
      says: 'account: found a number, allowed: twelve digits; put it in quotes',
    },
    {
      from: 'jobName: x, account: []',
      says: 'account: found an empty list, allowed: a list of one or more',
    },
    {
      from: 'jobName: x, region: europe',
      says: 'region: found "europe", allowed: an AWS Region such as eu-west-1',
    },
    {
      from: 'jobName: x, nodes: all',
      says: 'nodes: found "all", allowed: ignore, only, include',
    },
    {
      from: 'jobName: x, mapChildren: ignore',
      says: 'from: mapChildren is about state machines, and this route hears Batch jobs; make two routes of it',
    },
    {
      from: 'stateMachine: x, jobQueue: night',
      says: 'from: jobQueue is about Batch jobs, and this route hears a state machine; make two routes of it',
    },
    {
      from: 'account: "111122223333"',
      says: 'from: found nothing to hear, allowed: stateMachine, or one or more of jobQueue, jobDefinition, jobName',
    },
    {
      from: 'statemachine: x',
      says: 'unknown key "statemachine" in from; did you mean stateMachine?; allowed: stateMachine, mapChildren, jobQueue, jobDefinition, jobName, arrayChildren, nodes, account, region',
    },
    {
      from: `stateMachine: "${machineArn}", account: "444455556666"`,
      says: 'account: found 444455556666, yet the ARN of stateMachine is in 111122223333; nothing is ever heard',
    },
    {
      from: `jobDefinition: "${definitionArn}", region: [us-east-1, us-west-2]`,
      says: 'region: found us-east-1, us-west-2, yet the ARN of jobDefinition is in eu-west-1; nothing is ever heard',
    },
  ])('is refused with $from', ({ from, says }) => {
    expect(routeFaults(`from: { ${from} }`, 'combine: latest', 'global: G')).toEqual([says]);
  });

  test('is missing', () => {
    expect(routeFaults('global: G')).toEqual([
      'from is missing; allowed: a mapping with stateMachine, mapChildren, jobQueue, jobDefinition, jobName, arrayChildren, nodes, account, region',
    ]);
  });
});
