import { expect, test } from 'vitest';
import { aBatchRig } from './batch-rig.ts';

const first = 'NIGHT_EOD-r1620t1-ACE';
const again = `${first}-a2`;
const params = { date: '2026-11-30' };

/** An array job of three children, one of which has failed. */
async function startFailedArray() {
  const rig = await aBatchRig({
    target: { arraySize: 3 },
    definition: { runs: { attempts: [{ exitCode: 7 }] } },
  });
  await rig.start();
  await rig.aws.clock.advance(60_000);
  await rig.report();
  return rig;
}

test('the plan says that an array restarts whole', async () => {
  await using rig = await startFailedArray();

  const { status, body } = await rig.restart(first, { params }, { query: { plan: '1' } });

  expect(status).toBe(200);
  expect(body).toMatchObject({ how: 'again', next: again });
  expect(body.twice).toEqual([
    expect.stringMatching(/^array job \S+: all 3 children, also those that have succeeded/),
  ]);
  expect(body.text).toContain(
    `again: a new run starts from the beginning as ${again}; it is not continued: AWS Batch cannot continue a job; a restart runs it as a whole`,
  );
  expect(rig.jobs()).toHaveLength(1);
});

test('a restart submits the array once more under the next name', async () => {
  await using rig = await startFailedArray();

  const restarted = await rig.restart(first, { params });
  const repeated = await rig.restart(first, { params });

  expect(restarted).toMatchObject({ status: 201, body: { name: again } });
  expect(repeated).toMatchObject({ status: 200, body: { name: again } });
  expect(rig.jobs().map(({ runName }) => runName)).toEqual([first, again]);
});

test.for([
  { body: {}, status: 400, exit: 65, message: `AWS does not show those of ${first}` },
  { body: { how: 'redrive' }, status: 409, exit: 78, message: 'AWS Batch cannot continue a job' },
])('refuses $body', async ({ body, status, exit, message }) => {
  await using rig = await startFailedArray();

  const answer = await rig.restart(first, body);

  expect(answer).toMatchObject({ status, body: { exit } });
  expect(answer.body.message).toContain(message);
  expect(rig.jobs()).toHaveLength(1);
});

test('refuses a job that is not known to have ended', async () => {
  await using rig = await aBatchRig();
  await rig.start();

  const answer = await rig.restart(first, { params });

  expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_RESTARTABLE', exit: 65 } });
  expect(rig.jobs()).toHaveLength(1);
});
