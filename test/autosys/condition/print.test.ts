import { describe, expect, test } from 'vitest';
import { parseCondition, printCondition } from '../../../autosys/condition/index.ts';
import { NameError } from '../../../autosys/errors.ts';

const parse = (text: string) => parseCondition({ name: 'condition', text });

describe('printCondition', () => {
  test.for([
    ['s(a)&(f(b)|v(X)=1)', 's(a) & (f(b) | v(X) = "1")'],
    ['n(a,30)', 'n(a,30.00)'],
    ['d(a,0) | t(a,9999)', 'd(a,0) | t(a,9999)'],
    ['e(a^PRD,1.05)>=-4', 'e(a^PRD,01.05) >= -4'],
    ['(s(a)&s(b))&(s(c)&s(d))', 's(a) & s(b) & (s(c) & s(d))'],
  ] as const)('prints %s as %s', ([text, printed]) => {
    expect(printCondition(parse(text))).toBe(printed);
  });

  test('prints the long keywords on request', () => {
    const condition = parse('s(a) & f(b) & t(c) & d(d) & n(e) & e(f)=0 & v(G)=1');

    expect(printCondition(condition, { long: true })).toBe(
      'success(a) & failure(b) & terminated(c) & done(d) & notrunning(e) & exitcode(f) = 0 & value(G) = "1"',
    );
  });

  test.for(['a"b', 'a\nb'])('rejects the operand %j, which no condition can contain', (operand) => {
    const condition = parse('v(X)=1');

    expect(() => printCondition({ ...condition, operand } as typeof condition)).toThrow(NameError);
  });
});
