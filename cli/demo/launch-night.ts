import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJobName } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { Io } from '../io.ts';
import type { LaunchStage } from './launch-stage.ts';
import type { Timeline } from './timeline.ts';

/** How a job of `examples/launch.jil` is expected to end. */
interface ExpectedLaunch {
  readonly job: string;
  readonly status: JobStatus;
  /** @default - not checked: an agent may report the end of a killed job without a code */
  readonly exitCode?: number;
  /** Text in the output of the job. */
  readonly prints: string;
  readonly because: string;
}

/** The jobs of the demo with their ends. The last one is killed. */
export const expectedLaunches: readonly ExpectedLaunch[] = [
  {
    job: 'NIGHT_EOD',
    status: 'SUCCESS',
    exitCode: 0,
    prints: 'exit code 0: status SUCCEEDED',
    because: 'the execution succeeded',
  },
  {
    job: 'NIGHT_NO_RATES',
    status: 'FAILURE',
    exitCode: 4,
    prints: 'exit code 4: ',
    because: 'the execution failed with Rates.NoData, which has the exit code 4',
  },
  {
    job: 'NIGHT_RISK',
    status: 'SUCCESS',
    exitCode: 3,
    prints: 'exit code 3: ',
    because: 'a child of the array ended with 3, and max_exit_success is 4',
  },
  {
    job: 'NIGHT_LONG',
    status: 'TERMINATED',
    prints: 'stop proven',
    because: 'KILLJOB; the execution and its child were stopped, and that was proven',
  },
];

/** The end of a job, compared with the expected one. */
export interface LaunchEnding extends ExpectedLaunch {
  readonly found: string;
  readonly asExpected: boolean;
}

const pollMs = 100;
/** The sweep runs every minute; here more often, so that the proof of a stop takes seconds. */
const sweepEveryMs = 2_000;
const jobWithinMs = 120_000;

/** Prints the output of every job as it grows, until it is disposed. */
export function followOutput(
  { readText }: Pick<Io, 'readText'>,
  { folder }: Pick<LaunchStage, 'folder'>,
  { print }: Timeline,
): Disposable {
  const printed = new Map<string, number>();
  const timer = setInterval(() => {
    for (const { job } of expectedLaunches) {
      const text = readOutput({ readText }, folder, job);
      const from = printed.get(job) ?? 0;
      const end = text.lastIndexOf('\n') + 1;
      if (end <= from) continue;
      printed.set(job, end);
      for (const line of text.slice(from, end - 1).split('\n')) print('command', `  ${line}`);
    }
  }, pollMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Invokes the sweep every two seconds, until it is disposed. */
export function followSweep({ aws }: Pick<LaunchStage, 'aws'>): AsyncDisposable {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await aws.tick('Sweep');
      await sleep(sweepEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await loop;
    },
  };
}

/** Starts one job after the other, kills the last one, and compares each end. */
export async function playLaunches(
  stage: LaunchStage,
  { io, timeline }: { readonly io: Io; readonly timeline: Timeline },
): Promise<readonly LaunchEnding[]> {
  const endings: LaunchEnding[] = [];
  for (const expected of expectedLaunches) {
    const { job } = expected;
    await send(stage, timeline, 'STARTJOB', job);
    if (expected.status === 'TERMINATED') {
      await until(io, () => readOutput(io, stage.folder, job).includes(' RUNNING\n'));
      await send(stage, timeline, 'KILLJOB', job);
      // AutoSys shows TERMINATED after a second; the command still awaits the proof.
      await until(io, () => readOutput(io, stage.folder, job).includes('exit code '));
    }
    await until(io, () => hasEnded(stage.autosys, job));
    await sleep(2 * pollMs);
    endings.push(judge(stage, io, expected));
  }
  return endings;
}

async function send(
  { operator }: LaunchStage,
  timeline: Timeline,
  kind: 'STARTJOB' | 'KILLJOB',
  job: string,
): Promise<void> {
  timeline.print('operator', `sendevent -E ${kind} -J ${job}`);
  await operator.sendEvent({ kind, job: parseJobName(job) });
}

function judge(stage: LaunchStage, io: Io, expected: ExpectedLaunch): LaunchEnding {
  const { status, run } = stage.autosys.instance.job(expected.job) ?? {};
  const isCode = expected.exitCode === undefined || run?.exitCode === expected.exitCode;
  const isPrinted = readOutput(io, stage.folder, expected.job).includes(expected.prints);
  const code = run?.exitCode === undefined ? '' : `, exit code ${run.exitCode}`;
  return {
    ...expected,
    found: `${status}${code}${isPrinted ? '' : `, without "${expected.prints}" in its output`}`,
    asExpected: status === expected.status && isCode && isPrinted,
  };
}

function hasEnded({ instance }: Emulator, job: string): boolean {
  return ['SUCCESS', 'FAILURE', 'TERMINATED'].includes(instance.job(job)?.status ?? '');
}

function readOutput({ readText }: Pick<Io, 'readText'>, folder: string, job: string): string {
  const path = join(folder, `${job}.out`);
  return existsSync(path) ? readText(path) : '';
}

/** Waits for a condition, for at most two minutes; what is missing then shows in the endings. */
async function until({ signal }: Pick<Io, 'signal'>, holds: () => boolean): Promise<void> {
  const untilMs = Date.now() + jobWithinMs;
  while (!holds() && Date.now() < untilMs) await sleep(pollMs, undefined, { signal });
}
