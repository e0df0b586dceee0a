import { parseAutosysInstance, parseJobName } from '../../autosys/names.ts';
import { ManualClock } from '../../emulator/index.ts';
import { Instance } from '../../emulator/instance.ts';
import { simulateScripts } from './poll-script.ts';
import { type PushRun, type Scenario, toPollJob, toWaitingJob } from './runs.ts';
import type { WaitTimes } from './wait-times.ts';

const startMs = Date.parse('2026-11-20T02:00:00Z');
/**
 * From STARTJOB to RUNNING: the event's delay and the agent's start, both of the embedded AutoSys.
 */
const startTakesMs = 300;

/**
 * Waits for every run with a script on an agent, in virtual time.
 *
 * The embedded agent must know the duration of a job when it begins, so the scripts are simulated
 * first.
 */
export async function waitByPolling({ runs }: Scenario): Promise<WaitTimes> {
  const polled = await simulateScripts(runs, new ManualClock(new Date(startMs)));
  const clock = new ManualClock(new Date(startMs - startTakesMs));
  const heldByJob = polled.map(
    ({ run, heldMs }) => [toPollJob(run), { durationMs: heldMs }] as const,
  );
  using instance = new Instance({
    name: parseAutosysInstance('ACE'),
    clock,
    runs: Object.fromEntries(heldByJob),
  });
  instance.loadJil({ name: 'poll.jil', text: runs.map(toJil).join('\n') });
  const startedMs = new Map<string, number>();
  using _watch = instance.onChange(({ kind, job, at }) => {
    if (kind === 'start' && job !== undefined) startedMs.set(job, at.getTime() - startMs);
  });
  for (const run of runs.toSorted((one, other) => one.startMs - other.startMs)) {
    await clock.advanceTo(new Date(startMs + run.startMs - startTakesMs));
    instance.queue({ kind: 'STARTJOB', job: parseJobName(toPollJob(run)) });
  }
  await clock.advance(7_200_000);
  return {
    lateMs: runs.map((run) => (startedMs.get(toWaitingJob(run)) ?? Number.NaN) - run.endMs),
    callsPerRun: polled.reduce((sum, { calls }) => sum + calls, 0) / runs.length,
    agentSecondsPerRun: polled.reduce((sum, { heldMs }) => sum + heldMs, 0) / runs.length / 1_000,
    failedRuns: polled.filter(({ gaveUp }) => gaveUp > 0).length,
  };
}

function toJil(run: PushRun): string {
  return `insert_job: ${toPollJob(run)}   job_type: CMD
machine: batch01
command: poll.sh

insert_job: ${toWaitingJob(run)}   job_type: CMD
machine: batch01
command: true
condition: success(${toPollJob(run)})
`;
}
