import { describe, expect, test } from 'vitest';
import { NameError } from '../../autosys/errors.ts';
import {
  nameRules,
  parseAutosysInstance,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../autosys/names.ts';

const parsers = {
  'job name': parseJobName,
  'global variable name': parseGlobalName,
  'global variable value': parseGlobalValue,
  'machine name': parseMachineName,
  'AutoSys instance': parseAutosysInstance,
  comment: parseComment,
} as const;

describe('valid names', () => {
  test.for([
    ['job name', 'a'],
    ['job name', 'PAY.load_1-2#3@x:y'],
    ['job name', 'x'.repeat(64)],
    ['global variable name', 'AWS.load_status-1'],
    ['global variable name', 'x'.repeat(64)],
    ['global variable value', ''],
    ['global variable value', 'delete'],
    ['global variable value', '2026/08/01 10:00 "é"'],
    ['global variable value', 'x'.repeat(100)],
    ['machine name', 'host-1.example.com'],
    ['machine name', 'x'.repeat(80)],
    ['AutoSys instance', 'AC3'],
    ['comment', ''],
    ['comment', 'x'.repeat(255)],
  ] as const)('accepts as a %s %j', ([what, text]) => {
    expect(parsers[what](text)).toBe(text);
  });
});

describe('invalid names', () => {
  test.for([
    ['job name', '', 'nothing', '1 to 64 characters, letters, digits and . _ # - @ :'],
    ['job name', 'a b', '"a b"', 'letters, digits and . _ # - @ :'],
    ['job name', 'a\n', '"a\\n"', 'letters, digits and . _ # - @ :'],
    ['job name', 'x'.repeat(65), `65 characters, "${'x'.repeat(40)}…"`, 'at most 64 characters'],
    ['global variable name', 'a#b', '"a#b"', 'letters, digits and . _ -'],
    ['global variable name', 'a=b', '"a=b"', 'letters, digits and . _ -'],
    [
      'global variable name',
      'x'.repeat(65),
      `65 characters, "${'x'.repeat(40)}…"`,
      'at most 64 characters',
    ],
    ['global variable value', 'a\tb', '"a\\tb"', 'one line without control characters'],
    [
      'global variable value',
      'x'.repeat(101),
      `101 characters, "${'x'.repeat(40)}…"`,
      'at most 100 characters',
    ],
    [
      'global variable value',
      'DELETE',
      '"DELETE"',
      'any value except the reserved word DELETE, which deletes the variable',
    ],
    ['machine name', 'a:b', '"a:b"', 'letters, digits and . _ -'],
    [
      'machine name',
      'x'.repeat(81),
      `81 characters, "${'x'.repeat(40)}…"`,
      'at most 80 characters',
    ],
    ['AutoSys instance', 'ac3', '"ac3"', 'exactly three upper-case letters or digits'],
    ['AutoSys instance', 'AC', '"AC"', 'exactly three upper-case letters or digits'],
    ['AutoSys instance', 'ACE1', '4 characters, "ACE1…"', 'at most 3 characters'],
    [
      'AutoSys instance',
      '',
      'nothing',
      '1 to 3 characters, exactly three upper-case letters or digits',
    ],
    ['comment', 'two\nlines', '"two\\nlines"', 'one line without control characters'],
    ['comment', 'x'.repeat(256), `256 characters, "${'x'.repeat(40)}…"`, 'at most 255 characters'],
  ] as const)('rejects as a %s %j', ([what, text, found, allowed]) => {
    const parse = () => parsers[what](text);

    expect(parse).toThrow(NameError);
    expect(parse).toThrow(`${what}: found ${found}, allowed: ${allowed}`);
    expect(parse).toThrow(expect.objectContaining({ what, found, allowed, disposition: 'reject' }));
  });
});

test('every rule is tested here', () => {
  const names = Object.values(nameRules).map(({ what }) => what);

  expect(new Set(names)).toEqual(new Set(Object.keys(parsers)));
});
