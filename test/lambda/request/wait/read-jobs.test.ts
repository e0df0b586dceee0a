import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parseJobName } from '../../../../autosys/names.ts';
import { createMakeRead } from '../../../../lambda/request/wait/read-jobs.ts';
import { ace, aWaitRig, nightMs } from './rig.ts';

const running = { status: 'RUNNING', run: 17, try: 1, startedMs: nightMs } as const;

test('a wait is worked on while the next job is read', async () => {
  const rig = aWaitRig();
  const jobs = ['A_LOAD', 'B_LOAD'].map((name) => parseJobName(name));
  for (const job of jobs) {
    await rig.keep({ key: job }, { job, run: { run: 17, try: 1 }, token: `token of ${job}` });
    rig.show(job, running);
  }
  const { readJobs } = rig.autosys.jobs ?? {};
  const calledAtRead: string[] = [];
  Object.assign(rig.autosys.jobs ?? {}, {
    readJobs: async (...given: Parameters<NonNullable<typeof readJobs>>) => {
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
      calledAtRead.push(`${given[0]}: ${rig.calls.map(({ token }) => token).join(', ')}`);
      return readJobs?.(...given);
    },
  });

  await rig.open().pass();

  expect(calledAtRead).toEqual(['A_LOAD: ', 'B_LOAD: token of A_LOAD']);
  expect(rig.calls).toHaveLength(2);
});

test('makes one read at a time, and keeps the rate between them', async () => {
  const rig = aWaitRig();
  const slept: number[] = [];
  const makeRead = createMakeRead(
    {
      circuitBreakers: {
        ask: () => Promise.resolve({ kind: 'go' }),
        failed: () => Promise.resolve(),
        succeeded: () => Promise.resolve(),
      },
      autosysFor: () => rig.autosys,
      now: rig.now,
      sleep: async (ms) => {
        slept.push(ms);
        rig.advance(ms);
      },
      onDefect: () => undefined,
    },
    ace,
    { leaseOwner: 'pass', untilMs: nightMs + 25_000, signal: new AbortController().signal },
  );
  let active = 0;
  const overlaps: number[] = [];
  const read = async () => {
    active += 1;
    overlaps.push(active);
    await nextTurn();
    active -= 1;
    return overlaps.length;
  };

  const answers = await Promise.all([makeRead(read), makeRead(read), makeRead(read)]);

  expect(overlaps).toEqual([1, 1, 1]);
  expect(answers).toEqual([1, 2, 3].map((answer) => ({ kind: 'answered', answer })));
  expect(slept).toEqual([20, 20]);
});
