import { strict as assert } from 'node:assert';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { createDefinedMachine } from './executions.ts';
import { executingMachine, mirrored, mirroredDefinition } from './launch-site.ts';
import { run } from './process.ts';
import type { TestSystem } from './test-system.ts';
import { project } from './toolkit.ts';
import { healsWithinMs, until } from './until.ts';

const { closing, filing } = mirrored;

/** Loads the jobs that `jil-for` prints for the deployed route file: each way of two targets. */
export async function loadMirroredJobs({ autosys, agentHost, site }: TestSystem): Promise<void> {
  const { code, output } = await run(
    process.execPath,
    [
      ...['cli/main.ts', 'jil-for', '--config', site.config, 'closing', 'filing'],
      ...['--name', 'closing=CLOSING', '--name', 'filing=FILING'],
      ...['--machine', executingMachine, '--profile', agentHost.profile],
      ...['--log-dir', agentHost.directory],
    ],
    { cwd: project, env: {}, withinMs: 60_000 },
  );
  assert.equal(code, 0, output);
  const { ok, problems } = autosys.instance.loadJil({ name: 'jil-for.jil', text: output });
  assert.deepEqual({ ok, problems }, { ok: true, problems: [] });
}

/**
 * The state machines do not exist yet, and AWS refuses the starts. The mirrors are set to FAILED, and
 * nothing runs on the value of an earlier day.
 */
export async function refuseMirroredLaunches(system: TestSystem): Promise<void> {
  const { autosys, agentHost } = system;
  await setClosing(system, 'SUCCEEDED');
  await start(system);

  for (const job of ['CLOSING_LAUNCH', 'FILING_LAUNCH']) {
    await untilStatus(system, job, 'FAILURE');
    assert.equal(autosys.instance.job(job)?.run.exitCode, 78, agentHost.readSpool(job));
  }
  await untilStatus(system, 'FILING_BOX', 'FAILURE');

  assert.equal(autosys.instance.globalVariable(closing.global)?.value, 'FAILED');
  assert.equal(autosys.instance.job(filing.job)?.status, 'FAILURE');
  assert.equal(autosys.instance.job('CLOSING_NEXT')?.history.length, 0);
}

/**
 * The launch jobs end while their executions are active. AutoSys had shown RUNNING, and the bridge had
 * read it back, before AWS got the start. The ends are shown, and the jobs that wait for them run.
 */
export async function runMirroredLaunches(system: TestSystem): Promise<void> {
  const { autosys } = system;
  for (const { machine } of [closing, filing]) {
    await createDefinedMachine(system, machine, mirroredDefinition);
  }
  await setClosing(system, 'SUCCEEDED');
  using shown = watchMirrors(system);
  await start(system);

  for (const job of ['CLOSING_LAUNCH', 'FILING_LAUNCH']) await untilStatus(system, job, 'SUCCESS');
  await untilStatus(system, 'CLOSING_NEXT', 'SUCCESS');
  await untilStatus(system, 'FILING_BOX', 'SUCCESS');

  assert.deepEqual(shown.isReadBack, { closing: true, filing: true });
  assert.deepEqual(shown.closing, [
    'AWS_CLOSING RUNNING',
    'CLOSING_LAUNCH SUCCESS',
    'AWS_CLOSING SUCCEEDED',
    'CLOSING_NEXT SUCCESS',
  ]);
  assert.deepEqual(shown.filing, [
    'FILING_IN_AWS RUNNING',
    'FILING_LAUNCH SUCCESS',
    'FILING_IN_AWS SUCCESS',
    'FILING_BOX SUCCESS',
  ]);
  assert.equal(autosys.instance.job('CLOSING_NEXT')?.history.length, 1);
  assert.equal(autosys.unsupported(), 0);
}

/** Records what AutoSys shows, and whether the bridge had read RUNNING back when AWS got a start. */
function watchMirrors({ autosys, states }: TestSystem) {
  const shown = { closing: [] as string[], filing: [] as string[] };
  const isReadBack: Record<string, boolean> = {};
  const runningSince = new Map<string, Date>();
  const changes = autosys.instance.onChange(({ at, job, globalVariable, ...change }) => {
    const name = globalVariable ?? job ?? '';
    const to = change.value ?? (change.kind === 'status' ? change.status : undefined);
    const isMirror = name === closing.global || name === filing.job;
    if (to === undefined || !(to === 'SUCCESS' || (isMirror && to !== 'ACTIVATED'))) return;
    if (isMirror && to === 'RUNNING') runningSince.set(name, at);
    shown[name.includes('CLOSING') ? 'closing' : 'filing'].push(`${name} ${to}`);
  });
  const starts = states.onStart((arn) => {
    const machine = arn.split(':').at(-1) ?? '';
    const name = machine === closing.machine ? closing.global : filing.job;
    isReadBack[machine] = autosys.requests().some(({ at, path, status }) => {
      // Variables are read with autorep. 201 is the answer to an event.
      const isRead = status === 200 && (path.includes(name) || path.endsWith('command/run'));
      return isRead && at >= (runningSince.get(name) ?? new Date(Number.NaN));
    });
  });
  return {
    ...shown,
    isReadBack,
    [Symbol.dispose]: () => {
      changes[Symbol.dispose]();
      starts[Symbol.dispose]();
    },
  };
}

async function setClosing({ autosys, operator }: TestSystem, value: string): Promise<void> {
  await operator.sendEvent({
    kind: 'SET_GLOBAL',
    globalVariable: parseGlobalName(closing.global),
    value: parseGlobalValue(value),
  });
  const isSet = () => autosys.instance.globalVariable(closing.global)?.value === value;
  await until(`${closing.global} to be ${value}`, isSet, 10_000);
}

/** Starts the launch job and the box. Resolves when AutoSys shows their new runs. */
async function start({ autosys, operator }: TestSystem): Promise<void> {
  for (const job of ['CLOSING_LAUNCH', 'FILING_BOX']) {
    const toRun = () => autosys.instance.job(job)?.run.run ?? 0;
    const before = toRun();
    await operator.sendEvent({ kind: 'STARTJOB', job: parseJobName(job) });
    await until(`${job} to start`, () => toRun() > before, 10_000);
  }
}

/** Resolves when a job has ended with a status. @throws {Error} when it has another end */
async function untilStatus(
  { autosys, agentHost }: TestSystem,
  job: string,
  expected: 'SUCCESS' | 'FAILURE',
): Promise<void> {
  const ended = await until(
    `${job} to end`,
    () => {
      const { status = 'INACTIVE' } = autosys.instance.job(job) ?? {};
      return ['SUCCESS', 'FAILURE', 'TERMINATED'].includes(status) && status;
    },
    healsWithinMs,
  );
  if (ended !== expected) {
    throw new Error(`${job} ended as ${ended}, expected ${expected}\n${agentHost.readSpool(job)}`);
  }
}
