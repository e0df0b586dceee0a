import { describe, expect, test } from 'vitest';
import {
  type ConditionFacts,
  evaluate,
  type PredecessorFacts,
  parseCondition,
} from '../../../autosys/condition/index.ts';
import { type JobStatus, jobStatuses } from '../../../autosys/status.ts';

const now = new Date('2026-08-01T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

interface Recorded {
  readonly jobs?: Readonly<Record<string, PredecessorFacts>>;
  readonly globalVariables?: Readonly<Record<string, string>>;
  readonly ownEndedAt?: Date;
}

function factsOf({ jobs = {}, globalVariables = {}, ownEndedAt }: Recorded): ConditionFacts {
  return {
    now,
    ownEndedAt,
    job: ({ job, instance }) => jobs[instance ? `${job}^${instance}` : job],
    globalVariable: (name, instance) => globalVariables[instance ? `${name}^${instance}` : name],
  };
}

function holds(text: string, recorded: Recorded): boolean {
  return evaluate(parseCondition({ name: 'condition', text }), factsOf(recorded));
}

describe('the status of a predecessor', () => {
  const trueFor: Readonly<Record<string, readonly JobStatus[]>> = {
    's(a)': ['SUCCESS', 'ON_NOEXEC', 'ON_ICE'],
    'f(a)': ['FAILURE', 'ON_ICE'],
    't(a)': ['TERMINATED', 'ON_ICE'],
    'd(a)': ['SUCCESS', 'FAILURE', 'TERMINATED', 'ON_NOEXEC', 'ON_ICE'],
    'n(a)': jobStatuses.filter(
      (status) => !['STARTING', 'RUNNING', 'WAIT_REPLY', 'RESTART', 'SUSPENDED'].includes(status),
    ),
  };
  const cases = Object.entries(trueFor).flatMap(([text, statuses]) =>
    jobStatuses.map((status) => ({ text, status, expected: statuses.includes(status) })),
  );

  test.for(cases)('makes $text $expected when it is $status', ({ text, status, expected }) => {
    expect(holds(text, { jobs: { a: { status } } })).toBe(expected);
  });

  test.for([
    ['s(a)', false],
    ['f(a)', false],
    ['t(a)', false],
    ['d(a)', false],
    ['n(a)', true],
    ['n(a,1.00)', true],
    ['n(a,0)', true],
    ['s(a,0)', false],
    ['e(a) = 0', false],
    ['e(a) != 0', false],
    ['s(a^PRD)', false],
    ['n(a^PRD)', true],
  ] as const)('makes %s %s when the job is not defined', ([text, expected]) => {
    expect(holds(text, { ownEndedAt: hoursAgo(1) })).toBe(expected);
  });

  test('still counts after a week without a look-back', () => {
    expect(holds('s(a)', { jobs: { a: { status: 'SUCCESS', endedAt: hoursAgo(168) } } })).toBe(
      true,
    );
  });
});

describe('a look-back', () => {
  test.for([
    { text: 's(a,02.30)', endedHoursAgo: 2.5, expected: true },
    { text: 's(a,02.30)', endedHoursAgo: 2.51, expected: false },
    { text: 's(a,30)', endedHoursAgo: 29.9, expected: true },
    { text: 's(a,30)', endedHoursAgo: 30.1, expected: false },
    { text: 's(a,00.30)', endedHoursAgo: 0.4, expected: true },
    { text: 's(a,00.30)', endedHoursAgo: 0.6, expected: false },
    { text: 's(a,9999.59)', endedHoursAgo: 9999, expected: true },
    { text: 's(a,9999)', endedHoursAgo: 20_000, expected: true },
    { text: 'd(a,1)', endedHoursAgo: 0.5, expected: true },
    { text: 'd(a,1)', endedHoursAgo: 1.5, expected: false },
    { text: 'n(a,1)', endedHoursAgo: 1.5, expected: false },
    { text: 'e(a,1) = 0', endedHoursAgo: 0.5, expected: true },
    { text: 'e(a,1) = 0', endedHoursAgo: 1.5, expected: false },
    { text: 'f(a,1)', endedHoursAgo: 0.5, expected: false },
  ])('makes $text $expected when the end is $endedHoursAgo hours ago', (given) => {
    const { text, endedHoursAgo, expected } = given;
    const a = { status: 'SUCCESS', endedAt: hoursAgo(endedHoursAgo), exitCode: 0 } as const;

    expect(holds(text, { jobs: { a } })).toBe(expected);
  });

  test('of hours is false for a job that never ended', () => {
    expect(holds('s(a,1)', { jobs: { a: { status: 'SUCCESS' } } })).toBe(false);
  });

  test.for([
    { when: 'the job itself has never ended', own: undefined, ended: 5, expected: true },
    { when: 'the end came after its own', own: 2, ended: 1, expected: true },
    { when: 'the end came before its own', own: 1, ended: 2, expected: false },
    { when: 'both ended at the same time', own: 1, ended: 1, expected: false },
    { when: 'only the job itself has ended', own: 1, ended: undefined, expected: false },
    { when: 'neither has ended', own: undefined, ended: undefined, expected: true },
  ])('of 0 is $expected when $when', ({ own, ended, expected }) => {
    const endedAt = ended === undefined ? undefined : hoursAgo(ended);
    const recorded = { jobs: { a: { status: 'SUCCESS', endedAt } } } as const;

    expect(
      holds('s(a,0)', own === undefined ? recorded : { ...recorded, ownEndedAt: hoursAgo(own) }),
    ).toBe(expected);
  });
});

describe('a predecessor on ice', () => {
  const iced = { jobs: { a: { status: 'ON_ICE', endedAt: hoursAgo(500) } } } as const;

  test.for([
    's(a)',
    'f(a)',
    't(a)',
    'd(a)',
    'n(a)',
    'e(a) = 4',
    's(a,00.01)',
    's(a,0)',
    'e(a,00.01) != 0',
  ])('makes %s true, whatever its result and its end', (text) => {
    expect(holds(text, { ...iced, ownEndedAt: hoursAgo(1) })).toBe(true);
  });

  test.for([
    ['s(a^PRD)', true],
    ['d(a^PRD)', true],
    ['n(a^PRD)', true],
    ['f(a^PRD)', false],
    ['t(a^PRD)', false],
    ['e(a^PRD) = 4', false],
  ] as const)('counts as success in another instance: %s is %s', ([text, expected]) => {
    expect(holds(text, { jobs: { 'a^PRD': { status: 'ON_ICE' } } })).toBe(expected);
  });
});

describe('an exit code', () => {
  const a = { status: 'FAILURE', exitCode: 4 } as const;

  test.for([
    ['=', 4, true],
    ['=', 5, false],
    ['!=', 4, false],
    ['!=', 5, true],
    ['<', 5, true],
    ['<', 4, false],
    ['>', 3, true],
    ['>', 4, false],
    ['<=', 4, true],
    ['<=', 3, false],
    ['>=', 4, true],
    ['>=', 5, false],
    ['>', -1, true],
  ] as const)('of 4 compared by %s with %i gives %s', ([comparison, code, expected]) => {
    expect(holds(`e(a) ${comparison} ${code}`, { jobs: { a } })).toBe(expected);
  });

  test.for(['e(a) = 0', 'e(a) != 0', 'e(a) < 1'])(
    'of a job that never ran makes %s false',
    (text) => {
      expect(holds(text, { jobs: { a: { status: 'INACTIVE' } } })).toBe(false);
    },
  );
});

describe('a global variable', () => {
  test.for([
    ['v(X) = 10', '10', true],
    ['v(X) = 010', '10', true],
    ['v(X) = "+10"', '10', true],
    ['v(X) < 9', '10', false],
    ['v(X) > 9', '10', true],
    ['v(X) > 9', '10a', false],
    ['v(X) >= "-3"', '-2', true],
    ['v(X) = READY', 'READY', true],
    ['v(X) = READY', 'ready', false],
    ['v(X) != READY', 'RUNNING', true],
    ['v(X) < b', 'a', true],
    ['v(X) = ""', '', true],
    ['v(X) = 1.0', '1', false],
    [`v(X) = ${'9'.repeat(40)}1`, `${'9'.repeat(40)}2`, false],
  ] as const)('%s with the value %j is %s', ([text, value, expected]) => {
    expect(holds(text, { globalVariables: { X: value } })).toBe(expected);
  });

  test.for(['v(X) = 1', 'v(X) != 1', 'v(X) < 1', 'v(X) = ""'])(
    'that is not set makes %s false',
    (text) => {
      expect(holds(text, {})).toBe(false);
    },
  );

  test('of another instance is read from that instance', () => {
    const recorded = { globalVariables: { X: '1', 'X^PRD': '2' } };

    expect(holds('v(X^PRD) = 2', recorded)).toBe(true);
  });
});

describe('connectives', () => {
  const recorded: Recorded = { jobs: { t: { status: 'SUCCESS' }, f: { status: 'FAILURE' } } };

  test.for([
    ['s(t) & s(t)', true],
    ['s(t) & s(f)', false],
    ['s(f) & s(t)', false],
    ['s(t) | s(f)', true],
    ['s(f) | s(t)', true],
    ['s(f) | s(f)', false],
    // With the usual precedence this would be true.
    ['s(t) | s(t) & s(f)', false],
    ['s(t) | (s(t) & s(f))', true],
  ] as const)('%s is %s', ([text, expected]) => {
    expect(holds(text, recorded)).toBe(expected);
  });
});
