import { describe, expect, test } from 'vitest';
import { type GlobalEntry, printGlobals } from '../../../autosys/autorep/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../../autosys/names.ts';

const day: GlobalEntry = {
  name: parseGlobalName('DAY'),
  value: parseGlobalValue('Wednesday'),
  changedAt: new Date('2005-07-21T08:15:14Z'),
};
const directory: GlobalEntry = {
  name: parseGlobalName('AUDIT_DIR'),
  value: parseGlobalValue('/usr/audit'),
  changedAt: new Date('2005-07-21T08:15:12Z'),
};
const style = { timezone: 'UTC' } as const;

describe('printGlobals', () => {
  test('prints only the value for one name', () => {
    expect(printGlobals('DAY', [day], style)).toEqual(['Wednesday']);
  });

  test('prints an empty value as an empty line', () => {
    expect(printGlobals('DAY', [{ ...day, value: parseGlobalValue('') }], style)).toEqual(['']);
  });

  test.for(['ALL', '%', 'D*'])('prints the table of the reference for %s', (pattern) => {
    expect(printGlobals(pattern, [day, directory], style)).toEqual([
      'Global Name                 Value                       Last Changed',
      '___________________________ ___________________________ ____________________',
      'DAY                         Wednesday                   07/21/2005 08:15:14',
      'AUDIT_DIR                   /usr/audit                  07/21/2005 08:15:12',
    ]);
  });

  test('prints a column as wide as its longest value', () => {
    const value = parseGlobalValue('x'.repeat(100));

    const [, rule, row] = printGlobals('ALL', [{ ...day, value }], style);

    expect(rule?.split(' ').map((part) => part.length)).toEqual([27, 100, 20]);
    expect(row).toMatch(/x{100} 07\/21\/2005 08:15:14$/);
  });
});
