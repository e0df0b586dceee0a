import { describe, expect, test } from 'vitest';
import {
  parseCondition,
  type SeenPredecessor,
  type TruthFacts,
  truthOf,
  type Unread,
  unread,
} from '../../../autosys/condition/index.ts';

const now = new Date('2026-08-01T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

interface Seen {
  readonly jobs?: Readonly<Record<string, SeenPredecessor | Unread>>;
  readonly globalVariables?: Readonly<Record<string, string | Unread>>;
  readonly ownEndedAt?: Date | Unread;
}

function truth(text: string, { jobs = {}, globalVariables = {}, ownEndedAt }: Seen) {
  const facts: TruthFacts = {
    now,
    ownEndedAt,
    job: ({ job, instance }) => jobs[instance ? `${job}^${instance}` : job],
    globalVariable: (name, instance) => globalVariables[instance ? `${name}^${instance}` : name],
  };
  return truthOf(parseCondition({ name: 'condition', text }), facts);
}

describe('a fact that could not be read', () => {
  test.for([
    ['s(a)', { jobs: { a: unread } }],
    ['n(a)', { jobs: { a: unread } }],
    ['v(X) = "unread"', { globalVariables: { X: unread } }],
    ['v(X) != "1"', { globalVariables: { X: unread } }],
    ['e(a) = 0', { jobs: { a: { status: 'SUCCESS', exitCode: unread } } }],
    ['s(a,1.00)', { jobs: { a: { status: 'SUCCESS', endedAt: unread } } }],
    ['s(a,0)', { jobs: { a: { status: 'SUCCESS', endedAt: hoursAgo(1) } }, ownEndedAt: unread }],
    ['s(a,0)', { jobs: { a: { status: 'SUCCESS', endedAt: unread } }, ownEndedAt: hoursAgo(1) }],
    ['s(a^PRD)', { jobs: { 'a^PRD': unread } }],
    ['v(X^PRD) = 1', { globalVariables: { 'X^PRD': unread } }],
  ] as const)('leaves %s unknown', ([text, seen]) => {
    expect(truth(text, seen)).toBe('unknown');
  });

  test.for([
    ['s(a,1.00)', 'false', { jobs: { a: { status: 'FAILURE', endedAt: unread } } }],
    ['s(a,9999)', 'true', { jobs: { a: { status: 'SUCCESS', endedAt: unread } } }],
    ['s(a,0)', 'true', { jobs: { a: { status: 'SUCCESS', endedAt: unread } } }],
    ['s(a,0)', 'false', { jobs: { a: { status: 'SUCCESS' } }, ownEndedAt: unread }],
    ['s(a,1.00)', 'true', { jobs: { a: { status: 'ON_ICE', endedAt: unread } } }],
    ['e(a) = 0', 'false', { jobs: { a: { status: 'RUNNING' } } }],
    ['s(b) & s(a)', 'false', { jobs: { a: unread, b: { status: 'RUNNING' } } }],
    ['s(a) & s(b)', 'false', { jobs: { a: unread, b: { status: 'RUNNING' } } }],
    ['s(a) | s(b)', 'true', { jobs: { a: unread, b: { status: 'SUCCESS' } } }],
    ['s(a) & s(b) | s(b)', 'true', { jobs: { a: unread, b: { status: 'SUCCESS' } } }],
  ] as const)('does not matter for %s, which is %s', ([text, expected, seen]) => {
    expect(truth(text, seen)).toBe(expected);
  });

  test.for([
    's(a) & s(b)',
    's(b) & s(a)',
    's(a) | f(b)',
    'f(b) | s(a)',
    '(s(a) | f(b)) & s(b)',
    's(b) | f(b) & s(a)',
  ])('leaves %s unknown, because the other terms do not decide', (text) => {
    expect(truth(text, { jobs: { a: unread, b: { status: 'SUCCESS' } } })).toBe('unknown');
  });
});

test('a job and a variable that are known to be missing are decided', () => {
  expect(truth('s(a)', {})).toBe('false');
  expect(truth('n(a)', {})).toBe('true');
  expect(truth('v(X) != "1"', {})).toBe('false');
});
