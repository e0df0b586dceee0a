import type { Benchmark, BenchmarkOptions, Figures } from '../benchmark.ts';
import { percentile } from '../statistics.ts';
import { startPushStage } from './bridge.ts';
import { waitByPolling } from './poll.ts';
import { createBurst, createScenario, type Scenario } from './runs.ts';
import type { WaitTimes } from './wait-times.ts';

/**
 * Planning figure for the time from the change on AWS to the function: EventBridge and SQS, usually
 * far less (docs/benchmarks.md).
 */
const awsDeliversWithinMs = 1_000;

/** The bridge compared with the script that it replaces. */
export const push: Benchmark = {
  name: 'push',
  question:
    'how long after its end on AWS does the waiting AutoSys job start, and what does waiting cost',
  run: async ({ quick, onProgress }) => {
    const scenarios = quick
      ? [createScenario(5, 0), createBurst(5, 5)]
      : [createScenario(200, 0), createBurst(50, 200)];
    return await measure(scenarios, { quick, onProgress });
  },
};

async function measure(
  scenarios: readonly Scenario[],
  { onProgress }: BenchmarkOptions,
): Promise<Figures> {
  await using stage = await startPushStage(scenarios.flatMap(({ runs }) => runs));
  const tables: Figures['tables'][number][] = [];
  for (const scenario of scenarios) {
    onProgress(scenario.name);
    const poll = await waitByPolling(scenario);
    const bridge = await stage.wait(scenario);
    tables.push(toTable(scenario, poll, bridge));
  }
  return {
    tables,
    aims: [],
    notes: [
      'script: virtual time, exact; a call takes no time; all scripts share one token bucket of 300 calls, refilled with 15 per second (us-east-1, us-west-2, eu-west-1; elsewhere 250 and 10).',
      'bridge: real time on this machine, the shipped bundle, HTTPS, embedded AWS and AutoSys (delay of 200 ms for an event, none for a report of an agent); the time between two ends is skipped.',
      'EventBridge and SQS take no time here; the row with 1 s more is a planning figure, not a measurement.',
      'failed scripts: runs whose script gets an error of the AWS CLI after its three tries; with `set -e` AutoSys reports FAILURE while the run on AWS continues. Here such a script continues to poll.',
    ],
  };
}

function toTable(
  { name }: Scenario,
  poll: WaitTimes,
  bridge: WaitTimes,
): Figures['tables'][number] {
  const late = ({ lateMs }: WaitTimes, more = 0) =>
    [0.5, 0.9, 0.99, 1].map((share) => percentile(lateMs, share) + more);
  const costs = ({ callsPerRun, agentSecondsPerRun, failedRuns }: WaitTimes) =>
    [callsPerRun, agentSecondsPerRun, failedRuns] as const;
  return {
    title: name,
    columns: [
      '',
      'p50, ms',
      'p90, ms',
      'p99, ms',
      'max, ms',
      'describe calls per run',
      'agent seconds per run',
      'failed scripts',
    ],
    rows: [
      ['script, every 2 s', ...late(poll), ...costs(poll)],
      ['bridge, measured', ...late(bridge), ...costs(bridge)],
      ['bridge, plus 1 s for AWS', ...late(bridge, awsDeliversWithinMs), ...costs(bridge)],
    ],
  };
}
