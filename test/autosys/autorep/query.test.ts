import { describe, expect, test } from 'vitest';
import { parseAutorep } from '../../../autosys/autorep/index.ts';
import { splitCommandLine } from '../../../autosys/sendevent.ts';
import { AutorepUsageError } from '../../../autosys/usage.ts';

const parse = (text: string) => parseAutorep(splitCommandLine(text));

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof AutorepUsageError)) throw error;
    return error.faults;
  }
}

describe('parseAutorep', () => {
  test('requests the summary of a job by default', () => {
    expect(parse('-J load')).toEqual({
      subject: { kind: 'job', name: 'load' },
      report: 'summary',
      long: false,
      narrow: false,
      showTimezone: false,
      unsupported: [],
    });
  });

  test.for([
    ['-J', 'job'],
    ['-j', 'job'],
    ['-Y', 'userType'],
    ['-M', 'machine'],
    ['-C', 'connectionProfile'],
    ['-B', 'group'],
    ['-I', 'application'],
    ['-G', 'globalVariable'],
    ['-Q', 'queue'],
    ['-X', 'externalInstance'],
    ['-V', 'resource'],
    ['-z', 'glob'],
  ] as const)('reads the value of %s as a %s', ([option, kind]) => {
    expect(parse(`${option} 'a%'`).subject).toEqual({ kind, name: 'a%' });
  });

  test.for([
    ['-J a -s', { report: 'summary' }],
    ['-J a -d', { report: 'details' }],
    ['-J a -q', { report: 'definition', long: false }],
    ['-q -w -J a', { report: 'definition', long: true }],
    ['-J a -w', { report: 'summary', long: true }],
    ['-J a -o 2', { report: 'override', overrideNumber: 2 }],
    ['-J a -n -t', { narrow: true, showTimezone: true }],
    ['-J a -R 12', { run: 12 }],
    ['-J a -r -1', { run: -1 }],
    ['-J a -L 0', { level: 0 }],
    ['-qJ NIGHT', { report: 'definition', subject: { kind: 'job', name: 'NIGHT' } }],
    ['-qwJNIGHT', { report: 'definition', long: true, subject: { kind: 'job', name: 'NIGHT' } }],
    ['-JNIGHT -L0 -R-1', { level: 0, run: -1, subject: { kind: 'job', name: 'NIGHT' } }],
    ['-J a -p -a -f dir -usr u -pw s3cret', { unsupported: ['-p', '-a', '-f', '-usr', '-pw'] }],
  ] as const)('reads %s', ([text, expected]) => {
    expect(parse(text)).toMatchObject(expected);
  });
});

describe('faults', () => {
  test.for([
    ['', ['expected one subject of -J -Y -M -C -B -I -G -Q -X -V -z, found none of them']],
    ['-J', ['-J: expected a value after it, found nothing']],
    ['-J ""', ['-J: expected a name, a pattern or ALL, found nothing']],
    ['-J a -G b', ['expected one subject of -J -Y -M -C -B -I -G -Q -X -V -z, found -J and -G']],
    ['-J a -d -q', ['expected one of -d -s -q -o, found -d and -q']],
    ['-J a -dq', ['expected one of -d -s -q -o, found -d and -q']],
    ['-J a -R x', ['-R: expected a whole number, found "x"']],
    ['-J a -L -1', ['-L: expected a whole number, found "-1"']],
    [
      '-J a -o x -L y',
      ['-o: expected a whole number, found "x"', '-L: expected a whole number, found "y"'],
    ],
  ] as const)('of %j', ([text, faults]) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  test('are lines of the message, each with the name of the command', () => {
    expect(() => parse('-J a -K')).toThrow(/^autorep: unknown option -K, allowed: -J -Y /);
  });
});
