import { describe, expect, test } from 'vitest';
import { parseAutorep } from '../../autosys/autorep/index.ts';
import { AutorepUsageError } from '../../autosys/usage.ts';
import { autorepFlags } from '../../cli/autorep/flags.ts';
import {
  type EmulatorOptions,
  ManualClock,
  makeAuthority,
  respond,
  startEmulator,
} from '../../emulator/index.ts';
import { type CliResult, environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();

const night = {
  name: 'night.jil',
  text: `
insert_machine: m1
insert_job: PAY_BOX  job_type: BOX
owner: autosys@m1
insert_job: PAY_PREP  job_type: CMD
box_name: PAY_BOX
machine: m1
command: sleep 60
insert_job: PAY_INNER  job_type: BOX
box_name: PAY_BOX
insert_job: PAY_LOAD  job_type: CMD
box_name: PAY_INNER
machine: m1
command: exit 3
description: "loads: all"
condition: s(PAY_PREP) & v(GO) = "1"
insert_job: LONE#1  job_type: CMD
machine: m1
command: sleep 60
`,
};

/** Wire profiles with and without command/run. */
const withCommands = ['standard', 'command-run'] as const;
const withoutCommands = ['standard'] as const;

async function startNight(options: EmulatorOptions = {}) {
  const clock = new ManualClock(new Date('2026-01-05T02:00:00Z'));
  const timezone = 'Europe/Zurich';
  const emulator = await startEmulator({ authority, clock, timezone, jil: [night], ...options });
  const autorep = (...argv: readonly string[]): Promise<CliResult> =>
    runCli(['autorep', ...argv, '--timezone', timezone], environmentFor(emulator));
  return { emulator, clock, autorep, [Symbol.asyncDispose]: () => emulator.stop() };
}

/** The box is half done, one job has failed, one job never ran. */
async function startHalfWay(options: EmulatorOptions) {
  const night = await startNight(options);
  const { emulator, clock } = night;
  const environment = environmentFor(emulator);
  for (const argv of [
    ['-E', 'SET_GLOBAL', '-G', 'GO=0'],
    ['-E', 'FORCE_STARTJOB', '-J', 'PAY_BOX'],
    ['-E', 'FORCE_STARTJOB', '-J', 'PAY_LOAD'],
  ]) {
    await runCli(['sendevent', ...argv], environment);
    await clock.advance(10_000);
  }
  return night;
}

describe('a report that AutoSys creates', () => {
  test('is printed unchanged', async () => {
    await using autosys = await startHalfWay({ profiles: withCommands });

    const { code, stdout, stderr } = await autosys.autorep('-J', '%', '-n');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '',
      'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
      '_____________________ ____________________ ____________________ _____ ________ _______',
      expect.stringMatching(/^PAY_BOX {15}01\/05\/2026 03:00:1\d {2}----- {16}RU {4}1\/1$/),
      expect.stringMatching(/^ PAY_PREP .* RU /),
      expect.stringMatching(/^ PAY_INNER .* /),
      expect.stringMatching(/^ {2}PAY_LOAD .* FA .* 3$/),
      expect.stringMatching(/^LONE#1 .* IN {4}0\/0$/),
      '',
    ]);
  });

  test('is printed as data with --json', async () => {
    await using autosys = await startHalfWay({ profiles: withCommands });

    const { code, stdout } = await autosys.autorep('-J', 'PAY_LOAD', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      madeBy: 'AutoSys',
      jobs: [{ name: 'PAY_LOAD', status: 'FA', exitCode: 3 }],
      stdOut: expect.any(Array),
    });
  });

  test.for([
    { argv: ['-G', 'GO'], stdout: '0\n' },
    { argv: ['-J', 'NOPE%'], stdout: expect.stringMatching(/^\nJob Name/) },
  ])('ends with 0 for $argv', async ({ argv, stdout }) => {
    await using autosys = await startHalfWay({ profiles: withCommands });

    expect(await autosys.autorep(...argv)).toMatchObject({ code: 0, stdout, stderr: '' });
  });

  test.for([
    { argv: ['-J', 'NOPE'], says: 'CAUAJM_E_50027 Invalid Job Name: NOPE\n' },
    { argv: ['-G', 'NOPE'], says: 'Invalid Global Variable Name: NOPE\n' },
    { argv: ['-J', 'PAY_BOX', '-r', '-7'], says: 'CAUAJM_E_10323 ' },
  ])('ends with 1 and the message of AutoSys for $argv', async ({ argv, says }) => {
    await using autosys = await startNight({ profiles: withCommands });

    const { code, stdout, stderr } = await autosys.autorep(...argv);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('is requested without the login options', async () => {
    await using autosys = await startNight({ profiles: withCommands });

    const { code, stdout, stderr } = await autosys.autorep('-J', 'LONE#1', '-pw', 'hunter2');

    expect(code).toBe(0);
    expect(stdout).toContain('LONE#1');
    expect(stderr).toMatch(/^-pw ignored: /);
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

describe('a report that the command creates, because AutoSys cannot run commands', () => {
  test.for([
    { argv: ['-J', '%'] },
    { argv: ['-J', 'ALL'] },
    { argv: ['-J', 'PAY_BOX'] },
    { argv: ['-J', 'PAY_BOX', '-L', '1'] },
    { argv: ['-J', 'PAY_BOX', '-L', '0', '-r', '0'] },
    { argv: ['-J', 'PAY_%D'] },
    { argv: ['-J', '*_I*'] },
    { argv: ['-J', 'LONE#1', '-n'] },
    { argv: ['-J', 'NOPE%'] },
    { argv: ['-J', 'ALL', '-q'] },
    { argv: ['-J', 'PAY_INNER', '-q'] },
    { argv: ['-J', 'PAY_LOAD', '-q', '-w'] },
  ])('equals the report of AutoSys for $argv', async ({ argv }) => {
    await using there = await startHalfWay({ profiles: withCommands });
    await using here = await startHalfWay({ profiles: withoutCommands });

    const made = await here.autorep(...argv);

    const { stdout } = await there.autorep(...argv);
    expect(made).toMatchObject({ code: 0, stdout });
  });

  test('has a note about the missing NOEXEC mark, and none for JIL', async () => {
    await using autosys = await startHalfWay({ profiles: withoutCommands });

    const summary = await autosys.autorep('-J', 'LONE#1');
    const definition = await autosys.autorep('-J', 'LONE#1', '-q');

    expect(summary.stderr).toContain('the mark /NE (NOEXEC) is not available');
    expect(definition.stderr).toBe('');
  });

  test.for([
    { argv: ['-J', 'PAY_BOX', '-d'], missing: '-d' },
    { argv: ['-J', 'PAY_BOX', '-t'], missing: '-t' },
    { argv: ['-J', 'PAY_BOX', '-o', '1'], missing: '-o' },
    { argv: ['-J', 'PAY_LOAD', '-r', '-1'], missing: '-R -1' },
    { argv: ['-G', 'ALL'], missing: 'global variables' },
    { argv: ['-G', 'GO'], missing: 'global variable GO' },
    { argv: ['-M', 'm1'], missing: 'machine' },
  ])('ends with 3 and names $missing, which is not available', async ({ argv, missing }) => {
    await using autosys = await startHalfWay({ profiles: withoutCommands });

    const { code, stdout, stderr } = await autosys.autorep(...argv);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(missing);
  });

  test('ends with 1 for an unknown job', async () => {
    await using autosys = await startNight({ profiles: withoutCommands });

    const { code, stderr } = await autosys.autorep('-J', 'NOPE');

    expect(code).toBe(1);
    expect(stderr).toMatch(/^CAUAJM_E_50027 Invalid Job Name: NOPE\n/);
  });

  test('names jobs without a run in the reply, and ends with 3', async () => {
    const silent = { fault: respond(404), path: 'job-run-info', times: 'always' } as const;
    await using autosys = await startNight({ profiles: withoutCommands, faults: [silent] });

    const { code, stdout, stderr } = await autosys.autorep('-J', 'LONE#1');

    expect(code).toBe(3);
    expect(stdout).toMatch(/^LONE#1 .* IN {4}0\/0$/m);
    expect(stderr).toContain('AEWS returned no run of LONE#1');
  });
});

describe('an AutoSys that rejects the login', () => {
  test('does not cause a report by the command itself', async () => {
    await using autosys = await startNight({ profiles: withCommands });
    const environment = environmentFor(autosys.emulator, {
      env: { AUTOSYS_PASSWORD: 'wrong-horse' },
    });

    const { code, stdout, stderr } = await runCli(['autorep', '-J', '%'], environment);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('AutoSys rejected the login (401)');
    expect(stderr).toContain('--password-file');
    expect(stderr).not.toContain('wrong-horse');
    expect(autosys.emulator.requests()).toHaveLength(1);
  });
});

test('--help lists exactly the flags that the parser knows', () => {
  const message = catchUsage(() => parseAutorep(['--nonsense']));
  const allowed = /unknown option \S+ allowed: ([^;\n]+)/.exec(message)?.[1]?.split(' ');

  expect(Object.keys(autorepFlags).toSorted()).toEqual(allowed?.toSorted());
});

function catchUsage(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AutorepUsageError) return error.message;
    throw error;
  }
  return '';
}
