import { describe, expect, test } from 'vitest';
import {
  changeStatus,
  createEstate,
  type Estate,
  jobEvent,
  setGlobal,
} from '../../emulator/estate.ts';
import { printJilFor, toRouteFile } from './support.ts';

/** Time that a job takes to start a run. The bridge sets the mirror before it ends. */
const launchSeconds = 10;

const settlement = {
  stateMachine: 'settlement',
  endsWithin: '90m',
  exitCodes: { TIMED_OUT: 75, 'Rates.NoData': 4 },
};

async function createWay(
  mirror: object | undefined,
  { argv = [], runs = {} }: { readonly argv?: readonly string[]; readonly runs?: object } = {},
): Promise<Estate> {
  const target = { ...settlement, ...(mirror && { mirror }) };
  const jil = await printJilFor(toRouteFile({ targets: { settlement: target } }), argv);
  const launch = { NIGHT_SETTLEMENT_LAUNCH: { durationMs: launchSeconds * 1_000 } };
  return createEstate(jil, { runs: { ...launch, ...runs } });
}

const refusedLaunch = {
  runs: { NIGHT_SETTLEMENT_LAUNCH: { durationMs: launchSeconds * 1_000, exitCode: 69 } },
};

describe('the waiting job', () => {
  const job = 'NIGHT_SETTLEMENT';

  test.for([
    { exitCode: 0, success: [], status: 'SUCCESS' },
    { exitCode: 1, success: [], status: 'FAILURE' },
    { exitCode: 4, success: [], status: 'FAILURE' },
    { exitCode: 4, success: ['--success', 'settlement=4'], status: 'SUCCESS' },
    { exitCode: 1, success: ['--success', 'settlement=4'], status: 'FAILURE' },
    { exitCode: 75, success: ['--success', 'settlement=4'], status: 'FAILURE' },
    { exitCode: 69, success: ['--success', 'settlement=4'], status: 'FAILURE' },
    { exitCode: 124, success: [], status: 'FAILURE' },
    { exitCode: 255, success: [], status: 'FAILURE' },
    // Exit codes of Windows, which has more than 255.
    { exitCode: 3_221_225_477, success: [], status: 'FAILURE' },
    { exitCode: -1_073_741_819, success: [], status: 'FAILURE' },
  ])('is $status for exit code $exitCode with $success', async ({ exitCode, success, status }) => {
    const estate = await createWay(undefined, { argv: success, runs: { [job]: { exitCode } } });

    await estate.send(jobEvent('STARTJOB', job));
    await estate.pass(5);

    expect(estate.status(job)).toBe(status);
  });

  test('is terminated after its command would have stopped the run', async () => {
    const estate = await createWay(undefined, { runs: { [job]: { durationMs: 86_400_000 } } });
    await estate.send(jobEvent('STARTJOB', job));

    await estate.pass(149 * 60);
    expect(estate.status(job)).toBe('RUNNING');
    await estate.pass(2 * 60);

    expect(estate.status(job)).toBe('TERMINATED');
    expect(estate.job(job).job.command).toContain('--timeout 2h15m');
  });
});

describe('the jobs of a mirror variable', () => {
  const launch = 'NIGHT_SETTLEMENT_LAUNCH';
  const next = 'NIGHT_SETTLEMENT_NEXT';
  const failed = 'NIGHT_SETTLEMENT_FAILED';
  const variable = 'AWS_SETTLEMENT';

  /** One night, in the order of the bridge: RUNNING, then the start in AWS, then the end. */
  async function playNight(estate: Estate, status: string) {
    await estate.send(jobEvent('STARTJOB', launch));
    await estate.pass(launchSeconds / 2);
    await estate.send(setGlobal(variable, 'RUNNING'));
    await estate.pass(60);
    const early = [next, failed].map(estate.starts);
    await estate.send(setGlobal(variable, status));
    await estate.pass(60);
    return early;
  }

  test('start after the end of a run, and never on the value of yesterday', async () => {
    const estate = await createWay({ global: variable });

    const nights = [];
    for (const status of ['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'FAILED', 'SUCCEEDED']) {
      const early = await playNight(estate, status);
      nights.push({ status, early, starts: [next, failed].map(estate.starts) });
    }

    expect(nights).toEqual([
      { status: 'SUCCEEDED', early: [0, 0], starts: [1, 0] },
      { status: 'SUCCEEDED', early: [1, 0], starts: [2, 0] },
      { status: 'FAILED', early: [2, 0], starts: [2, 1] },
      { status: 'FAILED', early: [2, 1], starts: [2, 2] },
      { status: 'SUCCEEDED', early: [2, 2], starts: [3, 2] },
    ]);
  });

  test('would start on the value of yesterday if RUNNING were set after the launch', async () => {
    const estate = await createWay({ global: variable });
    await playNight(estate, 'SUCCEEDED');

    await estate.send(jobEvent('STARTJOB', launch));
    await estate.pass(launchSeconds + 1);

    expect(estate.starts(next)).toBe(2);
  });

  test.for(['FAILED', 'TIMED_OUT', 'ABORTED'])('show %s as a failure', async (status) => {
    const estate = await createWay({ global: variable });

    await playNight(estate, status);

    expect(estate.status(failed)).toBe('FAILURE');
    expect(estate.job(failed).job.command).toBe(
      'autosys-bridge whois NIGHT_SETTLEMENT_LAUNCH; exit 1',
    );
    expect(estate.starts(next)).toBe(0);
  });

  test.for(['INACTIVE', 'SUCCEEDED', 'FAILED'])(
    'do not start after a refused launch, whose variable has been %s since yesterday',
    async (yesterday) => {
      const estate = await createWay({ global: variable }, refusedLaunch);
      await estate.send(setGlobal(variable, yesterday));

      await estate.send(jobEvent('STARTJOB', launch));
      await estate.pass(60);

      expect(estate.status(launch)).toBe('FAILURE');
      expect([next, failed].map(estate.starts)).toEqual([0, 0]);
    },
  );

  test('do not start if the bridge sets FAILED because AWS refuses the start', async () => {
    const estate = await createWay({ global: variable }, refusedLaunch);

    await playNight(estate, 'FAILED');

    expect([next, failed].map(estate.starts)).toEqual([0, 0]);
  });
});

describe('the box with a mirror job', () => {
  const [box, launch] = ['NIGHT_SETTLEMENT_BOX', 'NIGHT_SETTLEMENT_LAUNCH'];
  const mirror = 'SETTLE_IN_AWS';
  const statuses = (estate: Estate) => [box, launch, mirror].map(estate.status);

  async function startNight(estate: Estate) {
    await estate.send(jobEvent('STARTJOB', box));
    await estate.pass(launchSeconds / 2);
    await estate.send(changeStatus(mirror, 'RUNNING'));
    await estate.pass(60);
  }

  test('has the status of the run, two nights in a row', async () => {
    const estate = await createWay({ job: mirror });

    for (const night of [1, 2]) {
      await estate.send(jobEvent('STARTJOB', box));
      await estate.pass(1);
      expect({ night, at: statuses(estate) }).toEqual({
        night,
        at: ['RUNNING', 'RUNNING', 'ACTIVATED'],
      });
      await estate.send(changeStatus(mirror, 'RUNNING'));
      await estate.pass(60);
      expect(statuses(estate)).toEqual(['RUNNING', 'SUCCESS', 'RUNNING']);
      await estate.send(changeStatus(mirror, 'SUCCESS'));
      expect(statuses(estate)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    }

    expect(estate.starts(mirror)).toBe(0);
  });

  test('ends before the launch job only with it, if the run is shorter', async () => {
    const estate = await createWay({ job: mirror });
    await estate.send(jobEvent('STARTJOB', box));
    await estate.pass(launchSeconds / 2);

    await estate.send(changeStatus(mirror, 'RUNNING'), changeStatus(mirror, 'SUCCESS'));
    expect(estate.status(box)).toBe('RUNNING');
    await estate.pass(launchSeconds);

    expect(statuses(estate)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });

  test('never starts the mirror, also if its status was not set', async () => {
    const estate = await createWay({ job: mirror });

    await estate.send(jobEvent('STARTJOB', box));
    await estate.pass(60);

    expect(statuses(estate)).toEqual(['RUNNING', 'SUCCESS', 'ACTIVATED']);
    expect(estate.starts(mirror)).toBe(0);
  });

  test.for(['FAILURE', 'TERMINATED'] as const)('fails if the mirror becomes %s', async (status) => {
    const estate = await createWay({ job: mirror });
    await startNight(estate);

    await estate.send(changeStatus(mirror, status));

    expect(statuses(estate)).toEqual(['FAILURE', 'SUCCESS', status]);
  });

  test('fails if the launch is refused before the mirror is set', async () => {
    const estate = await createWay({ job: mirror }, refusedLaunch);

    await estate.send(jobEvent('STARTJOB', box));
    await estate.pass(60);

    expect(statuses(estate)).toEqual(['FAILURE', 'FAILURE', 'INACTIVE']);
  });

  test('fails if AWS refuses the start and the bridge sets the mirror to FAILURE', async () => {
    const estate = await createWay({ job: mirror }, refusedLaunch);
    await estate.send(jobEvent('STARTJOB', box));
    await estate.pass(launchSeconds / 2);

    await estate.send(changeStatus(mirror, 'RUNNING'), changeStatus(mirror, 'FAILURE'));
    await estate.pass(60);

    expect(estate.status(box)).toBe('FAILURE');
  });

  test.for([
    { killed: box, at: ['TERMINATED', 'SUCCESS', 'TERMINATED'] },
    { killed: mirror, at: ['FAILURE', 'SUCCESS', 'TERMINATED'] },
  ])('shows the mirror as TERMINATED if $killed is killed', async ({ killed, at }) => {
    const estate = await createWay({ job: mirror });
    await startNight(estate);

    await estate.send(jobEvent('KILLJOB', killed));

    expect(statuses(estate)).toEqual(at);
  });

  test('is terminated with its mirror after term_run_time', async () => {
    const estate = await createWay({ job: mirror });
    await startNight(estate);

    await estate.pass(150 * 60);

    expect(statuses(estate)).toEqual(['TERMINATED', 'SUCCESS', 'TERMINATED']);
  });

  test('has a mirror that fails if an operator forces its start', async () => {
    const estate = await createWay({ job: mirror });

    await estate.send(jobEvent('FORCE_STARTJOB', mirror));
    await estate.pass(5);

    expect(estate.status(mirror)).toBe('FAILURE');
  });
});
