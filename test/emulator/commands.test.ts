import { describe, expect, test } from 'vitest';
import { post, run, startNight } from './aews.ts';

describe('autorep through command/run', () => {
  test('prints the summary of a box with its members, one level deeper', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E FORCE_STARTJOB -J PAY_BOX');
    await clock.advance(1_000);

    const printed = await run(emulator, 'autorep -n -J PAY_BOX');

    expect(printed).toEqual({
      stdOut: [
        '',
        'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
        '_____________________ ____________________ ____________________ _____ ________ _______',
        'PAY_BOX               01/05/2026 00:00:00  -----                RU    1/1',
        ' PAY_PREP             01/05/2026 00:00:00  -----                RU    1/1',
        ' PAY_LOAD             -----                -----                AC    0/0',
      ],
    });
  });

  test.for([
    ['autorep -sJALL', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD', 'a#b.c-1', 'WAITER']],
    ['autorep -J ALL', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD', 'a#b.c-1', 'WAITER']],
    ['autorep -J % -L 0', ['PAY_BOX', 'a#b.c-1', 'WAITER']],
    ['autorep -J PAY_BOX -L 0', ['PAY_BOX']],
    ['autorep -J PAY_%', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD']],
    ['autorep -J *_LOAD', ['PAY_LOAD']],
    ['autorep -J WAITE?', ['WAITER']],
    ['autorep -s -j WAITER', ['WAITER']],
    ['autorep -J "a#b.c-1" -n', ['a#b.c-1']],
    ['autorep -J NOTHING%', []],
  ] as const)('%s prints %j', async ([command, names]) => {
    await using night = await startNight();

    const { stdOut = [] } = await run(night.emulator, command);

    const rows = stdOut.slice(3);
    expect(rows.map((row) => row.replace(/ +-----.*/, ''))).toEqual(names);
  });

  test('prints the error of AutoSys for an unknown job, with 200', async () => {
    await using night = await startNight();

    const reply = await post(night.emulator, '/AEWS/command/run', { command: 'autorep -J nope' });

    expect(reply.status).toBe(200);
    expect(reply.text).toBe('{"stdErr":["CAUAJM_E_50027 Invalid Job Name: nope"]}');
  });

  test('prints definitions with -q, and long keywords with -w', async () => {
    await using night = await startNight();

    const printed = await run(night.emulator, 'autorep -q -w -J PAY_LOAD');

    expect(printed).toEqual({
      stdOut: [
        '/* ----------------- PAY_LOAD ----------------- */',
        '',
        'insert_job: PAY_LOAD   job_type: CMD ',
        'box_name: PAY_BOX',
        'machine: m1',
        'command: load.sh',
        'condition: success(PAY_PREP)',
      ],
    });
  });

  test.for([
    ['%', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD', 'PAY_PREP', 'PAY_LOAD', 'a#b.c-1', 'WAITER']],
    ['% -L 0', ['PAY_BOX', 'PAY_PREP', 'PAY_LOAD', 'a#b.c-1', 'WAITER']],
    ['*_LOAD', ['PAY_LOAD']],
    ['ALL', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD', 'a#b.c-1', 'WAITER']],
    ['PAY_BOX', ['PAY_BOX', ' PAY_PREP', ' PAY_LOAD']],
    ['NOTHING%', []],
  ] as const)('prints members below their box, and by themselves: -q -J %s', async ([of, jobs]) => {
    await using night = await startNight();

    const { stdOut = [] } = await run(night.emulator, `autorep -q -J ${of}`);

    const found = stdOut.flatMap(
      (line) => /^( *)insert_job: (\S+)/.exec(line)?.slice(1).join('') ?? [],
    );
    expect(found).toEqual(jobs);
  });

  test('prints the events of the run with -d', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E FORCE_STARTJOB -J WAITER');
    await clock.advance(120_000);
    await run(emulator, 'sendevent -E COMMENT -J WAITER -C "seen by me"');
    await clock.advance(1_000);

    const { stdOut = [] } = await run(emulator, 'autorep -d -J WAITER');

    expect(stdOut[3]).toMatch(/^WAITER .* SU {4}1\/1 {6}0$/);
    const history = stdOut.slice(7).map((line) => line.trim().split(/ {2,}/)[0]);
    expect(history).toEqual([
      '[FORCE_STARTJOB]',
      'STARTING',
      'RUNNING',
      expect.stringMatching(/^</),
      'SUCCESS',
      '[COMMENT]',
      '<seen by me>',
      '',
    ]);
  });

  test.for([
    { command: 'autorep -J WAITER -r 1', row: /^WAITER .* 1\/1/ },
    { command: 'autorep -J WAITER -R -1', row: /^WAITER .* 1\/1/ },
    { command: 'autorep -J WAITER -R 2 -d', row: /^WAITER .* 2\/1/ },
    { command: 'autorep -J WAITER -R 0', row: /^WAITER .* 2\/1/ },
  ])('prints an earlier run: $command', async ({ command, row }) => {
    await using night = await startNight();
    const { emulator, clock } = night;
    for (let start = 0; start < 2; start += 1) {
      await run(emulator, 'sendevent -E FORCE_STARTJOB -J WAITER');
      await clock.advance(120_000);
    }

    const { stdOut = [] } = await run(emulator, command);

    expect(stdOut[3]).toMatch(row);
  });

  test('refuses a run that is not known', async () => {
    await using night = await startNight();

    const printed = await run(night.emulator, 'autorep -J WAITER -r 7');

    expect(printed).toEqual({
      stdErr: ['CAUAJM_E_10323 Invalid run number: 7 for job WAITER'],
    });
  });

  test('prints the bare value of a global variable, and a table for a pattern', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E SET_GLOBAL -G "DAY=Wednesday evening"');
    await run(emulator, 'sendevent -E SET_GLOBAL -G A.B-c=x=y');
    await clock.advance(1_000);

    expect(await run(emulator, 'autorep -G DAY')).toEqual({ stdOut: ['Wednesday evening'] });
    expect(await run(emulator, 'autorep -G A.B-c')).toEqual({ stdOut: ['x=y'] });
    const { stdOut = [] } = await run(emulator, 'autorep -G ALL');
    expect(stdOut.map((line) => line.split(' ')[0])).toEqual([
      'Global',
      '_'.repeat(27),
      'A.B-c',
      'DAY',
    ]);
  });

  test.for([
    { globalColumns: 'growing', row: /^DAY {38}x{40} \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/ },
    { globalColumns: 'fixed', row: /^DAY {25}x{40} \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/ },
    { globalColumns: 'cut', row: /^DAY {25}x{27} \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/ },
  ] as const)('prints a long value in $globalColumns columns', async ({ globalColumns, row }) => {
    await using night = await startNight({ globalColumns });
    const { emulator, clock } = night;
    const name = 'N'.repeat(40);
    await run(emulator, `sendevent -E SET_GLOBAL -G DAY=${'x'.repeat(40)}`);
    await run(emulator, `sendevent -E SET_GLOBAL -G ${name}=1`);
    await clock.advance(1_000);

    const { stdOut = [] } = await run(emulator, 'autorep -G ALL');

    expect(stdOut[2]).toMatch(row);
    expect(stdOut[3]?.split(' ')[0]).toBe(globalColumns === 'cut' ? name.slice(0, 27) : name);
  });

  test('prints the machines', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E MACH_OFFLINE -N m1');
    await clock.advance(1_000);

    const { stdOut = [] } = await run(emulator, 'autorep -M ALL');

    expect(stdOut[0]).toMatch(/^Machine Name +Max Load +Current Load +Factor +O\/S +Status$/);
    expect(stdOut[2]).toMatch(/^m1 .* Offline$/);
  });

  test.for([
    ['autorep -G nope', 'Invalid Global Variable Name: nope'],
    ['autorep -M nope', 'Invalid Machine Name: nope'],
    ['autorep', 'expected one subject of'],
    ['autorep -J A -G B', 'found -J and -G'],
    ['autorep -J A --hurry', 'unknown option --hurry'],
  ] as const)('refuses %s in stdErr', async ([command, message]) => {
    await using night = await startNight();

    const { stdErr = [] } = await run(night.emulator, command);

    expect(stdErr.join('\n')).toContain(message);
  });

  test.for(['autorep -J WAITER -o 1', 'autorep -Q ALL', 'autorep -J ALL -p', 'autorep -J ALL -t'])(
    'answers %s with 501',
    async (command) => {
      await using night = await startNight();

      const reply = await post(night.emulator, '/AEWS/command/run', { command });

      expect(reply.status).toBe(501);
      expect(night.emulator.unsupported()).toBe(1);
    },
  );
});

describe('sendevent through command/run', () => {
  test('queues the event and prints nothing', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;

    const printed = await run(emulator, 'sendevent -E CHANGE_STATUS -s SUCCESS -J WAITER -S ACE');
    await clock.advance(1_000);

    expect(printed).toEqual({ stdOut: [] });
    expect(emulator.instance.job('WAITER')?.status).toBe('SUCCESS');
  });

  test('removes a variable that is set to DELETE', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E SET_GLOBAL -G GO=2');
    await clock.advance(1_000);

    await run(emulator, 'sendevent -E SET_GLOBAL -g GO=DELETE');
    await clock.advance(1_000);

    expect(emulator.instance.globalVariable('GO')).toBeUndefined();
  });

  test('keeps an event until its time in the timezone of the instance, and cancels it with -U', async () => {
    await using night = await startNight({ timezone: 'Europe/Zurich' });
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E SET_GLOBAL -G GO=2 -T "01/05/2026 01:30"');
    await run(emulator, 'sendevent -E FORCE_STARTJOB -J WAITER -T "01/05/2026 01:30"');

    await clock.advance(29 * 60_000);
    const before = emulator.instance.globalVariable('GO');
    await run(emulator, 'sendevent -E FORCE_STARTJOB -J WAITER -U');
    await clock.advance(2 * 60_000);

    expect(before).toBeUndefined();
    expect(emulator.instance.globalVariable('GO')?.value).toBe('2');
    expect(emulator.instance.job('WAITER')?.run.run).toBe(0);
  });

  test.for([
    ['sendevent -E FORCE_STARTJOB -J nope', 'CAUAJM_E_50027 Invalid Job Name: nope'],
    ['sendevent -E STARTJOB -J WAITER -S PRD', 'this is the instance ACE, not PRD'],
    ['sendevent -E START -J WAITER', '-E: expected an event, found "START"'],
    ['sendevent -E SET_GLOBAL -G "A B=1"', 'global variable name: found "A B"'],
    ['sendevent -E STARTJOB', '-J: STARTJOB needs a job'],
  ] as const)('refuses %s in stdErr', async ([command, message]) => {
    await using night = await startNight();

    const { stdErr = [] } = await run(night.emulator, command);

    expect(stdErr.join('\n')).toContain(message);
    expect(night.emulator.instance.events()).toEqual([]);
  });

  test('refuses what EEM does not permit, in stdErr', async () => {
    await using night = await startNight({ permissions: ['read', 'STARTJOB'] });

    const printed = await run(night.emulator, 'sendevent -E KILLJOB -J WAITER');

    expect(printed).toEqual({ stdErr: ['CAUAJM_W_71021 Sendevent Job Execute Access Denied!'] });
  });

  test('answers an unsupported event with 501', async () => {
    await using night = await startNight();

    const command = 'sendevent -E SUSPENDJOB -J WAITER';
    const reply = await post(night.emulator, '/AEWS/command/run', { command });

    expect(reply.status).toBe(501);
    expect(reply.text).toContain('SUSPENDJOB');
  });
});

describe('autostatus through command/run', () => {
  test.for([
    ['autostatus -J WAITER', { stdOut: ['INACTIVE/ON_NOEXEC'] }],
    ['autostatus -J PAY_BOX -S ACE', { stdOut: ['INACTIVE'] }],
    ['autostatus -G GO', { stdOut: ['2'] }],
    ['autostatus -J nope', { stdErr: ['CAUAJM_E_50027 Invalid Job Name: nope'] }],
    ['autostatus -G nope', { stdErr: ['Invalid Global Variable Name: nope'] }],
    ['autostatus -J PAY_BOX -S PRD', { stdErr: [expect.stringContaining('not PRD')] }],
    ['autostatus', { stdErr: [expect.stringContaining('expected {-J job | -G variable}')] }],
    ['autostatus -z', { stdErr: [expect.stringContaining('expected {-J job | -G variable}')] }],
  ] as const)('%s prints %j', async ([command, printed]) => {
    await using night = await startNight();
    const { emulator, clock } = night;
    await run(emulator, 'sendevent -E JOB_ON_NOEXEC -J WAITER');
    await run(emulator, 'sendevent -E SET_GLOBAL -G GO=2');
    await clock.advance(1_000);

    expect(await run(emulator, command)).toEqual(printed);
  });
});

describe('command/run', () => {
  test.for([
    { command: 'rm -rf /', status: 501, message: 'the command "rm": supported commands: autorep' },
    { command: '', status: 501, message: 'the command ""' },
    {
      command: 'autorep -J "WAITER',
      status: 400,
      message: 'command: command line: expected a closing',
    },
    { command: 7, status: 501, message: 'the command "7"' },
    { command: undefined, status: 400, message: 'command: missing' },
  ])('refuses $command with $status', async ({ command, status, message }) => {
    await using night = await startNight();

    const reply = await post(night.emulator, '/AEWS/command/run', { command });

    expect(reply.status).toBe(status);
    expect(reply.text).toContain(message);
  });

  test('refuses reports with 403 to a user without the permission to read', async () => {
    await using night = await startNight({ permissions: ['SET_GLOBAL'] });
    const { emulator } = night;

    const read = await post(emulator, '/AEWS/command/run', { command: 'autorep -J ALL' });
    const sent = await run(emulator, 'sendevent -E SET_GLOBAL -G GO=1');

    expect(read.status).toBe(403);
    expect(sent).toEqual({ stdOut: [] });
  });
});
