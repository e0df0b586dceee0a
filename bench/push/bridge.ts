import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { type Local, startLocal, synthesize } from '../../local/index.ts';
import { toExecutionEvent } from '../events.ts';
import { type PushRun, type Scene, toGatedJob, toGlobalVariable, toStateMachine } from './runs.ts';
import type { WaitTimes } from './waited.ts';

/** Longer than any of it takes; then something has gone wrong, and what failed comes again only after six minutes. */
const patienceMs = 120_000;

/** The shipped bundle between the embedded AWS and an embedded AutoSys, in real time. */
export interface PushStage extends AsyncDisposable {
  readonly wait: (scene: Scene) => Promise<WaitTimes>;
}

/** Synthesizes the stack for routes of all these runs, and starts both worlds. */
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
  const held = stack.move();
  return {
    wait: (scene) => waitByPush(scene, aws, autosys),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Announces each run as AWS does; where nothing is under way, the time until the next end is skipped. */
async function waitByPush({ runs }: Scene, aws: Local, autosys: Emulator): Promise<WaitTimes> {
  const startedMs = new Map<string, number>();
  const started = new EventTarget();
  using _watch = autosys.instance.onChange(({ kind, job }) => {
    if (kind !== 'start' || job === undefined) return;
    startedMs.set(job, performance.now());
    started.dispatchEvent(new Event('start'));
  });
  for (const run of runs) announce(aws, run, 'RUNNING');
  await within(aws, aws.idle());
  const endedMs = new Map<number, number>();
  let skippedMs = -performance.now();
  for (const run of runs.toSorted((one, other) => one.endMs - other.endMs)) {
    const leftMs = run.endMs - (performance.now() + skippedMs);
    if (leftMs > 0) await Promise.race([aws.idle(), sleep(leftMs, undefined, { ref: false })]);
    skippedMs += Math.max(0, run.endMs - (performance.now() + skippedMs));
    endedMs.set(run.at, performance.now());
    announce(aws, run, 'SUCCEEDED');
  }
  while (runs.some((run) => !startedMs.has(toGatedJob(run)))) {
    await within(aws, once(started, 'start'));
  }
  await within(aws, aws.idle());
  return {
    lateMs: runs.map(
      (run) => (startedMs.get(toGatedJob(run)) ?? Number.NaN) - (endedMs.get(run.at) ?? Number.NaN),
    ),
    callsPerRun: 0,
    heldSecondsPerRun: 0,
    diedRuns: 0,
  };
}

/** @throws {Error} with what the bridge says, where it takes too long */
async function within(aws: Local, work: Promise<unknown>): Promise<void> {
  const late = Symbol('late');
  if ((await Promise.race([work, sleep(patienceMs, late, { ref: false })])) !== late) return;
  const said = aws.logs().filter(({ line }) => /"level":"(?:WARN|ERROR)"/.test(line));
  const lines = said.slice(-5).map(({ line }) => line);
  throw new Error(
    `the bridge: expected every job to start within ${patienceMs / 1_000} s of the last one, found it says:\n${lines.join('\n')}`,
  );
}

function announce(aws: Local, run: PushRun, status: 'RUNNING' | 'SUCCEEDED'): void {
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
  return `insert_job: ${toGatedJob(run)}   job_type: CMD
machine: batch01
command: true
condition: value(${toGlobalVariable(run)}) = "SUCCEEDED"
`;
}
