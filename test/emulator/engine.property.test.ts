import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AutosysEvent } from '../../autosys/event.ts';
import { isActive } from '../../autosys/status.ts';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from './estate.ts';

const night =
  box('night') +
  cmd('a', 'box_name: night', 'command: sleep 3') +
  cmd('b', 'box_name: night', 'condition: s(a) & v(X) = "1"', 'n_retrys: 1') +
  box('inner', 'box_name: night', 'condition: d(b)') +
  cmd('c', 'box_name: inner', 'job_terminator: 1') +
  cmd('d', 'condition: f(night) | n(c)', 'command: false');

const jobs = ['night', 'a', 'b', 'inner', 'c', 'd'] as const;
const kinds = [
  'STARTJOB',
  'FORCE_STARTJOB',
  'KILLJOB',
  'JOB_ON_HOLD',
  'JOB_OFF_HOLD',
  'JOB_ON_ICE',
  'JOB_OFF_ICE',
  'JOB_ON_NOEXEC',
  'JOB_OFF_NOEXEC',
] as const;

const anyEvent: fc.Arbitrary<AutosysEvent> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...jobs))
    .map(([kind, job]) => jobEvent(kind, job)),
  fc.constantFrom('1', '2').map((value) => setGlobal('X', value)),
  fc
    .tuple(fc.constantFrom(...jobs), fc.constantFrom('SUCCESS', 'FAILURE', 'INACTIVE'))
    .map(([job, status]) => changeStatus(job, status)),
);
const anyNight = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 5 })), { maxLength: 25 });

test('for any sequence of events, run and try of a job identify one start and only increase', async () => {
  await fc.assert(
    fc.asyncProperty(anyNight, async (steps) => {
      const estate = await play(steps);

      for (const { history } of estate.instance.jobs()) {
        const numbers = history.map(({ run, try: number }) => run * 1000 + number);
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
      }
    }),
    { numRuns: 100 },
  );
});

test('for any sequence of events, every try ends', async () => {
  await fc.assert(
    fc.asyncProperty(anyNight, async (steps) => {
      const estate = await play(steps);

      const busy = estate.instance
        .jobs()
        .filter(({ job, status }) => job.type !== 'BOX' && isActive(status));
      expect(busy).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('for any sequence of events, a box keeps running only for a member that is not done', async () => {
  await fc.assert(
    fc.asyncProperty(anyNight, async (steps) => {
      const estate = await play(steps);

      const settled = ['SUCCESS', 'FAILURE', 'TERMINATED', 'ON_ICE', 'INACTIVE'];
      const stuck = estate.instance
        .jobs()
        .filter(({ job, status }) => job.type === 'BOX' && status === 'RUNNING')
        .filter(({ job }) =>
          estate.instance.members(job.name).every(({ status }) => settled.includes(status)),
        );
      expect(stuck).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

async function play(steps: readonly (readonly [AutosysEvent, number])[]) {
  const estate = createEstate(night);
  for (const [event, seconds] of steps) {
    await estate.send(event);
    await estate.pass(seconds);
  }
  await estate.pass(3600);
  return estate;
}
