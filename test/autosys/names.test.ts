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

const doors = {
  'job name': parseJobName,
  'global variable name': parseGlobalName,
  'global variable value': parseGlobalValue,
  'machine name': parseMachineName,
  'AutoSys instance': parseAutosysInstance,
  comment: parseComment,
} as const;

describe('what passes', () => {
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
  ] as const)('a %s may be %j', ([what, text]) => {
    expect(doors[what](text)).toBe(text);
  });
});

describe('what does not', () => {
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
    ['global variable value', 'a\tb', '"a\\tb"', 'characters of one line'],
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
      'any value but the reserved word DELETE, which removes the variable',
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
    ['comment', 'two\nlines', '"two\\nlines"', 'characters of one line'],
    ['comment', 'x'.repeat(256), `256 characters, "${'x'.repeat(40)}…"`, 'at most 255 characters'],
  ] as const)('refuses as a %s %j', ([what, text, found, allowed]) => {
    const parse = () => doors[what](text);

    expect(parse).toThrow(NameError);
    expect(parse).toThrow(`${what}: found ${found}, allowed: ${allowed}`);
    expect(parse).toThrow(expect.objectContaining({ what, found, allowed, disposition: 'reject' }));
  });
});

test('each rule is one of these names', () => {
  const whats = Object.values(nameRules).map(({ what }) => what);

  expect(new Set(whats)).toEqual(new Set(Object.keys(doors)));
});
