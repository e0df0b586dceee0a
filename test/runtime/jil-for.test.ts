import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { buildAgent } from '../../cli/build-agent.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { printJilFor, readShipped } from '../cli/jil-for/support.ts';
import { startLaunchSystem, synthesizeLaunchExample } from './launch-system.ts';
import { project } from './test-system.ts';

let assembly: SynthesizedAssembly;
const bundle = join(project, 'dist/autosys-bridge-jil-for.mjs');

beforeAll(async () => {
  [assembly] = await Promise.all([synthesizeLaunchExample(), buildAgent(bundle)]);
});

afterAll(() => assembly[Symbol.asyncDispose]());

/** `examples/launch.yaml`, whose target settlement has a mirror, which the test sets itself. */
const mirrored = readShipped('examples/launch.yaml').replace(
  '    endsWithin: 90m\n',
  '    endsWithin: 90m\n    mirror: { global: AWS_SETTLEMENT }\n',
);

/** Both worlds. AutoSys executes the printed jobs of one target with the built command. */
async function startPrinted(file: string, argv: readonly string[]) {
  const system = await startLaunchSystem(assembly.directory, () => ({
    execute: { machines: ['agent-1'] },
  }));
  const { autosys, folder, url, caPath, loginPath } = system;
  const program = join(folder, 'autosys-bridge');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(
    join(folder, 'profile'),
    `export AUTOSYS_BRIDGE_URL=${url} AUTOSYS_BRIDGE_CA=${caPath} AUTOSYS_BRIDGE_LOGIN_FILE=${loginPath} PATH=${folder}:$PATH\n`,
  );
  const jil = await printJilFor(file, [
    ...['settlement', '--param', 'date=$$EOD_DATE', ...argv],
    ...['--profile', join(folder, 'profile'), '--log-dir', folder],
  ]);
  expect(autosys.instance.loadJil({ name: 'printed.jil', text: jil }).ok).toBe(true);
  const setGlobal = (name: string, value: string) =>
    autosys.instance.queue({
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName(name),
      value: parseGlobalValue(value),
    });
  setGlobal('EOD_DATE', '2026-11-30');
  await until(() => autosys.instance.globalVariable('EOD_DATE') !== undefined);
  const statusOf = (job: string) => autosys.instance.job(job)?.status ?? 'undefined';
  return Object.assign(system, {
    setGlobal,
    statusOf,
    start: (job: string) => autosys.instance.queue({ kind: 'STARTJOB', job: parseJobName(job) }),
    untilEnd: async (job: string) => {
      await until(() => ['SUCCESS', 'FAILURE', 'TERMINATED'].includes(statusOf(job)));
      return statusOf(job);
    },
    readSpool: (job: string) => {
      const spool = join(folder, `${job}.out`);
      return existsSync(spool) ? readFileSync(spool, 'utf8') : '';
    },
  });
}

const machine = { stateMachine: 'settlement', versions: [1], aliases: { live: 1 } };

describe('the printed job that waits', () => {
  const job = 'NIGHT_SETTLEMENT';
  const noRates = { end: { status: 'FAILED', error: 'Rates.NoData', cause: 'no rates' } } as const;

  test.for([
    { when: 'the execution succeeds', runs: {}, argv: [], status: 'SUCCESS', exitCode: 0 },
    { when: 'it fails', runs: noRates, argv: [], status: 'FAILURE', exitCode: 4 },
    {
      when: 'it fails with a code of --success',
      runs: noRates,
      argv: ['--success', 'settlement=4'],
      status: 'SUCCESS',
      exitCode: 4,
    },
  ])('is $status when $when', async ({ runs, argv, status, exitCode }) => {
    await using system = await startPrinted(readShipped('examples/launch.yaml'), argv);
    system.aws.workloads.define({ ...machine, runs });
    system.start(job);

    expect(await system.untilEnd(job)).toBe(status);
    expect(system.autosys.instance.job(job)?.run.exitCode).toBe(exitCode);
    expect(system.readSpool(job)).toContain(`exit code ${exitCode}`);
    expect(system.aws.workloads.calls).toMatchObject({ StartExecution: 1 });
  });
});

test('the printed jobs of a variable start a run, and print it after its failure', async () => {
  const launch = 'NIGHT_SETTLEMENT_LAUNCH';
  const next = 'NIGHT_SETTLEMENT_NEXT';
  const failed = 'NIGHT_SETTLEMENT_FAILED';
  await using system = await startPrinted(mirrored, ['--way', 'variable']);
  system.aws.workloads.define({
    ...machine,
    runs: { end: { status: 'FAILED', error: 'Rates.NoData', cause: 'no rates' } },
  });
  system.setGlobal('AWS_SETTLEMENT', 'RUNNING');
  system.start(launch);
  const launched = await system.untilEnd(launch);
  const before = [next, failed].map(system.statusOf);
  await until(() => system.aws.workloads.runs.some(({ status }) => status === 'FAILED'));

  system.setGlobal('AWS_SETTLEMENT', 'FAILED');

  expect({ launched, before }).toEqual({ launched: 'SUCCESS', before: ['INACTIVE', 'INACTIVE'] });
  expect(await system.untilEnd(failed)).toBe('FAILURE');
  expect(system.readSpool(launch)).toContain('NIGHT_SETTLEMENT_LAUNCH-r1t1-ACE');
  expect(system.readSpool(failed)).toContain('NIGHT_SETTLEMENT_LAUNCH-r1t1-ACE');
  expect(system.statusOf(next)).toBe('INACTIVE');
});

/** Waits until a condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let check = 0; check < 600 && !holds(); check += 1) await sleep(50);
  if (!holds()) throw new Error(`not within 30 s: ${holds}`);
}
