import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { type Local, startLocal, synthesize } from '../../local/index.ts';
import { toExecutionEvent } from '../events.ts';
import {
  type PushRun,
  type Scenario,
  toGlobalVariable,
  toStateMachine,
  toWaitingJob,
} from './runs.ts';
import type { WaitTimes } from './wait-times.ts';

/**
 * Longer than any step takes. When it is exceeded, something failed; a failed message would be
 * redelivered only after six minutes.
 */
const timeLimitMs = 120_000;

/** The shipped bundle between the embedded AWS and an embedded AutoSys, in real time. */
export interface PushStage extends AsyncDisposable {
  readonly wait: (scenario: Scenario) => Promise<WaitTimes>;
}

/** Synthesizes the stack with routes for all runs, and starts AWS and AutoSys. */
export async function startPushStage(runs: readonly PushRun[]): Promise<PushStage> {
  await using stack = new AsyncDisposableStack();
  const jil = runs.map(toJil).join('\n');
  const autosys = stack.use(await startEmulator({ jil: [{ name: 'push.jil', text: jil }] }));
  const directory = mkdtempSync(join(tmpdir(), 'bench-push-'));
  stack.defer(() => rmSync(directory, { recursive: true }));
  const config = writeRouteFile(directory, autosys, runs);
  const project = join(import.meta.dirname, '../..');
  const environment = process.env;
  const assembly = stack.use(await synthesize({ project, environment, context: { config } }));
  const login = JSON.stringify({ username: autosys.user, password: autosys.password });
  const aws = stack.use(
    await startLocal({
      cloudAssembly: assembly.directory,
      secrets: { 'autosys/ACE': login },
      account: '111122223333',
      region: 'eu-west-1',
    }),
  );
  const disposables = stack.move();
  return {
    wait: (scenario) => waitByPush(scenario, aws, autosys),
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  };
}

/**
 * Emits the events of each run as AWS does. While no invocation is running, the time until the next
 * end is skipped.
 */
async function waitByPush({ runs }: Scenario, aws: Local, autosys: Emulator): Promise<WaitTimes> {
  const startedMs = new Map<string, number>();
  const started = new EventTarget();
  using _watch = autosys.instance.onChange(({ kind, job }) => {
    if (kind !== 'start' || job === undefined) return;
    startedMs.set(job, performance.now());
    started.dispatchEvent(new Event('start'));
  });
  for (const run of runs) emit(aws, run, 'RUNNING');
  await withTimeLimit(aws, aws.idle());
  const endedMs = new Map<number, number>();
  let skippedMs = -performance.now();
  for (const run of runs.toSorted((one, other) => one.endMs - other.endMs)) {
    const leftMs = run.endMs - (performance.now() + skippedMs);
    if (leftMs > 0) await Promise.race([aws.idle(), sleep(leftMs, undefined, { ref: false })]);
    skippedMs += Math.max(0, run.endMs - (performance.now() + skippedMs));
    endedMs.set(run.at, performance.now());
    emit(aws, run, 'SUCCEEDED');
  }
  while (runs.some((run) => !startedMs.has(toWaitingJob(run)))) {
    await withTimeLimit(aws, once(started, 'start'));
  }
  await withTimeLimit(aws, aws.idle());
  return {
    lateMs: runs.map(
      (run) =>
        (startedMs.get(toWaitingJob(run)) ?? Number.NaN) - (endedMs.get(run.at) ?? Number.NaN),
    ),
    callsPerRun: 0,
    agentSecondsPerRun: 0,
    failedRuns: 0,
  };
}

/** Waits for the work. @throws {Error} with the warnings of the bridge when it takes too long */
async function withTimeLimit(aws: Local, work: Promise<unknown>): Promise<void> {
  const late = Symbol('late');
  if ((await Promise.race([work, sleep(timeLimitMs, late, { ref: false })])) !== late) return;
  const warnings = aws.logs().filter(({ line }) => /"level":"(?:WARN|ERROR)"/.test(line));
  const lines = warnings.slice(-5).map(({ line }) => line);
  throw new Error(
    `the bridge: expected every job to start within ${timeLimitMs / 1_000} s of the last one; its last warnings:\n${lines.join('\n')}`,
  );
}

function emit(aws: Local, run: PushRun, status: 'RUNNING' | 'SUCCEEDED'): void {
  const stopMs = Date.now();
  const facts = { stateMachine: toStateMachine(run), run: `run-${run.at}`, status } as const;
  const times = { startMs: stopMs - (run.endMs - run.startMs) };
  aws.bus.put(toExecutionEvent({ ...facts, ...times, ...(status === 'SUCCEEDED' && { stopMs }) }));
}

function writeRouteFile(directory: string, autosys: Emulator, runs: readonly PushRun[]): string {
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, autosys.certificateAuthority);
  const routes = runs.map(
    (run) =>
      `  - { name: r${run.at}, from: { stateMachine: ${toStateMachine(run)} }, global: ${toGlobalVariable(run)} }`,
  );
  const ace = `  ACE: { endpoints: ["${autosys.url}"], secret: autosys/ACE, ca: ${JSON.stringify(ca)} }`;
  const path = join(directory, 'bridge.yaml');
  writeFileSync(path, `instances:\n${ace}\nroutes:\n${routes.join('\n')}\n`);
  return path;
}

function toJil(run: PushRun): string {
  return `insert_job: ${toWaitingJob(run)}   job_type: CMD
machine: batch01
command: true
condition: value(${toGlobalVariable(run)}) = "SUCCEEDED"
`;
}
