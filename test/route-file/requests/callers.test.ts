import { describe, expect, test } from 'vitest';
import { aRequestsFile, faultsOf, read, warningsOf } from '../files.ts';

const role = 'arn:aws:iam::111122223333:role/ledger';
const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
const withCallers = (...callers: readonly string[]) =>
  aRequestsFile(`callers: [${callers.join(', ')}]`, 'actions: [getGlobal]', 'globals: [A]');

describe('the callers of an entry', () => {
  test('are compiled, each role and state machine once', () => {
    const text = withCallers(
      'arn:aws:iam::111122223333:role/team/night/ledger+x@y',
      role,
      `{ stateMachine: ${machine}, role: ${role} }`,
      `{ stateMachine: ${machine}-2, role: ${role} }`,
    );

    expect(read(text).config.requests).toMatchObject([
      {
        roles: ['arn:aws:iam::111122223333:role/team/night/ledger+x@y', role],
        stateMachines: [machine, `${machine}-2`],
      },
    ]);
    expect(warningsOf(text)).toEqual([]);
  });

  test('may be in another account, which adds no allowed account', () => {
    const { config } = read(withCallers('arn:aws:iam::444455556666:role/x'));

    expect(config.accounts).toEqual([]);
  });

  const roleAllowed =
    'allowed: the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME, with its path if it has one';
  const partitions = 'aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-eusc';
  test.for([
    {
      caller: '*',
      advice: '; a wildcard would admit roles that the file does not show, so name each one',
    },
    {
      caller: 'arn:aws:iam::111122223333:role/ledger-*',
      advice: '; a wildcard would admit roles that the file does not show, so name each one',
    },
    {
      caller: '111122223333',
      advice: '; the root of an account stands for every principal in it, so name the role',
    },
    {
      caller: 'arn:aws:iam::111122223333:root',
      advice: '; the root of an account stands for every principal in it, so name the role',
    },
    {
      caller: 'lambda.amazonaws.com',
      advice: '; a service is not a caller, so name the role that it uses',
    },
    {
      caller: machine,
      advice:
        '; Lambda sees only the role of its executions, so name the role beside the state machine, as in { stateMachine: ARN, role: ARN }',
    },
    {
      caller: 'arn:aws:lambda:eu-west-1:111122223333:function:ledger',
      advice: '; Lambda sees only the execution role of a function, so name that role',
    },
    {
      caller: 'arn:aws:sts::111122223333:assumed-role/ledger/session',
      advice:
        '; an assumed role is a session of role ledger, so write arn:aws:iam::111122223333:role/ledger, with its path if it has one',
    },
    {
      caller: 'arn:aws:iam::111122223333:user/ops',
      advice: '; a user has keys that do not expire, so let it assume a role, and name that role',
    },
    {
      caller: 'arn:aws:iam::111122223333:instance-profile/x',
      advice: '; name the role of the instance profile',
    },
    { caller: 'arn:aws:iam::111122223333:group/x', advice: '' },
    { caller: 'arn:aws:s3:::bucket', advice: '' },
    { caller: 'ledger', advice: '' },
    {
      caller: 'arn:aws-gov:iam::111122223333:role/x',
      advice: `; the partition is one of ${partitions}`,
    },
    {
      caller: 'arn:aws:iam:eu-west-1:111122223333:role/x',
      advice: '; the ARN of a role has no Region',
    },
    { caller: 'arn:aws:iam::1111:role/x', advice: '; the account has twelve digits' },
    {
      caller: 'arn:aws:iam::111122223333:role/x/',
      advice: '; the name has at most 64 letters, digits and _ + = , . @ -; a path ends with /',
    },
    {
      caller: 'arn:aws:iam::111122223333:role/a b',
      advice: '; the name has at most 64 letters, digits and _ + = , . @ -; a path ends with /',
    },
  ])('are rejected as $caller', ({ caller, advice }) => {
    expect(faultsOf(withCallers(`"${caller}"`))).toEqual([
      `5:15 callers: found "${caller}", ${roleAllowed}${advice}`,
    ]);
  });

  test('are rejected as a value that is neither text nor mapping', () => {
    expect(faultsOf(withCallers('7'))).toEqual([
      '5:15 callers: found a number, allowed: the ARN of an IAM role, or { stateMachine, role }',
    ]);
  });
});

describe('a state machine of an entry', () => {
  test('is rejected without its role', () => {
    expect(faultsOf(withCallers(`{ stateMachine: ${machine} }`))).toEqual([
      '5:17 role is missing; allowed: the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME, with its path if it has one; Lambda sees only the role of its executions, so the role must be named beside the state machine',
    ]);
  });

  test('is required beside a role in a mapping', () => {
    expect(faultsOf(withCallers(`{ role: ${role} }`))).toEqual([
      '5:17 stateMachine is missing; allowed: the ARN of a state machine, such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME',
    ]);
  });

  test.for([
    { found: 'settlement', advice: '; a name alone shows neither account nor Region' },
    {
      found: 'arn:aws:states:eu-west-1:111122223333:stateMachine:*',
      advice: '; a wildcard is not allowed, so name each state machine',
    },
    {
      found: `${machine}:live`,
      advice: '; leave :live out, because the ARN of an execution shows no alias or version',
    },
    {
      found: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:x',
      advice: '; an execution is one run, so name its state machine',
    },
    { found: 'arn:aws:states:eu-west-1:111122223333:activity:x', advice: '' },
    { found: 'arn:aws:sns:eu-west-1:111122223333:x', advice: '' },
    {
      found: 'arn:aws:states:ireland:111122223333:stateMachine:x',
      advice: '; found no valid Region',
    },
    {
      found: 'arn:aws:states:eu-west-1:1:stateMachine:x',
      advice: '; the account has twelve digits',
    },
    {
      found: 'arn:aws:states:eu-west-1:111122223333:stateMachine:x/y',
      advice: '; the name of a state machine has at most 80 characters and no slash',
    },
  ])('is rejected as $found', ({ found, advice }) => {
    expect(faultsOf(withCallers(`{ stateMachine: "${found}", role: ${role} }`))).toEqual([
      `5:31 stateMachine: found "${found}", allowed: the ARN of a state machine, such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME${advice}`,
    ]);
  });

  test('is rejected with the role of another account', () => {
    const text = withCallers(
      `{ stateMachine: ${machine}, role: "arn:aws:iam::444455556666:role/x" }`,
    );

    expect(faultsOf(text)).toEqual([
      '5:100 role: found a role of account 444455556666, but the state machine is in account 111122223333; allowed: the role of its executions, which is in the same account',
    ]);
  });
});

describe('several callers', () => {
  test('are rejected if one is repeated', () => {
    const both = `{ stateMachine: ${machine}, role: ${role} }`;

    expect(
      faultsOf(
        aRequestsFile(
          'callers:',
          `  - ${role}`,
          `  - ${role}`,
          `  - ${both}`,
          `  - ${both}`,
          'actions: [getGlobal]',
          'globals: [A]',
        ),
      ),
    ).toEqual([
      '7:9 callers: found the same caller twice; remove one',
      '9:11 callers: found the same caller twice; remove one',
    ]);
  });

  test('are rejected in two Regions or partitions', () => {
    const text = aRequestsFile(
      'callers:',
      `  - { stateMachine: ${machine}, role: ${role} }`,
      `  - { stateMachine: ${machine.replace('eu-west-1', 'eu-central-1')}, role: ${role} }`,
      `  - arn:aws-cn:iam::111122223333:role/x`,
      'actions: [getGlobal]',
      'globals: [A]',
    );

    expect(faultsOf(text)).toEqual([
      '7:25 stateMachine: found an ARN in eu-central-1, but line 6 names one in eu-west-1; allowed: state machines in the Region of the bridge only, because Step Functions invokes no function in another Region',
      '8:9 callers: found an ARN in the partition aws-cn, but line 6 is in aws; AWS delivers no events between partitions, so use a separate bridge and route file for each',
    ]);
  });

  test('are compared with the Region of launch targets', () => {
    const text = `${withCallers(`{ stateMachine: ${machine}, role: ${role} }`)}targets:
  t: { stateMachine: "arn:aws:states:us-east-1:111122223333:stateMachine:x" }
callers: { agents: { secret: s, targets: [t], jobs: [J] } }
`;

    expect(faultsOf(text)).toEqual([
      '5:31 stateMachine: found an ARN in eu-west-1, but line 9 names one in us-east-1; allowed: state machines in the Region of the bridge only, because Step Functions invokes no function in another Region',
    ]);
  });

  test('are rejected if their ARNs do not fit the policy of an alias', () => {
    const path = 'p'.repeat(500);
    const many = (count: number) =>
      withCallers(
        ...Array.from(
          { length: count },
          (_, at) => `arn:aws:iam::111122223333:role/${path}/r${at}`,
        ),
      );

    expect(faultsOf(many(16))).toEqual([]);
    expect(faultsOf(many(17))).toEqual([
      '5:5 callers: found 17 roles whose ARNs have 9085 characters, allowed: 9000 in an entry, because the policy of an alias has at most 20 KB; use a second entry',
    ]);
  });
});

describe('the accounts of the file', () => {
  const text = (accounts: string) => `${withCallers(role)}accounts: [${accounts}]\n`;

  test('must list the account of each caller, if they are given', () => {
    expect(faultsOf(text('"444455556666"'))).toEqual([
      '5:15 callers: found an ARN in account 111122223333, which is not listed in accounts (line 8); add it there, even if it is the account of the bridge, or correct the ARN',
    ]);
  });

  test('cause no warning for the account of a caller', () => {
    expect(warningsOf(text('"111122223333"'))).toEqual([]);
  });
});
