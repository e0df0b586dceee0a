import { describe, expect, test } from 'vitest';
import { faultsOf, read, warningsOf } from '../files.ts';

const head = `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE, ca: { secret: pki } }
targets:
  settlement: { stateMachine: settlement }
  risk-eod: { jobQueue: night, jobDefinition: risk }
  risk-intraday: { jobQueue: day, jobDefinition: risk }
`;
const withCallers = (...lines: readonly string[]) =>
  `${head}callers:\n${lines.map((line) => `  ${line}\n`).join('')}`;

describe('the callers of a file', () => {
  test('are compiled, with the names of their targets in order', () => {
    const text = withCallers(
      'agents: { secret: autosys/launch/agents, targets: [settlement, risk-*, risk-eod], jobs: ["NIGHT_*", PAY.LOAD] }',
      'ops-2: { secret: ops, targets: ["*"], jobs: ["*#*"] }',
    );

    expect(read(text).config.callers).toEqual([
      {
        name: 'agents',
        secret: 'autosys/launch/agents',
        targets: ['risk-eod', 'risk-intraday', 'settlement'],
        jobs: ['NIGHT_*', 'PAY.LOAD'],
      },
      {
        name: 'ops-2',
        secret: 'ops',
        targets: ['risk-eod', 'risk-intraday', 'settlement'],
        jobs: ['*#*'],
      },
    ]);
    expect(warningsOf(text)).toEqual([]);
  });

  test('are empty if the file has none', () => {
    const { config } = read(
      `${head.slice(0, head.indexOf('targets:'))}routes: [{ name: r, from: { stateMachine: s }, global: G }]\n`,
    );

    expect(config).toMatchObject({ targets: [], callers: [] });
  });

  const keys = 'secret, targets, jobs';
  const jobNames =
    'allowed: the name of an AutoSys job, or a name with *: letters, digits and . _ # - @ :, at most 64 characters';
  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['a: { secret: s, targets: [setlement, risk-x*, "*-*", constructor], jobs: [J] }'],
      faults: [
        '8:29 targets: no target matches "setlement"; did you mean settlement?; allowed: settlement, risk-eod, risk-intraday',
        '8:40 targets: no target matches "risk-x*"; allowed: settlement, risk-eod, risk-intraday',
        '8:56 targets: no target matches "constructor"; allowed: settlement, risk-eod, risk-intraday',
      ],
    },
    {
      lines: ['a: { secret: s, targets: [Risk], jobs: ["PAY_?", "PAY%", "a b", ""] }'],
      faults: [
        '8:29 targets: found "Risk", allowed: the name of a target, or a name with *',
        '8:29 targets: no target matches "Risk"; allowed: settlement, risk-eod, risk-intraday',
        `8:43 jobs: found "PAY_?", ${jobNames}; * is the only wildcard`,
        `8:52 jobs: found "PAY%", ${jobNames}; * is the only wildcard`,
        `8:60 jobs: found "a b", ${jobNames}`,
        `8:67 jobs: found "", ${jobNames}`,
      ],
    },
    {
      lines: [`a: { secret: s, targets: ["*"], jobs: ["*${'J'.repeat(64)}", ${'J'.repeat(65)}] }`],
      faults: [`8:111 jobs: found "${'J'.repeat(65)}", ${jobNames}`],
    },
    {
      lines: ['a: { secret: s }', 'b: { targets: [], jobs: [] }'],
      faults: [
        '8:3 targets is missing; allowed: a list of one or more',
        '8:3 jobs is missing; allowed: a list of one or more',
        '9:3 secret is missing; allowed: the name or ARN of a secret in AWS Secrets Manager, not the login itself',
        '9:17 targets: found an empty list, allowed: a list of one or more',
        '9:27 jobs: found an empty list, allowed: a list of one or more',
      ],
    },
    {
      lines: ['a: x'],
      faults: [`8:6 a caller: found "x", allowed: a mapping with ${keys}`],
    },
    {
      lines: ['Agents: { secret: s, targets: ["*"], jobs: [J] }'],
      faults: [
        '8:3 caller: found "Agents", allowed: 1 to 64 lower-case letters, digits and _ -, the first a letter or digit',
      ],
    },
    {
      lines: ['a: { secret: s, targets: ["*"], jobs: [J], job: J, acl: x }'],
      faults: [
        '8:46 unknown key "job" in a caller; did you mean jobs? It takes a list',
        `8:54 unknown key "acl" in a caller; allowed: ${keys}`,
      ],
    },
  ])('are rejected as $lines.0', ({ lines, faults }) => {
    expect(faultsOf(withCallers(...lines))).toEqual(faults);
  });

  test('never show a login in the file', () => {
    const faults = faultsOf(
      withCallers(
        'a: { secret: "hunter2!", password: hunter2, targets: ["*"], jobs: [J] }',
        'b: { secret: s, token: hunter2, targets: ["*"], jobs: [J] }',
      ),
    );

    expect(faults).toEqual([
      '8:16 secret: found an invalid text of 8 characters (not shown), allowed: the name or ARN of a secret in AWS Secrets Manager, not the login itself',
      '8:28 credentials are not allowed in this file; store {"password": …} or {"token": …} in AWS Secrets Manager, and give the name of that secret as secret',
      '9:19 credentials are not allowed in this file; store {"password": …} or {"token": …} in AWS Secrets Manager, and give the name of that secret as secret',
    ]);
  });

  test('are rejected without targets, with that fault only', () => {
    const text = `${head.slice(0, head.indexOf('targets:'))}routes: [{ name: r, from: { stateMachine: s }, global: G }]
callers: { a: { secret: s, targets: [x], jobs: [J] } }
`;

    expect(faultsOf(text)).toEqual([
      '4:1 callers: found without targets; add targets, or remove callers',
    ]);
  });
});

describe('the secret of a caller is rejected', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';

  test.for([
    {
      what: 'if it is the login of an instance',
      secret: 'autosys/ACE',
      of: 'instance ACE (line 2)',
    },
    {
      what: 'if its ARN may be that of the login',
      secret: `${arn}autosys/ACE-AbCdEf`,
      of: 'instance ACE (line 2)',
    },
    { what: 'if it holds the CA of an instance', secret: 'pki', of: 'instance ACE (line 2)' },
    { what: 'if another caller has it', secret: 'b', of: 'caller b (line 8)' },
  ])('$what', ({ secret, of }) => {
    const text = withCallers(
      'b: { secret: b, targets: ["*"], jobs: [J] }',
      `a: { secret: "${secret}", targets: ["*"], jobs: [J] }`,
    );

    expect(faultsOf(text)).toEqual([
      `9:16 secret: found ${secret}, which is also a secret of ${of}; allowed: a secret for each caller, because logins must differ`,
    ]);
  });
});

describe('a warning is given', () => {
  test('for targets without callers, once', () => {
    expect(warningsOf(head)).toEqual(['3:1 targets: no caller may use them; add callers']);
  });

  test('for a target that no caller may use, and for a caller that may act for any job', () => {
    const text = withCallers('a: { secret: s, targets: [risk-*], jobs: [J, "*", "**"] }');

    expect(warningsOf(text)).toEqual([
      '4:3 targets: no caller may use settlement; add it to targets of a caller, or remove it',
      '8:48 jobs: the caller may act for any job; list the names of its jobs, or a beginning such as PAY_*',
      '8:53 jobs: the caller may act for any job; list the names of its jobs, or a beginning such as PAY_*',
    ]);
  });
});
