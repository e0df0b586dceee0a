import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read } from './files.ts';

const arn = (account: string) => `"arn:aws:states:eu-west-1:${account}:stateMachine:x"`;
const file = (from: string, ...lines: readonly string[]) =>
  `${aFile('to: ACE', `from: { ${from} }`, 'events: [{ on: FAILED, event: STARTJOB, job: J }]')}${lines.map((line) => `${line}\n`).join('')}`;

describe('the accounts that may speak', () => {
  test.for([
    { what: 'nobody beside the own one', text: file('stateMachine: x'), accounts: [] },
    {
      what: 'those that are listed, sorted',
      text: file('stateMachine: x', 'accounts: ["777788889999", "444455556666"]'),
      accounts: ['444455556666', '777788889999'],
    },
    {
      what: 'those that a route asks for',
      text: file('stateMachine: x, account: ["444455556666", "111122223333"]'),
      accounts: ['111122223333', '444455556666'],
    },
    {
      what: 'the one that an ARN names',
      text: file(`stateMachine: ${arn('444455556666')}`),
      accounts: ['444455556666'],
    },
    {
      what: 'all of these together, each once',
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

  test('are warned about where no route names them, as a route means the own account', () => {
    const text = file(
      'stateMachine: x, account: "444455556666"',
      'accounts: ["444455556666", "777788889999"]',
    );

    expect(read(text).warnings.map(({ message }) => message)).toEqual([
      "accounts: no route names 777788889999; a route without account means the stack's own, so events of 777788889999 match no route unless it is that one; name it in account of the routes",
    ]);
  });

  test.for([
    {
      given: '[444455556666]',
      says: '9:12 account: found a number, allowed: twelve digits; put it in quotes',
    },
    {
      given: '["4444"]',
      says: '9:12 account: found "4444", allowed: twelve digits',
    },
    { given: '[]', says: '9:11 accounts: found an empty list, allowed: a list of one or more' },
    {
      given: '"444455556666"',
      says: '9:11 accounts: found "444455556666", allowed: a list of one or more',
    },
  ])('are refused as $given', ({ given, says }) => {
    expect(faultsOf(file('stateMachine: x', `accounts: ${given}`))).toEqual([says]);
  });

  test('are refused where a list stands that leaves out the account of an ARN', () => {
    const text = file(`stateMachine: ${arn('444455556666')}`, 'accounts: ["111122223333"]');

    expect(faultsOf(text)).toEqual([
      "7:27 stateMachine: found an ARN in account 444455556666, which accounts (line 9) does not name; add it there, the bridge's own as well, or mend the ARN",
    ]);
  });
});

describe('a file of one partition', () => {
  const gov = '"arn:aws-us-gov:batch:us-gov-west-1:111122223333:job-queue/q"';
  const ours = '"arn:aws:states:eu-west-1:111122223333:stateMachine:x"';
  const apart =
    'AWS hands no events from one partition to another, so give each a bridge and a route file of its own';

  test.for([
    { in: 'aws', from: `stateMachine: ${ours}, region: eu-west-1` },
    { in: 'aws-us-gov', from: `jobQueue: ${gov}, region: [us-gov-west-1]` },
    { in: 'aws-cn', from: 'stateMachine: x, region: [cn-north-1, cn-northwest-1]' },
  ])('reads in $in', ({ from }) => {
    expect(faultsOf(file(from))).toEqual([]);
  });

  test('is refused with an ARN of another, and names the line that differs', () => {
    const text = file(
      `stateMachine: ${ours}`,
      `  - { name: two, to: ACE, from: { jobQueue: ${gov}, jobName: j }, global: H }`,
    );

    expect(faultsOf(text)).toEqual([
      `9:45 jobQueue: found an ARN in the partition aws-us-gov, yet line 7 is in aws; ${apart}`,
    ]);
  });

  test('is refused with a Region, and with a secret, of another: both at once', () => {
    const text = file('stateMachine: x, region: [cn-north-1, eu-west-1]').replace(
      'secret: autosys/PRD',
      'secret: "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:x"',
    );

    expect(faultsOf(text)).toEqual([
      `7:39 region: found cn-north-1, in the partition aws-cn, yet line 3 is in aws-us-gov; ${apart}`,
      `7:51 region: found eu-west-1, in the partition aws, yet line 3 is in aws-us-gov; ${apart}`,
    ]);
  });

  test('is refused with an ARN whose partition does not have its Region', () => {
    const text = file('stateMachine: "arn:aws:states:cn-north-1:111122223333:stateMachine:x"');

    expect(faultsOf(text)).toEqual([
      '7:27 stateMachine: found the partition aws with the Region cn-north-1, which is in aws-cn; write arn:aws-cn:…',
    ]);
  });
});
