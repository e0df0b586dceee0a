import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgent } from '../../cli/build-agent.ts';
import { acceptAndLose, answerAfter } from '../../emulator/index.ts';
import type { Mirror } from '../../lambda/routing/targets.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { MovedTime } from '../support/moved-time.ts';
import { synthesizeLaunchExample } from './launch-system.ts';
import { startPrintedJobs, until } from './printed-jobs.ts';
import { project } from './test-system.ts';

const bundle = join(project, 'dist/autosys-bridge-mirror.mjs');
const minuteMs = 60_000;
let assembly: SynthesizedAssembly;

beforeAll(async () => {
  [assembly] = await Promise.all([synthesizeLaunchExample(), buildAgent(bundle)]);
});

afterAll(() => assembly[Symbol.asyncDispose]());

const variable: Mirror = { kind: 'global', name: 'AWS_SETTLEMENT' };
const mirrorJob: Mirror = { kind: 'job', name: 'SETTLE_IN_AWS' };

/** The jobs that `jil-for` prints, and a job that waits for the run. */
const forms = {
  wait: {
    mirror: variable,
    start: 'NIGHT_SETTLEMENT',
    launch: 'NIGHT_SETTLEMENT',
    next: 'NEXT',
    jil: `
insert_job: NEXT  job_type: CMD  machine: agent-1  command: true
condition: success(NIGHT_SETTLEMENT) & value(AWS_SETTLEMENT) = "SUCCEEDED"
`,
  },
  variable: {
    mirror: variable,
    start: 'NIGHT_SETTLEMENT_LAUNCH',
    launch: 'NIGHT_SETTLEMENT_LAUNCH',
    next: 'NIGHT_SETTLEMENT_NEXT',
    jil: '',
  },
  box: {
    mirror: mirrorJob,
    start: 'NIGHT_SETTLEMENT_BOX',
    launch: 'NIGHT_SETTLEMENT_LAUNCH',
    next: 'NEXT',
    jil: `
insert_job: NEXT  job_type: CMD  machine: agent-1  command: true
box_name: NIGHT_SETTLEMENT_BOX
condition: success(SETTLE_IN_AWS)
`,
  },
} as const;
type Form = keyof typeof forms;
const everyForm = Object.keys(forms) as readonly Form[];

/**
 * Both worlds with the jobs of a form, on the morning after a night that has succeeded. The execution
 * of tonight is active until `end` is called.
 */
async function aSecondNight(
  form: Form,
  { time, fails = false }: { readonly time?: MovedTime; readonly fails?: boolean } = {},
) {
  const { mirror, jil, start, launch, next } = forms[form];
  const argv = ['--way', form];
  const system = await startPrintedJobs(assembly.directory, {
    ...{ bundle, argv, mirror, jil },
    ...(time && { time }),
  });
  const { autosys, aws, setGlobal, setStatus, statusOf } = system;
  const { instance } = autosys;
  await setStatus(launch, 'SUCCESS');
  if (mirror.kind === 'global') {
    // The job that waits runs, as it did yesterday.
    await setGlobal(mirror.name, 'SUCCEEDED');
    await until('yesterday', () => statusOf(next) === 'SUCCESS');
  } else {
    for (const job of [mirror.name, next, start]) await setStatus(job, 'SUCCESS');
  }
  const shown = () =>
    mirror.kind === 'global' ? instance.globalVariable(mirror.name)?.value : statusOf(mirror.name);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const atStart: (string | undefined)[] = [];
  aws.workloads.define({
    stateMachine: 'settlement',
    ...{ aliases: { live: 1 }, versions: [1] },
    runs: () => {
      atStart.push(shown());
      const end = { status: fails ? 'FAILED' : 'SUCCEEDED' } as const;
      return { steps: [{ kind: 'wait', state: 'Work', for: ended }], end };
    },
  });
  const atNext: string[][] = [];
  const changes = instance.onChange(({ kind, job }) => {
    if (kind === 'start' && job === next) atNext.push(aws.workloads.runs.map((run) => run.status));
  });
  const runsOf = () => aws.workloads.runs.map(({ status }) => status);
  return {
    ...system,
    ...{ shown, runsOf, launch, next, night: start },
    /** What the mirror showed when AWS was asked to start an execution. */
    atStart,
    /** The executions at each start of the job that waits. */
    atNext,
    end: resolve,
    /** Starts the night, and resolves when the launch job runs. */
    begin: async () => {
      system.send('STARTJOB', start);
      await until('the launch job runs', () => statusOf(launch) === 'RUNNING');
    },
    /** Invokes the sweep until a condition holds. */
    sweepUntil: (what: string, holds: () => boolean) =>
      until(what, async () => {
        if (holds()) return true;
        await aws.tick('Sweep');
        return holds();
      }),
    [Symbol.asyncDispose]: async () => {
      changes[Symbol.dispose]();
      resolve();
      await system[Symbol.asyncDispose]();
    },
  };
}

type SecondNight = Awaited<ReturnType<typeof aSecondNight>>;

/** Lets the execution succeed. The night ends, and the job that waits runs once, after its end. */
async function expectGoodNight(system: SecondNight): Promise<void> {
  await until('AWS has the execution', () => system.runsOf().includes('RUNNING'));
  if (system.launch !== 'NIGHT_SETTLEMENT') {
    await until('the launch job ends', () => system.statusOf(system.launch) === 'SUCCESS');
  }
  expect(system.atNext).toEqual([]);
  await expectGoodEnd(system);
}

/** The execution succeeds, and the rest of the night follows. */
async function expectGoodEnd(system: SecondNight): Promise<void> {
  system.end();
  await system.sweepUntil('the next job runs', () => system.atNext.length > 0);
  await until('the next job ends', () => system.statusOf(system.next) === 'SUCCESS');
  await until('the night ends', () => system.statusOf(system.night) === 'SUCCESS');
  expect(system.atStart).toEqual(['RUNNING']);
  expect(system.atNext).toEqual([['SUCCEEDED']]);
  expect(['SUCCEEDED', 'SUCCESS']).toContain(system.shown());
  expect(system.aws.workloads.calls).toMatchObject({ StartExecution: 1 });
}

describe.for(everyForm)('the jobs of the way %s', (form) => {
  test('run on the value of tonight', async () => {
    await using system = await aSecondNight(form);
    await system.begin();

    await expectGoodNight(system);

    // RUNNING and the end are set once each: the event of RUNNING is a duplicate.
    const sent = system.autosys.requests().filter(({ path }) => path.includes(toPath(form)));
    expect(sent).toHaveLength(2);
  });

  test('wait for a slow AutoSys', async () => {
    await using system = await aSecondNight(form);
    await system.begin();
    const { autosys } = system;
    autosys.misbehave(answerAfter(500), { times: 'always' });
    autosys.instance.stallUntil(new Date(autosys.clock.now().getTime() + 3_000));

    await expectGoodNight(system);
  });

  test('wait for an AutoSys that is away at the start and at the end', async () => {
    await using system = await aSecondNight(form);
    const { autosys } = system;
    await system.begin();
    await autosys.goDown();
    // The launch function has been invoked, and AutoSys is away longer than one of its attempts.
    await sleep(3_000);
    expect(system.runsOf()).toEqual([]);
    await autosys.comeBack();
    await until('AWS has the execution', () => system.runsOf().includes('RUNNING'));
    if (form !== 'wait') await system.untilEnd(system.launch);
    await autosys.goDown();
    system.end();
    await until('the execution ends', () => system.runsOf().includes('SUCCEEDED'));
    await sleep(500);
    expect(system.atNext).toEqual([]);
    await autosys.comeBack();

    await expectGoodEnd(system);
  });

  test('start nothing on a RUNNING that AutoSys has accepted and lost', async () => {
    using time = new MovedTime();
    await using system = await aSecondNight(form, { time });
    const { autosys } = system;
    const shown: (string | undefined)[] = [];
    using _changes = autosys.instance.onChange(() => {
      if (shown.at(-1) !== system.shown()) shown.push(system.shown());
    });
    const lost = autosys.misbehave(acceptAndLose, { method: 'POST', path: toPath(form) });
    await system.begin();
    await until('RUNNING is lost', () => lost.struck === 1);
    // Longer than the function waits for RUNNING. The command then repeats its request.
    time.moveBy(20_000);
    if (form === 'box') {
      // The lost status might still overwrite a later one, until it was looked for ten minutes.
      await until('RUNNING is sent again', () => shown.at(-1) === 'RUNNING');
      expect(system.runsOf()).toEqual([]);
      time.moveBy(11 * minuteMs);
    }

    await expectGoodNight(system);

    const words =
      form === 'box' ? ['FAILURE', 'RUNNING', 'SUCCESS'] : ['FAILED', 'RUNNING', 'SUCCEEDED'];
    expect(shown.slice(-3)).toEqual(words);
    expect(system.readSpool(system.launch)).toContain('AutoSys does not show RUNNING in');
  });
});

/** The request that sets the mirror. */
function toPath(form: Form): string {
  return form === 'box' ? 'event/change-status' : 'event/set-global';
}

describe('a mirror job', () => {
  const mirror = mirrorJob.name;

  /** The box tonight, with an active execution and a launch job that has ended. */
  async function anActiveBox(time: MovedTime, settings: { readonly fails?: boolean } = {}) {
    const system = await aSecondNight('box', { time, ...settings });
    await system.begin();
    await system.untilEnd(system.launch);
    await until('AWS has the execution', () => system.runsOf().includes('RUNNING'));
    return system;
  }

  /** Lets the sweep look at the mirror job, twice. */
  async function look({ aws }: SecondNight, time: MovedTime): Promise<void> {
    for (let looks = 0; looks < 2; looks += 1) {
      time.moveBy(3 * minuteMs);
      await aws.tick('Sweep');
    }
  }

  test.for([mirror, 'NIGHT_SETTLEMENT_BOX'])('stops the run after KILLJOB of %s', async (job) => {
    using time = new MovedTime();
    await using system = await anActiveBox(time);

    system.send('KILLJOB', job);
    await until('AutoSys kills it', () => system.statusOf(mirror) === 'TERMINATED');
    time.moveBy(3 * minuteMs);
    await system.sweepUntil('the run is stopped', () => system.runsOf().includes('ABORTED'));
    await look(system, time);

    expect(system.runsOf()).toEqual(['ABORTED']);
    expect(system.shown()).toBe('TERMINATED');
    expect(system.statusOf(system.night)).toBe(job === mirror ? 'FAILURE' : 'TERMINATED');
    expect(system.atNext).toEqual([]);
  });

  test('that is set to SUCCESS by hand stops nothing, and shows the end in AWS', async () => {
    using time = new MovedTime();
    await using system = await anActiveBox(time, { fails: true });

    await system.setStatus(mirror, 'SUCCESS');
    await look(system, time);
    const active = system.runsOf();
    system.end();
    await system.sweepUntil('the end is shown', () => system.shown() === 'FAILURE');

    expect(active).toEqual(['RUNNING']);
    expect(system.runsOf()).toEqual(['FAILED']);
    // The operator has let it run.
    expect(system.atNext).toEqual([['RUNNING']]);
  });

  test('that is held while the run is active stays RUNNING', async () => {
    using time = new MovedTime();
    await using system = await anActiveBox(time);

    system.send('JOB_ON_HOLD', mirror);
    await look(system, time);

    expect(system.shown()).toBe('RUNNING');
    await expectGoodEnd(system);
  });

  test('that is held before the start shows the run nevertheless', async () => {
    using time = new MovedTime();
    await using system = await aSecondNight('box', { time });
    system.send('JOB_ON_HOLD', mirror);
    await until('it is held', () => system.shown() === 'ON_HOLD');

    await system.begin();

    await expectGoodNight(system);
  });

  test('that is deleted while the run is active stops nothing', async () => {
    using time = new MovedTime();
    await using system = await anActiveBox(time);

    // AutoSys deletes no job that is RUNNING.
    await system.setStatus(mirror, 'INACTIVE');
    deleteMirror(system);
    await look(system, time);
    const active = system.runsOf();
    system.end();
    await until('the execution ends', () => system.runsOf().includes('SUCCEEDED'));
    await until('its end is parked', () =>
      system.lines().some(({ message }) => message === 'effect parked'),
    );

    expect(active).toEqual(['RUNNING']);
    expect(system.atNext).toEqual([]);
  });

  test('that is deleted before the start refuses it, and the box fails', async () => {
    await using system = await aSecondNight('box');
    deleteMirror(system);

    await system.begin();

    expect(await system.untilEnd(system.launch)).toBe('FAILURE');
    expect(system.autosys.instance.job(system.launch)?.run.exitCode).toBe(78);
    expect(system.readSpool(system.launch)).toContain('AutoSys has rejected RUNNING for job');
    expect(await system.untilEnd(system.night)).toBe('FAILURE');
    expect(system.runsOf()).toEqual([]);
    expect(system.atNext).toEqual([]);
  });

  test('fails after the command has printed why AWS has refused the start', async () => {
    await using system = await aSecondNight('box');
    system.aws.workloads.injectFault('StartExecution', {
      kind: 'refuse',
      error: 'StateMachineDoesNotExist',
    });

    await system.begin();

    expect(await system.untilEnd(system.launch)).toBe('FAILURE');
    expect(system.autosys.instance.job(system.launch)?.run.exitCode).toBe(78);
    expect(await system.untilEnd(system.night)).toBe('FAILURE');
    expect(system.shown()).toBe('FAILURE');
    expect(system.atNext).toEqual([]);
  });

  function deleteMirror({ autosys }: SecondNight): void {
    const text = `delete_job: ${mirror}\n`;
    expect(autosys.instance.loadJil({ name: 'delete.jil', text }).ok).toBe(true);
  }
});
