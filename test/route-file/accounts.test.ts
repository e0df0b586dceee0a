import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read } from './files.ts';

const arn = (account: string) => `"arn:aws:states:eu-west-1:${account}:stateMachine:x"`;
const file = (from: string, ...lines: readonly string[]) =>
  `${aFile('to: ACE', `from: { ${from} }`, 'events: [{ on: FAILED, event: STARTJOB, job: J }]')}${lines.map((line) => `${line}\n`).join('')}`;

describe('the allowed accounts', () => {
  test.for([
    { what: 'none besides the account of the bridge', text: file('stateMachine: x'), accounts: [] },
    {
      what: 'the listed accounts, sorted',
      text: file('stateMachine: x', 'accounts: ["777788889999", "444455556666"]'),
      accounts: ['444455556666', '777788889999'],
    },
    {
      what: 'the accounts in account of a route',
      text: file('stateMachine: x, account: ["444455556666", "111122223333"]'),
      accounts: ['111122223333', '444455556666'],
    },
    {
      what: 'the account of an ARN',
      text: file(`stateMachine: ${arn('444455556666')}`),
      accounts: ['444455556666'],
    },
    {
      what: 'all of these together, without duplicates',
      text: file(
        'stateMachine: x, account: "444455556666"',
        `  - { name: two, to: ACE, from: { stateMachine: ${arn('444455556666')} }, global: H }`,
        'accounts: ["777788889999"]',
      ),
      accounts: ['444455556666', '777788889999'],
    },
  ])('are $what', ({ text, accounts }) => {
    expect(read(text).config.accounts).toEqual(accounts);
  });

  test('cause a warning if no route names them, because a route means the account of the stack by default', () => {
    const text = file(
      'stateMachine: x, account: "444455556666"',
      'accounts: ["444455556666", "777788889999"]',
    );

    expect(read(text).warnings.map(({ message }) => message)).toEqual([
      'accounts: no route names 777788889999; a route without account matches only the account of the stack, so events of 777788889999 match no route unless the stack is in that account; add it to account of a route',
    ]);
  });

  test.for([
    {
      given: '[444455556666]',
      expected: '9:12 account: found a number, allowed: twelve digits; put it in quotes',
    },
    {
      given: '["4444"]',
      expected: '9:12 account: found "4444", allowed: twelve digits',
    },
    { given: '[]', expected: '9:11 accounts: found an empty list, allowed: a list of one or more' },
    {
      given: '"444455556666"',
      expected: '9:11 accounts: found "444455556666", allowed: a list of one or more',
    },
  ])('are rejected as $given', ({ given, expected }) => {
    expect(faultsOf(file('stateMachine: x', `accounts: ${given}`))).toEqual([expected]);
  });

  test('are rejected if the list omits the account of an ARN', () => {
    const text = file(`stateMachine: ${arn('444455556666')}`, 'accounts: ["111122223333"]');

    expect(faultsOf(text)).toEqual([
      '7:27 stateMachine: found an ARN in account 444455556666, which is not listed in accounts (line 9); add it there, even if it is the account of the bridge, or correct the ARN',
    ]);
  });
});

describe('a file of one partition', () => {
  const gov = '"arn:aws-us-gov:batch:us-gov-west-1:111122223333:job-queue/q"';
  const ours = '"arn:aws:states:eu-west-1:111122223333:stateMachine:x"';
  const separate =
    'AWS delivers no events between partitions, so use a separate bridge and route file for each';

  test.for([
    { in: 'aws', from: `stateMachine: ${ours}, region: eu-west-1` },
    { in: 'aws-us-gov', from: `jobQueue: ${gov}, region: [us-gov-west-1]` },
    { in: 'aws-cn', from: 'stateMachine: x, region: [cn-north-1, cn-northwest-1]' },
  ])('is valid in $in', ({ from }) => {
    expect(faultsOf(file(from))).toEqual([]);
  });

  test('is rejected with an ARN of another partition, with the line that differs', () => {
    const text = file(
      `stateMachine: ${ours}`,
      `  - { name: two, to: ACE, from: { jobQueue: ${gov}, jobName: j }, global: H }`,
    );

    expect(faultsOf(text)).toEqual([
      `9:45 jobQueue: found an ARN in the partition aws-us-gov, but line 7 is in aws; ${separate}`,
    ]);
  });

  test('is rejected with a Region and a secret of other partitions; both are reported', () => {
    const text = file('stateMachine: x, region: [cn-north-1, eu-west-1]').replace(
      'secret: autosys/PRD',
      'secret: "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:x"',
    );

    expect(faultsOf(text)).toEqual([
      `7:39 region: found cn-north-1, in the partition aws-cn, but line 3 is in aws-us-gov; ${separate}`,
      `7:51 region: found eu-west-1, in the partition aws, but line 3 is in aws-us-gov; ${separate}`,
    ]);
  });

  test('is rejected with an ARN whose partition does not contain its Region', () => {
    const text = file('stateMachine: "arn:aws:states:cn-north-1:111122223333:stateMachine:x"');

    expect(faultsOf(text)).toEqual([
      '7:27 stateMachine: found the partition aws with the Region cn-north-1, which is in aws-cn; write arn:aws-cn:…',
    ]);
  });
});
