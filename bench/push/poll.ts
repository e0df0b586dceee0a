import { parseAutosysInstance, parseJobName } from '../../autosys/names.ts';
import { ManualClock } from '../../emulator/index.ts';
import { Instance } from '../../emulator/instance.ts';
import { playScripts } from './poll-script.ts';
import { type PushRun, type Scene, toGatedJob, toPollJob } from './runs.ts';
import type { WaitTimes } from './waited.ts';

const nightMs = Date.parse('2026-11-20T02:00:00Z');
/** From STARTJOB to RUNNING: the event's delay and the agent's start, both the embedded AutoSys's own. */
const startTakesMs = 300;

/**
 * Lets every run be waited for by a script on an agent, in virtual time.
 *
 * The embedded agent must know how long a job will take when it begins, so the scripts are played first.
 */
export async function waitByPolling({ runs }: Scene): Promise<WaitTimes> {
  const polled = await playScripts(runs, new ManualClock(new Date(nightMs)));
  const clock = new ManualClock(new Date(nightMs - startTakesMs));
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
    if (kind === 'start' && job !== undefined) startedMs.set(job, at.getTime() - nightMs);
  });
  for (const run of runs.toSorted((one, other) => one.startMs - other.startMs)) {
    await clock.advanceTo(new Date(nightMs + run.startMs - startTakesMs));
    instance.queue({ kind: 'STARTJOB', job: parseJobName(toPollJob(run)) });
  }
  await clock.advance(7_200_000);
  return {
    lateMs: runs.map((run) => (startedMs.get(toGatedJob(run)) ?? Number.NaN) - run.endMs),
    callsPerRun: polled.reduce((sum, { calls }) => sum + calls, 0) / runs.length,
    heldSecondsPerRun: polled.reduce((sum, { heldMs }) => sum + heldMs, 0) / runs.length / 1_000,
    diedRuns: polled.filter(({ gaveUp }) => gaveUp > 0).length,
  };
}

function toJil(run: PushRun): string {
  return `insert_job: ${toPollJob(run)}   job_type: CMD
machine: batch01
command: poll.sh

insert_job: ${toGatedJob(run)}   job_type: CMD
machine: batch01
command: true
condition: success(${toPollJob(run)})
`;
}
