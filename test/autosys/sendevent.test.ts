import { describe, expect, test } from 'vitest';
import {
  parseSendevent,
  printSendevent,
  SendeventUsageError,
  splitCommandLine,
} from '../../autosys/sendevent.ts';
import { events, holdsForAll } from './arbitraries.ts';

const parse = (text: string) => parseSendevent(splitCommandLine(text));

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof SendeventUsageError)) throw error;
    return error.faults;
  }
}

describe('parseSendevent', () => {
  test.for([
    ['-E STARTJOB -J a', { kind: 'STARTJOB', job: 'a' }],
    ['-e startjob -j a', { kind: 'STARTJOB', job: 'a' }],
    ['-E KILLJOB -J a -K 15,9', { kind: 'KILLJOB', job: 'a', signals: '15,9' }],
    ['-E KILLJOB -J a', { kind: 'KILLJOB', job: 'a' }],
    ['-E SEND_SIGNAL -J a -K 1', { kind: 'SEND_SIGNAL', job: 'a', signals: '1' }],
    ['-E CHANGE_STATUS -J a -s success', { kind: 'CHANGE_STATUS', job: 'a', status: 'SUCCESS' }],
    ['-E CHANGE_PRIORITY -J a -q 0', { kind: 'CHANGE_PRIORITY', job: 'a', priority: 0 }],
    ['-E REPLY_RESPONSE -J a -r "go on"', { kind: 'REPLY_RESPONSE', job: 'a', response: 'go on' }],
    ['-E COMMENT -J a -C ""', { kind: 'COMMENT', job: 'a', comment: '' }],
    ['-E ALARM -A JOBFAILURE', { kind: 'ALARM', alarm: 'JOBFAILURE' }],
    ['-E ALARM -A JOBFAILURE -J a', { kind: 'ALARM', alarm: 'JOBFAILURE', job: 'a' }],
    ['-E SET_GLOBAL -G X=1', { kind: 'SET_GLOBAL', globalVariable: 'X', value: '1' }],
    ['-E SET_GLOBAL -G "X=a=b c"', { kind: 'SET_GLOBAL', globalVariable: 'X', value: 'a=b c' }],
    ['-E SET_GLOBAL -G X=', { kind: 'SET_GLOBAL', globalVariable: 'X', value: '' }],
    ['-E MACH_OFFLINE -n m1', { kind: 'MACH_OFFLINE', machine: 'm1' }],
    ['-E STOP_DEMON', { kind: 'STOP_DEMON' }],
    ['-E STARTJOB -J a -C "by hand"', { kind: 'STARTJOB', job: 'a', comment: 'by hand' }],
  ] as const)('reads %s', ([text, event]) => {
    expect(parse(text)).toEqual({ event });
  });

  test('reads how the event is sent', () => {
    const text = '-E STARTJOB -J a -S PRD -T "12/31/26 23:59" -P 1 -M 3 -U';

    expect(parse(text)).toMatchObject({
      instance: 'PRD',
      at: '12/31/2026 23:59',
      eventPriority: 1,
      maxSendTries: 3,
      unsend: true,
    });
  });

  test('distinguishes -s, a status, from -S, an instance', () => {
    expect(parse('-E CHANGE_STATUS -J a -s FAILURE -S ACE')).toMatchObject({
      event: { status: 'FAILURE' },
      instance: 'ACE',
    });
  });

  test.for([
    ['-EFORCE_STARTJOB -JNAME', '-E FORCE_STARTJOB -J NAME'],
    ['-E CHANGE_STATUS -J a -sFAILURE -SACE', '-E CHANGE_STATUS -J a -s FAILURE -S ACE'],
    ['-E SET_GLOBAL "-GDAY=Wednesday evening"', '-E SET_GLOBAL -G "DAY=Wednesday evening"'],
    ['-UE STARTJOB -J a', '-U -E STARTJOB -J a'],
    ['-ESTARTJOB -Ja -C -Jb', '-E STARTJOB -J a -C -Jb'],
  ] as const)('reads %s as %s', ([combined, separate]) => {
    expect(parse(combined)).toEqual(parse(separate));
  });

  test('lists ignored login options without their values', () => {
    const command = parse('-E STARTJOB -J a -usr me -pw s3cret -pwx s3cret -saml s3cret');

    expect(command.ignoredOptions).toEqual(['-usr', '-pw', '-pwx', '-saml']);
    expect(JSON.stringify(command)).not.toContain('s3cret');
  });
});

describe('faults', () => {
  test.for([
    ['-E', /^-E: expected a value after it, found nothing$/],
    ['-J a', /^-E: expected an event, found no -E, allowed: STARTJOB FORCE_STARTJOB .*STOP_DEMON$/],
    [
      '-E STRATJOB -J a',
      /^-E: expected an event, found "STRATJOB", allowed: .*; did you mean STARTJOB\?$/,
    ],
    ['-E STARTJOB', /^-J: STARTJOB needs a job, found no -J$/],
    ['-E STARTJOB -J a -J b', /^-J: expected once, found twice$/],
    ['-E STARTJOB -J a/b', /^-J: job name: found "a\/b", allowed: letters, digits and/],
    ['-E STARTJOB -J a -s SUCCESS', /^-s: not allowed with STARTJOB, allowed: -J -C$/],
    ['-E STARTJOB -J a -G X=1', /^-G: not allowed with STARTJOB, allowed: -J -C$/],
    ['-E STARTJOB -J a -q 1', /^-q: not allowed with STARTJOB, allowed: -J -C$/],
    ['-E SET_GLOBAL -G X=1 -J a', /^-J: not allowed with SET_GLOBAL, allowed: -G -C$/],
    ['-E SET_GLOBAL -G X', /^-G: assignment: found "X", allowed: NAME=value without spaces around/],
    [
      '-E SET_GLOBAL -G X=DELETE',
      /^-G: global variable value: found "DELETE", allowed: any value except/,
    ],
    ['-E COMMENT -J a', /^-C: COMMENT needs a comment, found no -C$/],
    ['-E CHANGE_STATUS -J a -s DONE', /^-s: status: found "DONE", allowed: ACTIVATED FAILURE /],
    ['-E CHANGE_STATUS -J a -s SUCCES', /TERMINATED; did you mean SUCCESS\?$/],
    [
      '-E CHANGE_PRIORITY -J a -q -1',
      /^-q: queue priority: found "-1", allowed: a whole number from 0$/,
    ],
    [
      '-E KILLJOB -J a -K "9; ls"',
      /^-K: signals: found "9; ls", allowed: numbers such as 9 or 15,9$/,
    ],
    ['-E ALARM -A oops', /^-A: alarm: found "oops", allowed: a name such as JOBFAILURE$/],
    [
      '-E REPLY_RESPONSE -J a -r ""',
      /^-r: response: found "", allowed: one line without control characters$/,
    ],
    ['-E STARTJOB -J a -S prod', /^-S: AutoSys instance: found 4 characters/],
    ['-E STARTJOB -J a -P 1001', /^-P: expected a whole number from 1 to 1000, found "1001"$/],
    ['-E STARTJOB -J a -M 0', /^-M: expected a whole number from 1 to 1000000, found "0"$/],
    [
      '-E STARTJOB -J a -T "02/30/2026 10:00"',
      /^-T: expected a time such as "12\/31\/2026 23:59", found "02\/30\/2026 10:00"$/,
    ],
    ['-E STARTJOB -J a -T now', /^-T: expected a time such as/],
    ['-E STARTJOB -J a -x', /^-x: prints information and sends no event; remove it$/],
    ['-E STARTJOB -J a -zz', /^unknown option -zz, allowed: -E -S /],
    ['-E STARTJOB -J a stray', /^expected an option, found an argument that belongs to no option/],
  ] as const)('of %s', ([text, fault]) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(fault)]);
  });

  test('are all reported at once', () => {
    expect(
      faultsOf('-E CHANGE_STATUS -s DONE -P 0 -S prod -zz').map((line) => line.slice(0, 9)),
    ).toEqual(['unknown o', '-S: AutoS', '-P: expec', '-J: CHANG', '-s: statu']);
  });

  test('report that a group or application is not supported, neither alone nor with a job', () => {
    expect(faultsOf('-E STARTJOB -J a -B pay')).toEqual([
      '-J: cannot be combined with -B',
      '-B: events for a whole group or application are not supported, use -J',
    ]);
  });

  test('are lines of the message, each with the name of the command', () => {
    expect(() => parse('-E STARTJOB -P 0')).toThrow(
      'sendevent: -P: expected a whole number from 1 to 1000, found "0"\nsendevent: -J: STARTJOB needs a job',
    );
  });

  test('never repeat a password', () => {
    for (const text of ['-pw s3cret', '-pass s3cret', '-pw=s3cret', '-usr me s3cret', '-pw']) {
      expect(faultsOf(`-E STARTJOB ${text}`).join('\n')).not.toContain('s3cret');
    }
  });

  test.for(['-pwSecret', '-PWSecret', '-pwxSecret', '-samlSecret', '-usrSecret'])(
    'are reported for a login option with its value in the same word: %s',
    (argument) => {
      const faults = faultsOf(`-E STARTJOB -J a ${argument}`);

      expect(faults).toEqual([
        expect.stringMatching(/^-[a-z]+: expected its value as a separate argument$/),
      ]);
    },
  );
});

describe('printSendevent', () => {
  test('quotes what a shell would split', () => {
    const { event, ...sending } = parse(
      '-E SET_GLOBAL -G "X=a b" -C "it\'s \\$5" -S ACE -T "01/02/2026 03:04" -P 5 -M 2 -U',
    );

    expect(printSendevent(event, sending)).toBe(
      'sendevent -E SET_GLOBAL -S ACE -G "X=a b" -C "it\'s \\$5" -T "01/02/2026 03:04" -P 5 -M 2 -U',
    );
  });

  test('is read back as the same event, whatever the event', () => {
    holdsForAll(events, (event) => {
      const [command, ...argv] = splitCommandLine(printSendevent(event));
      expect(command).toBe('sendevent');
      expect(parseSendevent(argv)).toEqual({ event });
    });
  });
});
