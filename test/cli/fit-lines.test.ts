import { describe, expect, test } from 'vitest';
import { markColour } from '../../cli/escape.ts';
import { fitLines, readColumns } from '../../cli/fit-lines.ts';

describe('the columns of an output', () => {
  test.for([
    { output: { isTTY: true, columns: 60 }, env: {}, columns: 60 },
    { output: { isTTY: true, columns: 60 }, env: { COLUMNS: '40' }, columns: 60 },
    { output: { isTTY: true }, env: { COLUMNS: '40' }, columns: 40 },
    { output: { isTTY: true }, env: {}, columns: undefined },
    { output: { isTTY: true, columns: 3 }, env: {}, columns: undefined },
    { output: { isTTY: false, columns: 60 }, env: { COLUMNS: '40' }, columns: undefined },
  ])('are $columns for $output and $env', ({ output, env, columns }) => {
    expect(readColumns(output, env)).toBe(columns);
  });
});

describe('lines for a terminal', () => {
  test('are broken at spaces, and indented as far as their value', () => {
    const line = '  reason   AUTOSYS_REFUSED: the machine of the job is offline';

    expect(fitLines([line], 40)).toEqual([
      '  reason   AUTOSYS_REFUSED: the machine',
      '           of the job is offline',
    ]);
  });

  test('are indented less if the label takes more than a third', () => {
    const line = '  2026-11-20T03:02:07.000+01:00  requested by settlement';

    expect(fitLines([line], 40)).toEqual([
      '  2026-11-20T03:02:07.000+01:00  requested',
      '    by settlement',
    ]);
  });

  test.for([
    `  command: autosys-bridge replay 'state ACE global AWS_SETTLEMENT'`,
    `  command  autosys-bridge replay 'state ACE global AWS_SETTLEMENT'`,
    `  key: 'state ACE global AWS_SETTLEMENT_OF_THE_NIGHT'`,
    `  key      'state ACE global AWS_SETTLEMENT_OF_THE_NIGHT'`,
  ])('stay whole if they are copied: %s', (line) => {
    expect(fitLines([line], 30)).toEqual([line]);
  });

  test('keep a word that is too long', () => {
    const arn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42';

    expect(fitLines([`  run      ${arn}, began today`], 40)).toEqual([
      `  run      ${arn},`,
      '           began today',
    ]);
  });

  test('are measured without their colours', () => {
    const line = `ACE  ${markColour(1, 'SET_GLOBAL AWS_SETTLEMENT=RUNNING')}`;

    expect(fitLines([line], 40)).toEqual([line]);
    expect(fitLines([line], 30)).toHaveLength(2);
  });

  test('stay whole without a terminal', () => {
    const line = 'x '.repeat(200);

    expect(fitLines([line], undefined)).toEqual([line]);
  });
});
