import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCondition, printCondition } from '../../../autosys/condition/index.ts';
import { ConditionSyntaxError, type Span } from '../../../autosys/source.ts';
import { conditions, holdsForAll, withoutPositions } from '../arbitraries.ts';

const parse = (text: string) => parseCondition({ name: 'condition', text });

function problemOf(text: string): string {
  try {
    return `no problem: ${printCondition(parse(text))}`;
  } catch (error) {
    if (!(error instanceof ConditionSyntaxError)) throw error;
    return error.message.split('\n')[0] ?? '';
  }
}

/** The position of the condition or of its first problem. Other errors are thrown. */
function positionOf(text: string): Span {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof ConditionSyntaxError)) throw error;
    const [problem] = error.problems;
    if (!problem) throw error;
    return problem;
  }
}

describe('keywords', () => {
  test.for([
    ['s(a)', 'success'],
    ['SUCCESS(a)', 'success'],
    ['f(a)', 'failure'],
    ['Failure(a)', 'failure'],
    ['t(a)', 'terminated'],
    ['terminated(a)', 'terminated'],
    ['D(a)', 'done'],
    ['done(a)', 'done'],
    ['n(a)', 'notrunning'],
    ['notRunning(a)', 'notrunning'],
    ['e(a)=0', 'exitcode'],
    ['exitcode(a)=0', 'exitcode'],
    ['V(A)=0', 'value'],
    ['value(A)=0', 'value'],
    ['s ( a )', 'success'],
  ] as const)('reads %s as %s', ([text, kind]) => {
    expect(parse(text).kind).toBe(kind);
  });
});

describe('connectives', () => {
  test.for([
    ['s(a) & s(b)', 's(a) & s(b)'],
    ['s(a)&s(b)', 's(a) & s(b)'],
    ['s(a) and s(b)', 's(a) & s(b)'],
    ['s(a) AND s(b)', 's(a) & s(b)'],
    ['s(a)or s(b)', 's(a) | s(b)'],
    ['s(a) | s(b)', 's(a) | s(b)'],
    ['s(a) | s(b) & s(c)', 's(a) | s(b) & s(c)'],
    ['(s(a) | s(b)) & s(c)', 's(a) | s(b) & s(c)'],
    ['s(a) | (s(b) & s(c))', 's(a) | (s(b) & s(c))'],
    ['((s(a)))', 's(a)'],
    ['s(a) /* why */ & s(b)', 's(a) & s(b)'],
  ] as const)('reads %s as %s', ([text, printed]) => {
    expect(printCondition(parse(text))).toBe(printed);
  });

  test('gives & and | one precedence, from left to right', () => {
    const condition = parse('s(a) | s(b) & s(c)');

    expect(condition).toMatchObject({
      kind: 'both',
      left: { kind: 'either', left: { job: { job: 'a' } }, right: { job: { job: 'b' } } },
      right: { job: { job: 'c' } },
    });
  });

  test('reads ten thousand atoms in a row', () => {
    const text = Array.from({ length: 10_000 }, () => 's(a)').join(' & ');

    expect(printCondition(parse(text))).toBe(text);
  });
});

describe('look-back', () => {
  test.for([
    ['s(a,02.30)', { kind: 'within', hours: 2, minutes: 30 }],
    ['s(a,02:30)', { kind: 'within', hours: 2, minutes: 30 }],
    ['s(a,02\\:30)', { kind: 'within', hours: 2, minutes: 30 }],
    ['s(a, 30)', { kind: 'within', hours: 30, minutes: 0 }],
    ['s(a,00.30)', { kind: 'within', hours: 0, minutes: 30 }],
    ['s(a,9999.59)', { kind: 'within', hours: 9999, minutes: 59 }],
    ['s(a,0)', { kind: 'sinceOwnEnd' }],
    ['s(a,9999)', { kind: 'anyTime' }],
    ['e(a,1.00)=0', { kind: 'within', hours: 1, minutes: 0 }],
  ] as const)('reads %s', ([text, lookback]) => {
    expect(parse(text)).toMatchObject({ lookback });
  });

  test('is undefined if none is written', () => {
    expect(parse('s(a)')).not.toHaveProperty('lookback');
  });

  test.for(['.30', '00.60', '1.5', '10000', '10000.00', '-1', '1.000', 'x'])(
    'rejects %s',
    (lookback) => {
      expect(problemOf(`s(a,${lookback})`)).toMatch(
        /^condition:1:5: expected a look-back \(hours and minutes such as 02\.30/,
      );
    },
  );

  test('suggests the form of half an hour if the hours are missing', () => {
    expect(problemOf('s(a,.30)')).toMatch(/found "\.30"; write 00\.30$/);
  });
});

describe('names', () => {
  test.for([
    ['s(pay.load_1-2#3)', 'pay.load_1-2#3'],
    ['s(a:b)', 'a:b'],
    ['s(a\\:b)', 'a:b'],
  ] as const)('reads the job of %s', ([text, job]) => {
    expect(parse(text)).toMatchObject({ job: { job } });
  });

  test('reads the instance of a job and of a global variable', () => {
    expect(parse('s(a^PRD)')).toMatchObject({ job: { job: 'a', instance: 'PRD' } });
    expect(parse('v(X^PRD)=1')).toMatchObject({ globalVariable: 'X', instance: 'PRD' });
  });
});

describe('comparisons', () => {
  test.for(['=', '!=', '<', '>', '<=', '>='] as const)('reads %s', (comparison) => {
    expect(parse(`e(a)${comparison}4`)).toMatchObject({ comparison, code: 4 });
    expect(parse(`v(A) ${comparison} 4`)).toMatchObject({ comparison, operand: '4' });
  });

  test.for([
    ['v(A)=READY', 'READY'],
    ['v(A) = "READY"', 'READY'],
    ['v(A) = "not yet"', 'not yet'],
    ['v(A) = ""', ''],
    ['v(A) = 2026/08/01', '2026/08/01'],
    ['v(A) = 10\\:30', '10:30'],
    ['v(A) = "10\\:30"', '10\\:30'],
    ['v(A) = "(s) & | , ^"', '(s) & | , ^'],
  ] as const)('reads the operand of %s', ([text, operand]) => {
    expect(parse(text)).toMatchObject({ operand });
  });

  test.for([
    ['e(a) = -1', -1],
    ['e(a)=-0', 0],
    ['e(a) = +3', 3],
    ['e(a) = "255"', 255],
  ] as const)('reads the exit code of %s', ([text, code]) => {
    expect(parse(text)).toMatchObject({ code });
  });

  test('accepts an operand of 100 characters and rejects one of 101', () => {
    expect(parse(`v(A) = ${'x'.repeat(100)}`)).toMatchObject({ operand: 'x'.repeat(100) });
    expect(problemOf(`v(A) = ${'x'.repeat(101)}`)).toBe(
      'condition:1:8: expected at most 100 characters, found 101',
    );
  });
});

describe('syntax errors', () => {
  test.for([
    ['', '1:1: expected a condition such as success(job) or value(GLOBAL) = "X", found the end'],
    ['s()', '1:3: expected a job name, found ")"'],
    ['s(', '1:3: expected a job name, found the end of the condition'],
    ['s(a/b)', '1:3: expected a job name, found "a/b" (allowed: letters, digits and . _ # - @ :)'],
    [`s(${'x'.repeat(65)})`, '1:3: expected a job name, found 65 characters'],
    ['s(a', '1:4: expected ")" or "," and a look-back, found the end'],
    ['s(a,1', '1:6: expected ")", found the end'],
    ['s a', '1:3: expected "(" after s, found "a"'],
    ['s(a) s(b)', '1:6: expected "&", "|" or the end of the condition, found "s"'],
    ['s(a) &', '1:7: expected a condition such as'],
    ['(s(a)', '1:6: expected ")", "&" or "|", found the end'],
    ['s(a))', '1:5: expected "&", "|" or the end of the condition, found ")"'],
    ['s(a^prd)', '1:5: expected an AutoSys instance after "^", found "prd" (allowed: exactly'],
    ['s(a^)', '1:5: expected an AutoSys instance after "^", found ")"'],
    ['s(a)=1', '1:5: expected "&", "|" or the end of the condition, found "="'],
    ['e(a)', '1:5: expected a comparison: = != < > <= >=, found the end'],
    ['e(a)=x', '1:6: expected an exit code such as 0 or -1, found "x"'],
    ['e(a)=99999999999', '1:6: expected an exit code such as 0 or -1, found "99999999999"'],
    ['v(A)', '1:5: expected a comparison'],
    ['v(A)=', '1:6: expected a value such as "READY", found the end'],
    ['v(A,1)=2', '1:4: expected ")", because a global variable has no look-back, found ","'],
    ['v(a#b)=2', '1:3: expected a global variable name, found "a#b" (allowed:'],
    ['v(A)="abc', '1:6: expected the closing double quote, found "\\"abc"'],
    [
      'not s(a)',
      '1:1: expected a condition such as success(job) or value(GLOBAL) = "X", found "not"; a condition has no NOT',
    ],
    [
      '!s(a)',
      '1:1: expected a condition such as success(job) or value(GLOBAL) = "X", found "!"; a condition has no NOT',
    ],
    [
      'variable(A)=1',
      '1:1: expected a condition such as success(job) or value(GLOBAL) = "X", found "variable"; a global variable is value(NAME)',
    ],
    [`${'('.repeat(201)}s(a)`, '1:201: expected at most 200 nested parentheses, found more'],
  ] as const)('rejects %s', ([text, problem]) => {
    expect(problemOf(text).startsWith(`condition:${problem}`), problemOf(text)).toBe(true);
  });

  test('shorten a long word that was found', () => {
    expect(problemOf('x'.repeat(500)).length).toBeLessThan(200);
  });
});

describe('inside a larger source', () => {
  const text = 'line one\ncondition: s(a) & s()\nrest';
  const span = { start: 20, end: 30 };

  test('reads only the given span, with offsets in the whole text', () => {
    const condition = parseCondition({ name: 'jobs.jil', text }, { start: 20, end: 24 });

    expect(condition).toMatchObject({ start: 20, end: 24, job: { job: 'a', start: 22, end: 23 } });
  });

  test('reports a syntax error at its position in the whole text', () => {
    expect(() => parseCondition({ name: 'jobs.jil', text }, span)).toThrow(
      'jobs.jil:2:21: expected a job name, found ")"',
    );
  });
});

describe('any text', () => {
  test('results in a condition or a syntax error within the text', () => {
    const pieces = fc.constantFrom(
      ...'s( f( v( e( a b X ) , & | ^ = != < > 0 30 .30 02.30 and or "x" " ( \\: /* */'.split(' '),
      ' ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    );

    holdsForAll(
      texts,
      (text) => {
        const { start, end } = positionOf(text);
        expect(0 <= start && start <= end && end <= text.length).toBe(true);
      },
      2000,
    );
  });

  test.for(['short', 'long'] as const)(
    'prints and reads back as the same tree in %s form',
    (form) => {
      holdsForAll(
        conditions,
        (condition) => {
          const printed = printCondition(condition, { long: form === 'long' });
          expect(withoutPositions(parse(printed))).toEqual(condition);
        },
        500,
      );
    },
  );
});
