import { describe, expect, test } from 'vitest';
import { parseSendevent, SendeventUsageError } from '../../autosys/sendevent.ts';
import { sendeventFlags } from '../../cli/sendevent/flags.ts';
import {
  acceptAndLose,
  type EmulatorOptions,
  makeAuthority,
  resetAfterAccept,
  respond,
  respondEmpty,
  respondWithPage,
  startEmulator,
} from '../../emulator/index.ts';
import { freePort } from '../support/servers.ts';
import { type CliResult, environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();
const dayMs = 86_400_000;

const night = {
  name: 'night.jil',
  text: `insert_job: ETL  job_type: CMD
machine: m1
command: sleep 60
`,
};

/** An embedded AutoSys without event delay, and sendevent for it. */
async function startNight(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ authority, jil: [night], eventDelayMs: 0, ...options });
  const sendevent = (...argv: readonly string[]): Promise<CliResult> =>
    runCli(['sendevent', ...argv], environmentFor(emulator));
  return { emulator, sendevent, [Symbol.asyncDispose]: () => emulator.stop() };
}

const quiet = { code: 0, stdout: '', stderr: '' };

describe('an event that AutoSys accepts', () => {
  test('is sent without output', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent('-E', 'SET_GLOBAL', '-G', 'AWS_X=SUCCEEDED');

    expect(ran).toMatchObject(quiet);
    expect(autosys.emulator.requests()).toMatchObject([
      { method: 'POST', path: '/AEWS/event/set-global', status: 201 },
    ]);
    expect(autosys.emulator.unsupported()).toBe(0);
  });

  test('is printed as data with --json', async () => {
    await using autosys = await startNight();

    const { code, stdout } = await autosys.sendevent('-e', 'job_on_hold', '-j', 'ETL', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      sendevent: 'sendevent -E JOB_ON_HOLD -J ETL',
      accepted: {
        endpoint: new URL(autosys.emulator.url).host,
        httpStatus: 201,
        acceptedAt: expect.any(String),
      },
    });
  });

  test('may have values attached to their flags', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent('-ECOMMENT', '-JETL', '-Chere');

    expect(ran).toMatchObject(quiet);
    expect(autosys.emulator.instance.events('ETL')).toMatchObject([{ text: 'here' }]);
  });

  test('may have a comment that looks like an option', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent('-E', 'COMMENT', '-J', 'ETL', '-C', '--confirm');

    expect(ran).toMatchObject(quiet);
    expect(autosys.emulator.instance.events('ETL')).toMatchObject([{ text: '--confirm' }]);
  });

  test('may have -S and login options; the names of ignored options are printed, not their values', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent(
      '-S',
      'ACE',
      '-usr',
      'me',
      '-pw',
      'hunter2',
      '-E',
      'STARTJOB',
      '-J',
      'ETL',
    );

    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).toMatch(/^-usr -pw ignored: /);
    expect(ran.stderr).not.toContain('hunter2');
  });

  test('fails if its command line reaches another AutoSys than -S names', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent(
      ...['-E', 'STARTJOB', '-J', 'ETL', '-S', 'PRD', '--profile', 'command-run'],
    );

    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('this is the instance ACE, not PRD');
    expect(autosys.emulator.instance.events('ETL')).toEqual([]);
  });

  test('has a note if the profile does not support -S', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent('-E', 'STARTJOB', '-J', 'ETL', '-S', 'PRD');

    expect(ran).toMatchObject({
      code: 0,
      stdout: '',
      stderr:
        '-S PRD has no effect: the wire profile standard does not support it, and the URL selects the AutoSys instance\n',
    });
  });
});

describe('--confirm', () => {
  test.for([
    { argv: ['-E', 'SET_GLOBAL', '-G', 'X=1'], shown: 'SET_GLOBAL X=1' },
    { argv: ['-E', 'FORCE_STARTJOB', '-J', 'ETL'], shown: 'FORCE_STARTJOB ETL' },
    {
      argv: ['-E', 'CHANGE_STATUS', '-J', 'ETL', '-s', 'SUCCESS'],
      shown: 'CHANGE_STATUS ETL SUCCESS',
    },
    { argv: ['-E', 'JOB_ON_ICE', '-J', 'ETL'], shown: 'JOB_ON_ICE ETL' },
    {
      argv: ['-E', 'SET_GLOBAL', '-G', 'X=1', '--profile', 'command-run'],
      shown: 'SET_GLOBAL X=1',
    },
  ])('prints that AutoSys shows $shown', async ({ argv, shown }) => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent(...argv, '--confirm');

    expect(ran).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `confirmed: AutoSys shows ${shown}\n`,
    });
  });

  test('reads its seconds from the next argument, and prints data with --json', async () => {
    await using autosys = await startNight();

    const { code, stdout } = await autosys.sendevent(
      '--confirm',
      '5',
      '-E',
      'SET_GLOBAL',
      '-G',
      'X=1',
      '--json',
    );

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ confirmation: { kind: 'confirmed' } });
  });

  test('ends with 3 if AutoSys accepted the event and lost it', async () => {
    await using autosys = await startNight({
      faults: [{ fault: acceptAndLose, path: 'set-global' }],
    });

    const ran = await autosys.sendevent('-E', 'SET_GLOBAL', '-G', 'X=1', '--confirm=0');

    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toBe(
      'accepted, not confirmed: SET_GLOBAL X=1; AutoSys shows no such variable\n',
    );
  });

  test('ends with 3 if the effect cannot be read back', async () => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent('-E', 'COMMENT', '-J', 'ETL', '-C', 'hello', '--confirm');

    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('COMMENT leaves nothing on a job to read back');
  });
});

describe('an event that cannot be sent', () => {
  test.for([
    { argv: ['-E', 'SET_GLOBAL', '-G', `X=${'a'.repeat(101)}`], says: 'found 101 characters' },
    { argv: ['-E', 'SET_GLOBAL', '-G', 'X'], says: 'NAME=value without spaces' },
    { argv: ['-E', 'FORCE_STARTJOBS', '-J', 'x'], says: 'did you mean FORCE_STARTJOB?' },
    { argv: ['-E', 'STARTJOB'], says: '-J: STARTJOB needs a job, found no -J' },
    { argv: ['-E', 'STARTJOB', '-J', 'x', '-Z'], says: 'unknown option -Z' },
    { argv: ['-E', 'STARTJOB', '-J', 'x', '--confrim'], says: 'did you mean --confirm?' },
    {
      argv: ['-E', 'STARTJOB', '-J', 'ETL', '-T', '12/31/2026 23:59'],
      says: '-T: not supported by the wire profile standard',
    },
    {
      argv: ['-E', 'STARTJOB', '-J', 'ETL', '-P', '1'],
      says: '-P: not supported by the wire profile standard',
    },
    {
      argv: ['-E', 'STARTJOB', '-J', 'ETL', '-M', '3'],
      says: '-M: not supported by the wire profile standard',
    },
    {
      argv: ['-E', 'STARTJOB', '-J', 'ETL', '-U'],
      says: '-U: not supported by the wire profile standard',
    },
    { argv: ['-E', 'KILLJOB', '-B', 'PAY'], says: '-B: ' },
    { argv: ['-E', 'KILLJOB', '-I', 'PAY'], says: '-I: ' },
    {
      argv: ['-E', 'KILLJOB', '-J', 'ETL', '--profile', 'api-job-field'],
      says: 'the wire profile api-job-field has no request for it',
    },
    {
      argv: ['-E', 'KILLJOB', '-J', 'ETL', '--profile', 'standrad'],
      says: 'did you mean standard?',
    },
    {
      argv: ['-E', 'KILLJOB', '-J', 'ETL', '--url', 'http://autosys'],
      says: 'the login would be sent unencrypted',
    },
    {
      argv: ['-E', 'KILLJOB', '-B', 'X', '--profile', 'command-run', '--confirm'],
      says: '--confirm: not allowed with -B or -I',
    },
  ])('is rejected before anything is sent: $says', async ({ argv, says }) => {
    await using autosys = await startNight();

    const { code, stdout, stderr } = await autosys.sendevent(...argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(autosys.emulator.requests()).toEqual([]);
  });
});

describe('the profile command-run sends the whole command line', () => {
  test.for([
    { flags: ['-T', '12/31/2036 23:59', '-P', '1', '-M', '3'] },
    { flags: ['-S', 'ACE', '-C', 'two words'] },
  ])('with $flags', async ({ flags }) => {
    await using autosys = await startNight();

    const ran = await autosys.sendevent(
      '-E',
      'STARTJOB',
      '-J',
      'ETL',
      ...flags,
      '--profile',
      'command-run',
    );

    expect(ran).toMatchObject(quiet);
    expect(autosys.emulator.instance.events('ETL')[0]).toMatchObject({ name: 'STARTJOB' });
  });

  test('with -U, which cancels an event', async () => {
    await using autosys = await startNight();
    const late = ['-E', 'STARTJOB', '-J', 'ETL', '--profile', 'command-run'];
    await autosys.sendevent(...late, '-T', '12/31/2036 23:59');

    const ran = await autosys.sendevent(...late, '-U');

    expect(ran).toMatchObject(quiet);
    expect(autosys.emulator.instance.events('ETL')).toMatchObject([{ stage: 'US' }]);
  });

  test('and prints the output of AutoSys unchanged', async () => {
    await using autosys = await startNight();

    const group = await autosys.sendevent(
      '-E',
      'KILLJOB',
      '-B',
      'PAY',
      '-pw',
      'hunter2',
      '--profile',
      'command-run',
    );
    const unknown = await autosys.sendevent(
      '-E',
      'KILLJOB',
      '-J',
      'NOPE',
      '--profile',
      'command-run',
    );

    expect(group).toMatchObject({ code: 1, stdout: '' });
    expect(group.stderr).toContain('-B: ');
    expect(group.stderr).not.toContain('hunter2');
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'CAUAJM_E_50027 Invalid Job Name: NOPE\n',
    });
  });
});

describe('an AutoSys that rejects the event or does not answer', () => {
  test('ends with 1 and the message of AutoSys for an unknown job', async () => {
    await using autosys = await startNight();

    const { code, stdout, stderr } = await autosys.sendevent('-E', 'STARTJOB', '-J', 'NOPE');

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^CAUAJM_E_50027 Invalid Job Name: NOPE\nerror: AutoSys has no job NOPE/,
    );
  });

  test.for([
    {
      when: 'the permission is missing',
      options: { permissions: ['read'] },
      code: 1,
      says: '(403)',
    },
    {
      when: 'AutoSys is unavailable',
      options: { faults: [{ fault: respond(503) }] },
      code: 3,
      says: 'unavailable',
    },
    {
      when: 'the outcome is unknown',
      options: { faults: [{ fault: resetAfterAccept }] },
      code: 3,
      says: 'the outcome is unknown',
    },
    {
      when: 'the certificate has expired',
      options: {
        certificate: { validFrom: new Date('2024-01-01'), validTo: new Date('2024-03-01') },
      },
      code: 3,
      says: 'its certificate expired on 2024-03-01',
    },
    {
      when: 'the certificate has expired, with advice',
      options: {
        certificate: { validFrom: new Date('2024-01-01'), validTo: new Date('2024-03-01') },
      },
      code: 3,
      says: '\nask the AutoSys administrator: renew the certificate',
    },
    {
      when: 'AEWS is not deployed',
      options: { faults: [{ fault: respondWithPage(404) }] },
      code: 3,
      says: 'AEWS is unavailable, the web server or a proxy answered 404 with its own page',
    },
    {
      when: 'a 404 has no body',
      options: { faults: [{ fault: respondEmpty(404) }] },
      code: 3,
      says: 'the response is 404 without a body',
    },
    {
      when: 'the certificate is for another host',
      options: { certificate: { hosts: ['aews.example.test'] } },
      code: 3,
      says: 'its certificate is not for 127.0.0.1 but for DNS:aews.example.test',
    },
  ] as const)('ends with $code when $when', async ({ options, code, says }) => {
    await using autosys = await startNight(options as EmulatorOptions);

    const ran = await autosys.sendevent('-E', 'STARTJOB', '-J', 'ETL');

    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(says);
  });

  test('ends with 3 when the CA certificate has expired', async () => {
    const expired = await makeAuthority({
      validFrom: new Date(Date.now() - 20 * dayMs),
      validTo: new Date(Date.now() - 10 * dayMs),
    });
    await using autosys = await startNight({ authority: expired });

    const ran = await autosys.sendevent('-E', 'STARTJOB', '-J', 'ETL');

    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('certificate expired');
  });

  test('ends with 3 if no endpoint listens, and with 0 if the next one does', async () => {
    await using autosys = await startNight();
    const dead = `https://127.0.0.1:${await freePort()}`;
    const event = ['-E', 'STARTJOB', '-J', 'ETL'];

    const alone = await autosys.sendevent(...event, '--url', dead);
    const together = await autosys.sendevent(
      ...event,
      '--url',
      dead,
      '--url',
      autosys.emulator.url,
    );

    expect(alone.code).toBe(3);
    expect(alone.stderr).toContain('nothing listens on that port');
    expect(together).toMatchObject(quiet);
  });

  test('prints an error as JSON with its disposition', async () => {
    await using autosys = await startNight({ faults: [{ fault: resetAfterAccept }] });

    const { code, stdout, stderr } = await autosys.sendevent(
      '-E',
      'STARTJOB',
      '-J',
      'ETL',
      '--json',
    );

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'AUTOSYS_OUTCOME_UNKNOWN', disposition: 'confirm', exitCode: 3 },
    });
  });
});

test('--help lists exactly the flags that the parser knows', () => {
  const message = catchUsage(() => parseSendevent(['-Z']));
  const allowed = /unknown option -Z, allowed: ([^;\n]+)/.exec(message)?.[1]?.split(' ');

  expect(Object.keys(sendeventFlags).toSorted()).toEqual(allowed?.toSorted());
});

function catchUsage(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SendeventUsageError) return error.message;
    throw error;
  }
  return '';
}
