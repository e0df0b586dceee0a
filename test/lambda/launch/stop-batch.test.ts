import { SubmitJobCommand } from '@aws-sdk/client-batch';
import { describe, expect, test } from 'vitest';
import { intend } from '../../../lambda/launch/intend.ts';
import { settleLaunch } from '../../../lambda/launch/launch.ts';
import { createLaunches } from '../../../lambda/launch/launches.ts';
import { toRunName } from '../../../lambda/launch/run-name.ts';
import { aBatchJobTarget } from '../../support/launch-targets.ts';
import { rest, startStopRig } from './stop-aws.ts';

const identity = { kind: 'jobTry', instance: 'ACE', job: 'NIGHT_RISK', run: 7, try: 1 } as const;
const name = toRunName({ identity, start: 1 }, 128);
const target = aBatchJobTarget({ jobQueue: 'risk', jobDefinition: 'risk' });
const dayMs = 86_400_000;

/** A started launch of a Batch job, which runs in the embedded AWS. */
async function startBatchLaunch(
  job: { readonly size?: number; readonly terminateMs?: number } = {},
) {
  const { size, terminateMs = 0 } = job;
  const aws = await startStopRig([rest], {}, [target]);
  aws.workloads.define({
    jobDefinition: 'risk',
    runs: { attempts: [{ runningFor: dayMs }], onTerminate: { afterMs: terminateMs } },
  });
  const { jobId = '' } = await aws.batch.send(
    new SubmitJobCommand({
      ...{ jobName: name, jobQueue: 'risk', jobDefinition: 'risk' },
      ...{ tags: { 'autosys-bridge': 'launched' } },
      ...(size !== undefined && { arrayProperties: { size } }),
    }),
  );
  const nowMs = aws.nowMs();
  const facts = {
    caller: 'agents',
    launchId: 'one',
    inputDigest: 'x',
    again: false,
    wait: false,
  } as const;
  const request = { identity, target: target.name, workload: 'batchJob', ...facts } as const;
  const intended = intend(request, { name, start: 1, nowMs });
  const now = () => new Date(aws.nowMs());
  const started = { kind: 'started', id: jobId, beganMs: nowMs } as const;
  const launches = createLaunches({ table: aws.table, now });
  await launches.write(settleLaunch(intended, started, nowMs), undefined);
  await aws.clock.advance(1_000);
  return { ...aws, jobId };
}

describe('a stop of a Batch job', () => {
  test('terminates it with who and why, and proves its end', async () => {
    await using aws = await startBatchLaunch();

    const { status, body } = await aws.stop(name, { reason: 'SIGTERM received', cause: 'kill' });

    expect(status).toBe(202);
    expect(body.stop?.remaining).toEqual([
      `Batch job ${aws.jobId}: stopped, its end is not known yet`,
    ]);
    expect(await aws.sweepFor(1)).toEqual(['stopProven']);
    expect(aws.active()).toEqual([]);
    expect((await aws.status(name)).body.stop?.text).toContain('the run ended as FAILED');
    const { body: described } = await aws.call('/v1/describejobs', { jobs: [aws.jobId] });
    expect(JSON.stringify(described)).toContain('stopped for agents (kill): SIGTERM received');
  });

  test('ends the children of an array', async () => {
    await using aws = await startBatchLaunch({ size: 4 });
    expect(aws.active()).toHaveLength(5);
    await aws.stop(name);

    expect(await aws.sweepFor(2)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
    expect(aws.workloads.calls['ListJobs']).toBeGreaterThanOrEqual(5);
  });

  test('waits for containers that ignore the signal until Batch kills them', async () => {
    await using aws = await startBatchLaunch({ size: 2, terminateMs: 600_000 });
    await aws.stop(name);
    await aws.clock.advance(10_000);
    expect(await aws.check()).toEqual([]);
    expect(aws.active()).toHaveLength(3);

    expect(await aws.sweepFor(2)).toEqual(['stopProven']);

    expect(aws.active()).toEqual([]);
  });

  test.each([{ kind: 'loseAnswer' }, { kind: 'loseRequest' }] as const)(
    'is made up for after $kind',
    async (fault) => {
      await using aws = await startBatchLaunch({ size: 2 });
      aws.workloads.injectFault('TerminateJob', fault);
      aws.workloads.injectFault('ListJobs', fault, 2);
      await aws.stop(name);

      expect(await aws.sweepFor(4)).toEqual(['stopProven']);

      expect(aws.active()).toEqual([]);
    },
  );

  test('needs only the permission for jobs with the tag of the bridge', async () => {
    await using aws = await startBatchLaunch();
    aws.workloads.configure({
      authorize: (action, _, tags) =>
        action !== 'batch:TerminateJob' || tags['autosys-bridge'] === 'launched',
    });
    await aws.stop(name);

    expect(await aws.sweepFor(1)).toEqual(['stopProven']);
  });

  test('that AWS no longer knows ends after five minutes', async () => {
    await using aws = await startBatchLaunch();
    await aws.stop(name);
    aws.workloads.forget(aws.jobId);

    expect(await aws.sweepFor(1)).toEqual([]);
    expect((await aws.status(name)).body.stop?.remaining).toEqual([
      `Batch job ${aws.jobId}: AWS does not show it yet`,
    ]);
    expect(await aws.sweepFor(5)).toEqual(['stopProven']);
  });
});
