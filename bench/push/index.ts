import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { percentile } from '../statistics.ts';
import { startPushStage } from './bridge.ts';
import { waitByPolling } from './poll.ts';
import { createScene, makeCrowd, type Scene } from './runs.ts';
import type { WaitTimes } from './waited.ts';

/** Planned for from the change on AWS to the function: EventBridge and SQS, usually far less (docs/benchmarks.md). */
const awsDeliversWithinMs = 1_000;

/** The bridge against the script that it takes the place of. */
export const push: Benchmark = {
  name: 'push',
  question:
    'how long after its end on AWS does the waiting AutoSys job start, and what does waiting cost',
  run: async ({ quick, tell }) => {
    const scenes = quick
      ? [createScene(5, 0), makeCrowd(5, 5)]
      : [createScene(200, 0), makeCrowd(50, 200)];
    return await measure(scenes, { quick, tell });
  },
};

async function measure(scenes: readonly Scene[], { tell }: BenchmarkOptions): Promise<Figures> {
  await using stage = await startPushStage(scenes.flatMap(({ runs }) => runs));
  const tables: Figures['tables'][number][] = [];
  for (const scene of scenes) {
    tell(scene.name);
    const poll = await waitByPolling(scene);
    const bridge = await stage.wait(scene);
    tables.push(toTable(scene, poll, bridge));
  }
  return {
    tables,
    aims: [],
    notes: [
      'script: virtual time, exact; a call takes no time, and one bucket of 300 calls with 15 a second is shared by all (us-east-1, us-west-2, eu-west-1; elsewhere 250 and 10).',
      'bridge: real time on this machine, the shipped bundle, HTTPS, embedded AWS and AutoSys (which takes 200 ms to act on an event, and none to hear from an agent); the time between two ends is skipped.',
      'EventBridge and SQS take no time here; the row with a second more is the planning figure, not a measurement.',
      'dies: runs whose script meets an error of the AWS CLI after its three tries; with `set -e` AutoSys says FAILURE while AWS runs on. Here such a script asks on.',
    ],
  };
}

function toTable({ name }: Scene, poll: WaitTimes, bridge: WaitTimes): Figures['tables'][number] {
  const late = ({ lateMs }: WaitTimes, more = 0) =>
    [0.5, 0.9, 0.99, 1].map((share) => percentile(lateMs, share) + more);
  const costs = ({ callsPerRun, heldSecondsPerRun, diedRuns }: WaitTimes) =>
    [callsPerRun, heldSecondsPerRun, diedRuns] as const;
  return {
    title: name,
    columns: [
      '',
      'p50, ms',
      'p90, ms',
      'p99, ms',
      'max, ms',
      'describe calls a run',
      'agent seconds a run',
      'dies',
    ],
    rows: [
      ['script, every 2 s', ...late(poll), ...costs(poll)],
      ['bridge, as measured', ...late(bridge), ...costs(bridge)],
      ['bridge, a second more for AWS', ...late(bridge, awsDeliversWithinMs), ...costs(bridge)],
    ],
  };
}
