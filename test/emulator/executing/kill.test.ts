import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { startEmulator } from '../../../emulator/index.ts';
import { changeStatus, jobEvent } from '../estate.ts';
import {
  createExecutedEstate,
  type ExecutedEstate,
  executed,
  isAlive,
  machine,
  waitUntil,
} from './executed.ts';

const a = parseJobName('a');

/**
 * A script of Node.js that writes what happens to it into `seen`: that it runs, each SIGINT, which
 * it ignores, and that its parent has changed, after which it ends.
 */
const watchScript = `
const { appendFileSync, writeFileSync } = require('node:fs');
const parent = process.ppid;
const see = (what) => appendFileSync('seen', what + '\\n');
process.on('SIGINT', () => see('SIGINT'));
process.on('SIGUSR2', () => see('SIGUSR2'));
setInterval(() => {
  if (process.ppid === parent) return;
  see('orphan');
  process.exit();
}, 10);
writeFileSync('pid', String(process.pid));
see('running');
`;

/** The shell stays the parent of Node.js, because a command follows, and survives SIGUSR2. */
const watch = `trap : USR2; ${process.execPath} -e "$WATCH"; exit $?`;
const environment = { WATCH: watchScript };

const pidOf = async (estate: ExecutedEstate): Promise<number> =>
  Number(await estate.fileHas('pid', /^\d+$/));

describe('KILLJOB', () => {
  test('reaches a grandchild in the process group, and ends it with the second signal', async () => {
    await using estate = createExecutedEstate(executed('a', watch), { environment });
    await estate.start('a');
    await estate.fileHas('seen', /running/);
    const pid = await pidOf(estate);

    await estate.send(jobEvent('KILLJOB', 'a'));
    expect(estate.status('a')).toBe('TERMINATED');
    await estate.fileHas('seen', /SIGINT/);
    await estate.pass(4.9);
    expect(isAlive(pid)).toBe(true);
    await estate.pass(0.1);
    await waitUntil('the grandchild has ended', () => !isAlive(pid));

    expect(estate.read('seen')).toMatch(/^running\nSIGINT\n/);
    expect(estate.status('a')).toBe('TERMINATED');
  });

  test.skipIf(!existsSync('/bin/dash'))(
    'to the shell alone does not reach a grandchild, whose parent changes when the shell is ended',
    async () => {
      await using estate = createExecutedEstate(executed('a', watch), {
        environment,
        killTarget: 'shell',
        shell: '/bin/dash',
      });
      await estate.start('a');
      await estate.fileHas('seen', /running/);

      await estate.send(jobEvent('KILLJOB', 'a'));
      await estate.pass(5);
      await estate.fileHas('seen', /orphan/);

      expect(estate.read('seen')).toBe('running\norphan\n');
      expect(estate.status('a')).toBe('TERMINATED');
    },
  );

  test('with terminate ends the shell alone at once, and sends no signal of the event', async () => {
    await using estate = createExecutedEstate(executed('a', watch), {
      environment,
      killSignals: 'terminate',
    });
    await estate.start('a');
    await estate.fileHas('seen', /running/);

    await estate.send({ kind: 'SEND_SIGNAL', job: a, signals: '2' });
    await estate.send({ kind: 'KILLJOB', job: a, signals: '10' });
    await estate.fileHas('seen', /orphan/);

    expect(estate.read('seen')).toBe('running\norphan\n');
    expect(estate.instance.events('a').map(({ text }) => text)).toContain(
      '2; this agent sends no signals',
    );
  });

  test('sends the signals of the event instead, one after the other', async () => {
    await using estate = createExecutedEstate(executed('a', watch), { environment });
    await estate.start('a');
    await estate.fileHas('seen', /running/);
    const pid = await pidOf(estate);

    await estate.send({ kind: 'KILLJOB', job: a, signals: 'USR2,2,9' });
    await estate.fileHas('seen', /USR2/);
    await estate.pass(5);
    await estate.fileHas('seen', /SIGINT/);
    expect(isAlive(pid)).toBe(true);
    await estate.pass(5);
    await waitUntil('the grandchild has ended', () => !isAlive(pid));

    expect(estate.read('seen')).toBe('running\nSIGUSR2\nSIGINT\n');
  });

  test('sends the configured signals instead of unknown ones, and says so', async () => {
    await using estate = createExecutedEstate(executed('a', 'sleep 300'), { killSignals: [9] });
    await estate.start('a');

    await estate.send({ kind: 'KILLJOB', job: a, signals: '9,77' });

    expect(estate.status('a')).toBe('TERMINATED');
    expect(estate.instance.events('a').find(({ name }) => name === 'KILLJOB')?.text).toBe(
      '9,77; signals: found "9,77", expected numbers from 1 to 64; the configured signals are sent',
    );
  });

  test('before the command was started executes nothing', async () => {
    await using estate = createExecutedEstate(executed('a', 'true'), {}, { eventDelayMs: 50 });
    estate.instance.queue(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.clock.advance(50);
    expect(estate.status('a')).toBe('STARTING');
    estate.instance.queue(jobEvent('KILLJOB', 'a'));

    await estate.pass(10);

    expect(estate.status('a')).toBe('TERMINATED');
    expect(estate.instance.outputs('a')).toEqual([]);
  });

  test('reports no end of a command that ended at the same time', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'trap "exit 0" INT; echo x > ready; while :; do sleep 0.01; done'),
    );
    await estate.start('a');
    await estate.fileHas('ready', /x/);

    await estate.send(jobEvent('KILLJOB', 'a'));
    // The output is closed when the processes have ended.
    await estate.instance.waitForProcesses();
    await estate.pass(10);

    expect(estate.status('a')).toBe('TERMINATED');
    const statuses = estate.changes.flatMap(({ status }) => status ?? []);
    expect(statuses).toEqual(['STARTING', 'RUNNING', 'TERMINATED']);
  });

  test('of a job whose shell has ended has no effect, also on what it left behind', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'sleep 300 & echo $! > pid.tmp; mv pid.tmp pid'),
    );
    await estate.start('a');
    await estate.reaches('a', 'SUCCESS');
    const pid = Number.parseInt(estate.read('pid'), 10);

    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.pass(10);

    expect(estate.status('a')).toBe('SUCCESS');
    expect(isAlive(pid)).toBe(true);
  });

  test('ends what a killed command left in its group, after its shell has ended', async () => {
    await using estate = createExecutedEstate(
      // A command in the background of a shell ignores SIGINT.
      executed('a', 'sleep 300 & echo $! > pid.tmp; mv pid.tmp pid; wait'),
    );
    await estate.start('a');
    const pid = Number.parseInt(await estate.fileHas('pid', /\d/), 10);

    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.pass(4.9);
    expect(isAlive(pid)).toBe(true);
    await estate.pass(0.1);
    await waitUntil('the process in the background has ended', () => !isAlive(pid));

    expect(estate.status('a')).toBe('TERMINATED');
  });

  test('of a second run does not stop the signals to the first one', async () => {
    await using estate = createExecutedEstate(
      executed(
        'a',
        'trap "" INT; echo $$ > pid$$.tmp; mv pid$$.tmp pid; while :; do sleep 1; done',
      ),
    );
    await estate.start('a');
    const first = await pidOfShell(estate);
    await estate.send(jobEvent('KILLJOB', 'a'));
    estate.write('pid', '');
    await estate.start('a');
    const second = await pidOfShell(estate);
    await estate.send(jobEvent('KILLJOB', 'a'));

    await estate.pass(4.5);
    await waitUntil('the first run has ended', () => !isAlive(first));
    expect(isAlive(second)).toBe(true);
    await estate.pass(0.5);
    await waitUntil('the second run has ended', () => !isAlive(second));

    expect(estate.job('a').run.run).toBe(2);
  });
});

async function pidOfShell(estate: ExecutedEstate): Promise<number> {
  return Number.parseInt(await estate.fileHas('pid', /\d+\n/), 10);
}

test('term_run_time ends the processes', async () => {
  await using estate = createExecutedEstate(
    executed('a', 'echo $$ > pid.tmp; mv pid.tmp pid; sleep 300', 'term_run_time: 1'),
  );
  await estate.start('a');
  const pid = await pidOfShell(estate);

  // A shell that waits for `mv` may ignore the first signal, so the second one is due as well.
  await estate.pass(65);
  await waitUntil('the command has ended', () => !isAlive(pid));

  expect(estate.status('a')).toBe('TERMINATED');
});

describe('SEND_SIGNAL', () => {
  test('reaches the processes of a running job, which goes on', async () => {
    await using estate = createExecutedEstate(executed('a', watch), { environment });
    await estate.start('a');
    await estate.fileHas('seen', /running/);

    await estate.send({ kind: 'SEND_SIGNAL', job: a, signals: '12,USR2' });
    await estate.fileHas('seen', /SIGUSR2\n/);
    await estate.pass(5);
    await estate.fileHas('seen', /SIGUSR2\nSIGUSR2\n/);

    expect(estate.status('a')).toBe('RUNNING');
  });

  test('that ends the shell ends the job as TERMINATED', async () => {
    await using estate = createExecutedEstate(executed('a', 'sleep 300'));
    await estate.start('a');

    await estate.send({ kind: 'SEND_SIGNAL', job: a, signals: '15' });
    await estate.reaches('a', 'TERMINATED');

    expect(estate.texts('a')).toContain('Aborted, Signal 15');
  });

  test('sends nothing if a signal is unknown, and says so', async () => {
    await using estate = createExecutedEstate(executed('a', 'sleep 300'));
    await estate.start('a');

    await estate.send({ kind: 'SEND_SIGNAL', job: a, signals: '15,99' });

    expect(estate.status('a')).toBe('RUNNING');
    expect(estate.instance.events('a').at(-1)?.text).toBe(
      '15,99; signals: found "15,99", expected numbers from 1 to 64; nothing is sent',
    );
  });

  test('to a job without a process sends nothing, and says so', async () => {
    await using estate = createExecutedEstate(executed('a', 'sleep 300'), {}, { eventDelayMs: 50 });
    estate.instance.queue(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.clock.advance(50);
    estate.instance.queue({ kind: 'SEND_SIGNAL', job: a, signals: '15' });
    await estate.pass(10);

    expect(estate.status('a')).toBe('RUNNING');
    expect(estate.instance.events('a').map(({ text }) => text)).toContain(
      '15; a has no process yet; nothing is sent',
    );
  });
});

describe('a status that an operator changes', () => {
  test('leaves the process running, and its end is the end of the run', async () => {
    await using estate = createExecutedEstate(
      executed('a', 'until [ -e go ]; do sleep 0.01; done; exit 4'),
    );
    await estate.start('a');
    await estate.send(changeStatus('a', 'SUCCESS'));
    expect(estate.status('a')).toBe('SUCCESS');

    estate.write('go', '');
    await estate.reaches('a', 'FAILURE');

    expect(estate.job('a').exitCode).toBe(4);
  });

  test('allows a second run beside the first one, whose end is not reported', async () => {
    await using estate = createExecutedEstate(
      executed(
        'a',
        'until [ -e go$AUTOSERV-$(basename $AUTORUN) ]; do sleep 0.01; done; echo x >> ends',
      ),
    );
    await estate.start('a');
    await estate.send(changeStatus('a', 'INACTIVE'));
    await estate.start('a');
    expect(estate.job('a').run.run).toBe(2);

    expect(estate.status('a')).toBe('RUNNING');
    estate.write('goACE-1', '');
    await estate.reaches('a', 'SUCCESS');
    await estate.fileHas('ends', /x\nx\n/);

    expect(estate.job('a').run).toMatchObject({ run: 2, exitCode: 0 });
  });
});

describe('the end of the emulator', () => {
  test('ends every process that it started, and nothing more is reported', async () => {
    const jil = [
      executed('running', 'trap "" INT TERM HUP; echo shell $$ >> pids; while :; do sleep 1; done'),
      executed('left', 'sleep 300 & echo left $! >> pids'),
      executed('killed', 'trap "" INT; echo shell $$ >> pids; while :; do sleep 1; done'),
      executed('starting', 'echo $$ >> pids'),
    ];
    await using estate = createExecutedEstate(jil.join(''));
    for (const job of ['running', 'left', 'killed']) await estate.start(job);
    await estate.reaches('left', 'SUCCESS');
    const lines = (await estate.fileHas('pids', /(?:\w+ \d+\n){3}/)).trim().split('\n');
    const toPid = (line: string) => Number(line.split(' ')[1]);
    const shells = lines.filter((line) => line.startsWith('shell')).map(toPid);
    await estate.send(jobEvent('KILLJOB', 'killed'));
    await estate.send(jobEvent('FORCE_STARTJOB', 'starting'));
    const before = estate.changes.length;

    estate.instance.stop();
    await estate.instance.waitForProcesses();

    expect(lines.map(toPid).filter(isAlive)).toEqual([]);
    // No zombie of this process is left either.
    expect(shells).toHaveLength(2);
    for (const pid of shells) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await estate.pass(100);
    expect(estate.changes).toHaveLength(before);
    expect(estate.status('running')).toBe('RUNNING');
    expect(estate.read('pids').trim().split('\n')).toHaveLength(3);
  });

  test('is awaited by the disposal of the emulator', async () => {
    let pid = 0;
    {
      await using emulator = await startEmulator({
        jil: [
          { name: 'a.jil', text: executed('a', 'echo $$; trap "" INT; while :; do sleep 1; done') },
        ],
        eventDelayMs: 0,
        execute: { machines: [machine] },
      });
      emulator.instance.queue(jobEvent('FORCE_STARTJOB', 'a'));
      await waitUntil('the command has written its number', () => {
        pid = Number(emulator.instance.outputs('a').at(-1)?.stdout);
        return pid > 0;
      });
      expect(isAlive(pid)).toBe(true);
    }

    expect(isAlive(pid)).toBe(false);
  });
});
