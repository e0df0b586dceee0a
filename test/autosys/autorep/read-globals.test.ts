import { describe, expect, test } from 'vitest';
import { type GlobalColumns, printGlobals, readGlobals } from '../../../autosys/autorep/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../../autosys/names.ts';

const changedAt = new Date('2026-06-01T02:13:07Z');
const zone = 'Europe/Zurich';

/** The table as the embedded AutoSys prints it, read back. */
function listed(
  values: Readonly<Record<string, string>>,
  { globalColumns = 'growing', at = changedAt, timezone = zone } = {} as {
    readonly globalColumns?: GlobalColumns;
    readonly at?: Date;
    readonly timezone?: string;
  },
) {
  const entries = Object.entries(values).map(([name, value]) => ({
    name: parseGlobalName(name),
    value: parseGlobalValue(value),
    changedAt: at,
  }));
  const lines = printGlobals('ALL', entries, { timezone, globalColumns });
  return { lines, rows: readGlobals(lines, timezone)?.rows };
}

describe('readGlobals', () => {
  test.for<GlobalColumns>(['growing', 'fixed', 'cut'])(
    'reads short values of %s columns with the instant of their change',
    (globalColumns) => {
      const { rows } = listed({ AWS_A: 'SUCCEEDED', AWS_B: 'a value: 1/2' }, { globalColumns });

      const lastChanged = { at: changedAt, ambiguous: false };
      expect(Object.fromEntries(rows ?? [])).toEqual({
        AWS_A: { value: 'SUCCEEDED', lastChanged },
        AWS_B: { value: 'a value: 1/2', lastChanged },
      });
    },
  );

  test.for<{ globalColumns: GlobalColumns; length: number; isKnown: boolean }>([
    { globalColumns: 'growing', length: 25, isKnown: true },
    { globalColumns: 'growing', length: 26, isKnown: false },
    { globalColumns: 'growing', length: 60, isKnown: false },
    { globalColumns: 'fixed', length: 25, isKnown: true },
    { globalColumns: 'fixed', length: 26, isKnown: false },
    { globalColumns: 'fixed', length: 60, isKnown: false },
    { globalColumns: 'cut', length: 25, isKnown: true },
    { globalColumns: 'cut', length: 26, isKnown: false },
    { globalColumns: 'cut', length: 60, isKnown: false },
  ])(
    'returns a value of $length characters in $globalColumns columns: $isKnown',
    ({ globalColumns, length, isKnown }) => {
      const value = 'x'.repeat(length);

      const row = listed({ AWS_A: value, AWS_B: 'OK' }, { globalColumns }).rows?.get('AWS_A');

      expect(row?.value).toBe(isKnown ? value : undefined);
      expect(row?.lastChanged?.at).toEqual(changedAt);
    },
  );

  test.for<{ globalColumns: GlobalColumns; length: number; isListed: boolean }>([
    { globalColumns: 'growing', length: 26, isListed: true },
    { globalColumns: 'growing', length: 40, isListed: false },
    { globalColumns: 'fixed', length: 27, isListed: false },
    { globalColumns: 'fixed', length: 40, isListed: false },
    { globalColumns: 'cut', length: 40, isListed: false },
  ])(
    'lists a name of $length characters in $globalColumns columns: $isListed',
    ({ globalColumns, length, isListed }) => {
      const name = 'N'.repeat(length);

      const { rows } = listed({ [name]: 'OK', AWS_B: 'OK' }, { globalColumns });

      expect([...(rows?.keys() ?? [])]).toEqual([...(isListed ? [name] : []), 'AWS_B']);
      expect(rows?.get('AWS_B')?.value).toBe('OK');
    },
  );

  test.for([
    { what: 'is empty', value: '' },
    { what: 'contains two blanks in a row', value: 'a  b' },
    { what: 'begins with a blank', value: ' a' },
    { what: 'is not ASCII', value: 'größe' },
  ])('returns no value that $what', ({ value }) => {
    expect(listed({ AWS_A: value }).rows?.get('AWS_A')).not.toHaveProperty('value');
  });

  test.for<GlobalColumns>(['growing', 'fixed', 'cut'])(
    'does not read the beginning of a value as the whole, with a blank at the end of %s columns',
    (globalColumns) => {
      const value = `${'x'.repeat(26)} and more`;

      const row = listed({ AWS_A: value }, { globalColumns }).rows?.get('AWS_A');

      expect(row).not.toHaveProperty('value');
    },
  );

  test('does not read the end of a value as the date', () => {
    const { lines } = listed({ AWS_A: `${'x'.repeat(24)}   y` }, { globalColumns: 'fixed' });

    expect(readGlobals(lines, zone)?.rows.get('AWS_A')).not.toHaveProperty('value');
  });

  test('reads a value without the blanks at its end', () => {
    expect(listed({ AWS_A: 'OK ' }).rows?.get('AWS_A')?.value).toBe('OK');
  });

  test('marks a time in the repeated hour as ambiguous', () => {
    const second = new Date('2026-10-25T01:30:00Z');

    const row = listed({ AWS_A: 'OK' }, { at: second }).rows?.get('AWS_A');

    const first = new Date('2026-10-25T00:30:00Z');
    expect(row?.lastChanged).toEqual({ at: first, ambiguous: true });
  });

  test('returns no partial value of a row that ends before the date', () => {
    const { lines } = listed({ AWS_A: 'SUCCEEDED', AWS_B: 'SUCCEEDED' });
    const whole = lines.join('\n');

    for (let length = whole.length - 1; length > 0; length -= 1) {
      const rows = readGlobals(whole.slice(0, length).split('\n'), zone)?.rows;
      expect(['SUCCEEDED', undefined]).toContain(rows?.get('AWS_A')?.value);
      expect(['SUCCEEDED', undefined]).toContain(rows?.get('AWS_B')?.value);
      const at = rows?.get('AWS_B')?.lastChanged?.at.getTime() ?? changedAt.getTime();
      expect(Math.abs(at - changedAt.getTime())).toBeLessThan(60_000);
    }
  });

  test('returns neither value nor date for a name that is listed twice', () => {
    const { lines } = listed({ AWS_A: 'OK' });

    expect(readGlobals([...lines, ...lines.slice(-1)], zone)?.rows.get('AWS_A')).toEqual({});
  });

  test.for([
    { what: 'another column at the end', lines: [' Zone', ' ____', ' CET'] },
    { what: 'another column at the end that is empty', lines: [' Zone', ' ____', ''] },
  ])('reads a table with $what', ({ lines: more }) => {
    const { lines } = listed({ AWS_A: 'OK' });
    const [title, rule, row] = lines.map((line, at) => {
      return `${at === 0 ? line.padEnd(76) : line.padEnd(76)}${more[at] ?? ''}`;
    });

    expect(readGlobals([title ?? '', rule ?? '', row ?? ''], zone)?.rows.get('AWS_A')).toEqual({
      value: 'OK',
      lastChanged: { at: changedAt, ambiguous: false },
    });
  });

  test.for([
    { what: 'no line', lines: [] },
    { what: 'a value without a table', lines: ['Wednesday'] },
    {
      what: 'other columns',
      lines: ['Machine Name          Status', '_____________________ ______', 'host1  Online'],
    },
  ])('reads nothing from $what', ({ lines }) => {
    expect(readGlobals(lines, zone)).toBeUndefined();
  });
});
