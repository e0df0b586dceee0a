import { describe, expect, test } from 'vitest';
import {
  type ConditionFacts,
  explainCondition,
  parseCondition,
} from '../../../autosys/condition/index.ts';

const facts: ConditionFacts = {
  now: new Date('2026-08-01T12:00:00Z'),
  job: ({ job }) =>
    (
      ({
        load: { status: 'RUNNING' },
        done: { status: 'SUCCESS', endedAt: new Date('2026-08-01T10:00:00Z'), exitCode: 0 },
        iced: { status: 'ON_ICE' },
      }) as const
    )[job as string],
  globalVariable: (name) => ((name as string) === 'DAY' ? 'Monday' : undefined),
};

describe('explainCondition', () => {
  test.for([
    ['s(load)', false, 'load is RUNNING'],
    ['s(gone)', false, 'gone is not defined'],
    ['n(gone^PRD)', true, 'gone^PRD is not defined'],
    ['s(done,1.00)', false, 'done is SUCCESS, it last ended at 2026-08-01T10:00:00.000Z'],
    ['s(load,1.00)', false, 'load is RUNNING, it has never ended'],
    ['s(iced,1.00)', true, 'iced is ON_ICE'],
    ['e(done) = 0', true, 'done is SUCCESS, its exit code is 0'],
    ['e(load) = 0', false, 'load is RUNNING, has no exit code'],
    ['v(DAY) = Friday', false, 'DAY is "Monday"'],
    ['v(NIGHT) = Friday', false, 'NIGHT is not set'],
  ] as const)('explains that %s is %s because %s', ([text, holds, because]) => {
    const condition = parseCondition({ name: 'condition', text });

    expect(explainCondition(condition, facts)).toMatchObject([{ holds, because }]);
  });

  test('lists every atom in the order of the text, also inside parentheses', () => {
    const condition = parseCondition({
      name: 'c',
      text: 's(load) & (f(done) | v(DAY)=1) & n(iced)',
    });

    const verdicts = explainCondition(condition, facts);

    expect(verdicts.map(({ text }) => text)).toEqual([
      's(load)',
      'f(done)',
      'v(DAY) = "1"',
      'n(iced)',
    ]);
  });
});
