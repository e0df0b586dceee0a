import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { buildAgent } from '../../cli/build-agent.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { Mirror } from '../../lambda/routing/targets.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { startLaunchSystem, synthesizeLaunchExample } from './launch-system.ts';
import { project } from './test-system.ts';

const bundle = join(project, 'dist/autosys-bridge.mjs');
let assembly: SynthesizedAssembly;

beforeAll(async () => {
  [assembly] = await Promise.all([synthesizeLaunchExample(), buildAgent(bundle)]);
});

afterAll(() => assembly[Symbol.asyncDispose]());

/** A job that starts the target settlement and ends at once. */
const toLaunchJob = (folder: string) => `
insert_job: NIGHT_LAUNCH  job_type: CMD  machine: agent-1
command: exec "${process.execPath}" "${bundle}" run settlement --param date=2026-11-30 --detach
profile: ${folder}/profile
std_out_file: >${folder}/$AUTO_JOB_NAME.out
std_err_file: >>${folder}/$AUTO_JOB_NAME.out
`;

/** Both worlds with the launch job and more JIL, and a mirror for the target settlement. */
async function aMirroredSystem(mirror: Mirror, jil: string) {
  const system = await startLaunchSystem(
    assembly.directory,
    ({ folder }) => ({
      jil: [{ name: 'test.jil', text: `${toLaunchJob(folder)}${jil}` }],
      execute: { machines: ['agent-1'] },
    }),
    (target) => (target.name === 'settlement' ? { ...target, mirror } : target),
  );
  const { folder, url, caPath, loginPath, autosys, aws } = system;
  writeFileSync(
    join(folder, 'profile'),
    `export AUTOSYS_BRIDGE_URL=${url} AUTOSYS_BRIDGE_CA=${caPath} AUTOSYS_BRIDGE_LOGIN_FILE=${loginPath}\n`,
  );
  const end = Promise.withResolvers<void>();
  aws.workloads.define({
    stateMachine: 'settlement',
    aliases: { live: 1 },
    versions: [1],
    runs: { steps: [{ kind: 'wait', state: 'Work', for: end.promise }] },
  });
  const start = (job: string) =>
    autosys.instance.queue({ kind: 'STARTJOB', job: parseJobName(job) });
  return Object.assign(system, { end: end.resolve, start });
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (let check = 0; check < 600; check += 1) {
    if (isTrue()) return;
    await sleep(50);
  }
  throw new Error(`not reached: ${what}`);
}

const statusOf = ({ instance }: Emulator, job: string) => instance.job(job)?.status;

test('a job that waits for the variable does not run on the value of yesterday', async () => {
  await using system = await aMirroredSystem(
    { kind: 'global', name: 'AWS_SETTLEMENT' },
    `
insert_job: AFTER  job_type: CMD  machine: host1  command: sleep 1
condition: success(NIGHT_LAUNCH) & value(AWS_SETTLEMENT) = "SUCCEEDED"
`,
  );
  const { autosys, aws } = system;
  const globalVariable = parseGlobalName('AWS_SETTLEMENT');
  const value = parseGlobalValue('SUCCEEDED');
  autosys.instance.queue({ kind: 'SET_GLOBAL', globalVariable, value });
  await until('yesterday', () => autosys.instance.globalVariable('AWS_SETTLEMENT') !== undefined);
  const shown: (string | undefined)[] = [];
  const started = () => aws.workloads.runs.length > 0;
  using _changes = autosys.instance.onChange(() => {
    if (!started()) shown.push(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value);
  });

  system.start('NIGHT_LAUNCH');
  await until('the launch job ends', () => statusOf(autosys, 'NIGHT_LAUNCH') === 'SUCCESS');
  await sleep(500);

  // RUNNING was shown before AWS had the execution.
  expect(shown.at(-1)).toBe('RUNNING');
  expect(statusOf(autosys, 'AFTER')).toBe('INACTIVE');
  system.end();
  await until('AFTER runs', () =>
    ['RUNNING', 'SUCCESS'].includes(statusOf(autosys, 'AFTER') ?? ''),
  );
  expect(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
  expect(autosys.instance.events('AFTER').length).toBeGreaterThan(0);
  // RUNNING is set once: the event of AWS about it is a duplicate.
  const sets = autosys.instance
    .events()
    .filter((event) => JSON.stringify(event).includes('SET_GLOBAL'));
  expect(sets).toHaveLength(3);
});

test('a box ends with its mirror job', async () => {
  await using system = await aMirroredSystem(
    { kind: 'job', name: 'SETTLE_IN_AWS' },
    `
insert_job: BOX  job_type: BOX
update_job: NIGHT_LAUNCH  box_name: BOX
insert_job: SETTLE_IN_AWS  job_type: CMD  machine: host1  command: true  box_name: BOX
condition: success(NIGHT_LAUNCH) & value(NEVER) = "x"
`,
  );
  const { autosys } = system;

  system.start('BOX');
  await until('the launch job ends', () => statusOf(autosys, 'NIGHT_LAUNCH') === 'SUCCESS');
  expect(statusOf(autosys, 'SETTLE_IN_AWS')).toBe('RUNNING');
  expect(statusOf(autosys, 'BOX')).toBe('RUNNING');

  system.end();
  await until('NIGHT ends', () => statusOf(autosys, 'BOX') === 'SUCCESS');
  expect(statusOf(autosys, 'SETTLE_IN_AWS')).toBe('SUCCESS');
});
