import { setTimeout as sleep } from 'node:timers/promises';
import { readJil } from '../../autosys/jil/index.ts';
import { seededRandom } from '../../local/random.ts';
import { printJilFor } from '../../test/cli/jil-for/support.ts';
import { startRequestWorld } from './world.ts';
import { realTime } from './world-time.ts';

/** Longer than any run takes. When it is exceeded, something failed. */
const timeLimitMs = 30_000;
const job = 'LOAD_LEDGER';
/** A run that is longer than its request usually takes to begin it. */
const durationMs = 1_500;

const noDelay = { ledgerMs: 0, autosysMs: 0, taskCallMs: 0 } as const;

const routeFile = `
instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE, timezone: UTC }
targets:
  settlement: { stateMachine: settlement }
callers:
  autosys: { secret: autosys/launch/autosys, targets: [settlement], jobs: [LOAD_*] }
`;

/**
 * Measures executions one after the other in real time: the job that `jil-for --notify` prints starts
 * when the awaited one has ended, and notifies the wait function.
 *
 * @returns per run, the time from the end of the awaited job to the end of the execution, in
 * milliseconds
 */
export async function measureNotifiedWaits(
  count: number,
  onProgress: (progress: string) => void,
): Promise<readonly number[]> {
  const printed = await printJilFor(routeFile, ['--notify', job]);
  const notifier = readJil({ name: 'notify.jil', text: printed }).script.statements[0]?.object;
  await using world = await startRequestWorld({
    ...{ time: realTime, random: seededRandom(13), answers: noDelay },
    jil: `insert_job: ${job}  job_type: CMD  machine: host1  command: true\n\n${printed}`,
    runs: { [job]: { durationMs } },
  });
  const notified: Promise<unknown>[] = [];
  let begun = Promise.withResolvers<void>();
  world.onAnswered(() => begun.resolve());
  // A wait that its request has not begun yet is not found; the pass of the next minute would find it.
  const notify = () => begun.promise.then(() => world.notify(job));
  // AutoSys does not start the notifying job again while it runs.
  let rested = Promise.withResolvers<void>();
  let endedMs = Number.NaN;
  world.autosys.instance.onChange(({ kind, status, job: changed }) => {
    if (kind !== 'status') return;
    if (changed === job && status === 'SUCCESS') endedMs = performance.now();
    if (changed !== notifier) return;
    if (status === 'RUNNING') notified.push(notify());
    if (status === 'SUCCESS') rested.resolve();
  });
  const lateMs: number[] = [];
  // The first run opens the connections.
  for (let run = 0; run <= count; run += 1) {
    onProgress(`notified run ${run} of ${count}`);
    begun = Promise.withResolvers();
    rested = Promise.withResolvers();
    const end = await withTimeLimit(world.runJob(job));
    const ms = performance.now() - endedMs;
    if (end.status !== 'SUCCEEDED')
      throw new Error(`${job}: expected SUCCEEDED, found ${end.status}`);
    await withTimeLimit(Promise.all([rested.promise, ...notified.splice(0)]));
    if (run > 0) lateMs.push(ms);
  }
  return lateMs;
}

/** @throws {Error} when the work takes too long */
async function withTimeLimit<Answer>(work: Promise<Answer>): Promise<Answer> {
  const late = Symbol('late');
  const first = await Promise.race([work, sleep(timeLimitMs, late, { ref: false })]);
  if (first !== late) return first as Answer;
  throw new Error(`${job}: expected the end of its execution within ${timeLimitMs / 1_000} s`);
}
