import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance, parseJobName } from '../../../autosys/names.ts';
import type { Report } from '../../../emulator/engine/step.ts';
import { ExecutingAgent } from '../../../emulator/executing/executing-agent.ts';
import { ManualClock, parseExecuteOptions } from '../../../emulator/index.ts';
import { box, cmd, jobEvent, machineEvent, monday, setGlobal } from '../estate.ts';
import { createExecutedEstate, executed, machine } from './executed.ts';

describe('a job on an executing machine', () => {
  test('is RUNNING when its command was started, and ends with the exit code of the command', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'until [ -e go ]; do sleep 0.01; done; exit 7'),
    );

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    expect(estate.status('a')).toBe('STARTING');
    await estate.pass(0.1);
    expect(estate.status('a')).toBe('RUNNING');
    estate.write('go', '');
    await estate.reaches('a', 'FAILURE');

    expect(estate.job('a').exitCode).toBe(7);
    expect(estate.texts('a')).toEqual([`Executing at ${machine}`]);
  });

  test.for([
    { command: 'exit 0', status: 'SUCCESS', exitCode: 0 },
    { command: 'exit 3', status: 'FAILURE', exitCode: 3 },
    { command: 'exit 3', attribute: 'max_exit_success: 3', status: 'SUCCESS', exitCode: 3 },
    { command: 'exit 0', attribute: 'fail_codes: 0', status: 'FAILURE', exitCode: 0 },
    { command: 'no-such-command-here', status: 'FAILURE', exitCode: 127 },
    { command: "sh -c 'kill -9 $$'; exit $?", status: 'FAILURE', exitCode: 137 },
    { command: "sh -c 'kill -2 $$'; exit $?", status: 'FAILURE', exitCode: 130 },
  ])(
    'is $status with $exitCode after "$command" $attribute',
    async ({ command, attribute = 'description: x', status, exitCode }) => {
      await using estate = createExecutedEstate(executed('a', command, attribute));

      await estate.start('a');
      await estate.reaches('a', status);

      expect(estate.job('a').exitCode).toBe(exitCode);
    },
  );

  test('is TERMINATED and not retried if a signal ends its shell', async () => {
    await using estate = createExecutedEstate(executed('a', 'kill -15 $$', 'n_retrys: 3'));

    await estate.start('a');
    await estate.reaches('a', 'TERMINATED');

    expect(estate.job('a').exitCode).toBeUndefined();
    expect(estate.job('a').run.try).toBe(1);
    expect(estate.texts('a')).toContain('Aborted, Signal 15');
  });

  test('has the variables of its try, of the settings, and selected ones of the host', async () => {
    await using estate = createExecutedEstate(executed('a', '/usr/bin/env'), {
      hostEnvironment: {
        PATH: '/usr/bin:/bin',
        LANG: 'C',
        AUTOSYS_PASSWORD: 'secret',
        TZ: undefined,
      },
      environment: { AUTOSYS_BRIDGE_URL: 'https://localhost:1' },
    });

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    const lines = estate.output('a')?.stdout?.trimEnd().split('\n') ?? [];
    // The shell adds its working directory, and other shells more.
    const own = lines.filter((line) => !/^(?:PWD|OLDPWD|SHLVL|_)=/.test(line));
    expect(own.sort()).toEqual([
      'AUTORUN=1/1',
      'AUTOSERV=ACE',
      'AUTOSYS_BRIDGE_URL=https://localhost:1',
      'AUTO_JOB_NAME=a',
      'LANG=C',
      'PATH=/usr/bin:/bin',
    ]);
  });

  test('keeps its run number over its retries', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'echo $AUTORUN; exit 1', 'n_retrys: 1', 'std_out_file: out'),
    );

    await estate.start('a');
    await estate.reaches('a', 'RESTART');
    await estate.pass(1.1);
    await estate.reaches('a', 'FAILURE');

    expect(estate.read('out')).toBe('1/1\n1/2\n');
  });

  test('leads a process group of its own without a terminal', async () => {
    await using estate = createExecutedEstate(executed('a', 'echo $$; ps -o pgid=,sid= -p $$'));

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    const [pid, ...ids] = estate.output('a')?.stdout?.trim().split(/\s+/) ?? [];
    expect(ids).toEqual([pid, pid]);
  });

  test('has the global variables in its command and in the names of its files', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'echo $$DAY', 'std_out_file: $$(DAY).out', 'std_err_file: $${DAY}.err'),
    );
    await estate.send(setGlobal('DAY', 'Monday'));

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('Monday.out')).toBe('Monday\n');
  });

  test('has the exported variables of its profile', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'echo "$DATA $0"', 'profile: $AUTO_JOB_NAME.profile'),
    );
    estate.write('a.profile', 'DATA=/data\nexport DATA\n');

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.output('a')?.stdout).toBe('/data /bin/sh\n');
  });

  test('fails without running its command if its profile is missing', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'echo ran', 'profile: no.profile', 'std_out_file: out'),
    );

    await estate.start('a');
    await estate.reaches('a', 'FAILURE');

    expect(estate.read('out')).toBe('');
    expect(estate.output('a')?.stderr).toContain('no.profile');
  });

  test('is run by its own shell', async () => {
    await using estate = createExecutedEstate(executed('a', 'echo ran', 'shell: /bin/echo'));

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.output('a')?.stdout).toBe('-c echo ran\n');
  });

  test('names the attributes that are ignored in the event log', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'true', 'envvars: A=1', 'chk_files: /tmp 100'),
    );

    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.texts('a')).toEqual([
      `Executing at ${machine}; ignored here: chk_files, envvars`,
    ]);
  });

  test('may run again while a process of an earlier run lives', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'trap "" INT; echo $AUTORUN >> runs; read line < fifo; echo $AUTORUN >> ends'),
    );
    execFileSync('mkfifo', [`${estate.directory}/fifo`]);
    await estate.start('a');
    await estate.fileHas('runs', /1/);
    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.start('a');
    await estate.fileHas('runs', /2/);

    expect(estate.status('a')).toBe('RUNNING');
    await estate.pass(5);
    // Only the second run is left to read this.
    estate.write('fifo', 'x\n');
    await estate.reaches('a', 'SUCCESS');

    expect(estate.read('ends')).toBe('2/1\n');
  });
});

describe('a command that cannot be started', () => {
  test.for([
    {
      attribute: 'std_out_file: >none/$AUTO_JOB_NAME.out',
      says: /std_out_file: cannot open .*\/none\/a\.out: ENOENT/,
    },
    {
      attribute: 'std_err_file: none/err',
      says: /std_err_file: cannot open .*\/none\/err: ENOENT/,
    },
    { attribute: 'std_out_file: >', says: /std_out_file: found "", expected a path/ },
    {
      attribute: 'std_out_file: $NOTHING',
      says: /std_out_file: found "\$NOTHING", expected a path/,
    },
    { attribute: 'std_in_file: none', says: /std_in_file: cannot open .*\/none: ENOENT/ },
    { attribute: 'std_out_file: .', says: /std_out_file: .* is neither a file nor a device/ },
    {
      attribute: 'shell: /bin/no-such-shell',
      says: /cannot start \/bin\/no-such-shell in .*: ENOENT/,
    },
  ])(
    'fails the job with 20007, whatever its exit code rules: $attribute',
    async ({ attribute, says }) => {
      await using estate = createExecutedEstate(
        executed('a', 'touch ran', attribute, 'fail_codes: 1', 'max_exit_success: 30000'),
      );

      await estate.start('a');
      await estate.reaches('a', 'FAILURE');

      expect(estate.job('a').exitCode).toBe(20_007);
      expect(estate.texts('a')).toEqual([expect.stringMatching(says)]);
      expect(estate.changes.map(({ status }) => status)).not.toContain('RUNNING');
    },
  );

  test('does not wait for the other end of a FIFO', async () => {
    await using estate = createExecutedEstate(executed('a', 'true', 'std_out_file: fifo'));
    execFileSync('mkfifo', [`${estate.directory}/fifo`]);

    await estate.start('a');
    await estate.reaches('a', 'FAILURE');

    expect(estate.texts('a')[0]).toContain('neither a file nor a device');
  });

  test('fails the job if the working directory does not exist', async () => {
    await using estate = createExecutedEstate(executed('a', 'true'), {
      workingDirectory: '/no/such/directory',
    });

    await estate.start('a');
    await estate.reaches('a', 'FAILURE');

    expect(estate.texts('a')).toEqual(['cannot start /bin/sh in /no/such/directory: ENOENT']);
  });

  test('fails the job if it has no command, and is retried', async () => {
    await using estate = createExecutedEstate(
      `insert_job: a job_type: CMD\nmachine: ${machine}\nn_retrys: 1\n`,
    );

    await estate.start('a');
    expect(estate.status('a')).toBe('RESTART');
    await estate.pass(1.1);

    expect(estate.status('a')).toBe('FAILURE');
    expect(estate.job('a').run).toMatchObject({ try: 2, exitCode: 20_007 });
  });
});

describe('no command is executed', () => {
  test.for([
    { when: 'the machine is another one', jil: cmd('a', 'command: touch ran') },
    {
      when: 'the job is a file watcher',
      jil: `insert_job: a job_type: FW\nmachine: ${machine}\ncommand: touch ran\nwatch_file: x\n`,
    },
    {
      when: 'the job has a type of its own',
      jil: `insert_job: a job_type: MINE\nmachine: ${machine}\ncommand: touch ran\n`,
    },
    {
      when: 'the job is ON_NOEXEC',
      jil: executed('a', 'touch ran', 'status: ON_NOEXEC'),
    },
  ])('if $when; the run is simulated', async ({ jil }) => {
    await using estate = createExecutedEstate(jil);

    await estate.start('a');
    await estate.pass(1);

    expect(estate.status('a')).toBe('SUCCESS');
    expect(estate.instance.outputs('a')).toEqual([]);
    expect(estate.read('ran')).toBe('');
  });

  test('while the machine is offline', async () => {
    await using estate = createExecutedEstate(executed('a', 'echo ran'));
    await estate.send(machineEvent('MACH_OFFLINE', machine));
    await estate.start('a');
    expect(estate.status('a')).toBe('PEND_MACH');
    expect(estate.instance.outputs('a')).toEqual([]);

    await estate.send(machineEvent('MACH_ONLINE', machine));
    await estate.pass(0.1);
    await estate.reaches('a', 'SUCCESS');

    expect(estate.output('a')?.stdout).toBe('ran\n');
  });
});

test('a try that is killed after its command has ended, but before the end was seen, has no end', async () => {
  const clock = new ManualClock(monday);
  const reports: Report[] = [];
  using agent = new ExecutingAgent({
    clock,
    autosysInstance: parseAutosysInstance('ACE'),
    settings: parseExecuteOptions({ machines: [machine] }),
    report: (_, report) => {
      reports.push(report);
      // Nothing else happens in this process until the command has ended.
      execFileSync('sleep', ['0.1']);
      agent.kill(of);
    },
  });
  const of = { job: parseJobName('a'), run: 1, try: 1 };

  agent.begin(of, { command: 'exit 3', ignored: [] });
  await clock.advance(100);
  await agent.waitForProcesses();
  await clock.advance(10_000);

  expect(reports).toEqual([{ kind: 'running' }]);
});

test('a member of a box is executed, and completes the box', async () => {
  const jil = [
    box('night'),
    executed('a', 'exit 0', 'box_name: night'),
    executed('b', 'echo $AUTORUN', 'box_name: night', 'condition: s(a)'),
  ];
  await using estate = createExecutedEstate(jil.join(''));

  await estate.start('night');
  await estate.reaches('a', 'SUCCESS');
  await estate.pass(0.1);
  await estate.reaches('night', 'SUCCESS');

  expect(estate.output('b')?.stdout).toBe('1/1\n');
});
