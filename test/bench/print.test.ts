import { expect, test } from 'vitest';
import { printCell, printFigures } from '../../bench/print.ts';
import { replaceBetween } from '../../bench/write-docs.ts';

test.for([
  [0.000_123_4, '0.000123'],
  [1.2345, '1.23'],
  [99.94, '99.9'],
  [12_345.6, '12,346'],
  ['as it is', 'as it is'],
] as const)('prints %j as %s', ([cell, printed]) => {
  expect(printCell(cell)).toBe(printed);
});

test('prints tables in columns, aims with their verdicts, and notes', () => {
  const printed = printFigures({
    tables: [
      {
        title: 'Sizes',
        columns: ['', 'KB'],
        rows: [
          ['one', 1],
          ['another', 1_000],
        ],
      },
    ],
    aims: [
      { what: 'the one', atMost: 2, found: 1 },
      { what: 'another', atMost: 2, found: 3 },
    ],
    notes: ['measured by hand'],
  });

  expect(printed).toBe(`
Sizes

|         |    KB |
| ------- | ----: |
| one     |     1 |
| another | 1,000 |

- aim met: the one: at most 2, found 1
- aim MISSED: another: at most 2, found 3
- measured by hand
`);
});

test('writes figures between their markers and does not change the rest of the page', () => {
  const page = 'before\n<!-- begin push -->\nold\n<!-- end push -->\nafter\n';

  expect(replaceBetween(page, 'push', 'new\n')).toBe(page.replace('old', 'new'));
  expect(() => replaceBetween(page, 'drain', 'new\n')).toThrow('expected <!-- begin drain -->');
});
