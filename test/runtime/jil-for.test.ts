import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgent } from '../../cli/build-agent.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { synthesizeLaunchExample } from './launch-system.ts';
import { startPrintedJobs } from './printed-jobs.ts';
import { project } from './test-system.ts';

let assembly: SynthesizedAssembly;
const bundle = join(project, 'dist/autosys-bridge-jil-for.mjs');

beforeAll(async () => {
  [assembly] = await Promise.all([synthesizeLaunchExample(), buildAgent(bundle)]);
});

afterAll(() => assembly[Symbol.asyncDispose]());

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
    await using system = await startPrintedJobs(assembly.directory, { bundle, argv });
    system.aws.workloads.define({ ...machine, runs });
    system.send('STARTJOB', job);

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
  await using system = await startPrintedJobs(assembly.directory, {
    bundle,
    argv: ['--way', 'variable'],
    mirror: { kind: 'global', name: 'AWS_SETTLEMENT' },
  });
  const end = Promise.withResolvers<void>();
  system.aws.workloads.define({
    ...machine,
    runs: {
      steps: [{ kind: 'wait', state: 'Work', for: end.promise }],
      end: { status: 'FAILED', error: 'Rates.NoData', cause: 'no rates' },
    },
  });
  system.send('STARTJOB', launch);
  const launched = await system.untilEnd(launch);
  const before = [next, failed].map(system.statusOf);

  end.resolve();

  expect({ launched, before }).toEqual({ launched: 'SUCCESS', before: ['INACTIVE', 'INACTIVE'] });
  expect(await system.untilEnd(failed)).toBe('FAILURE');
  expect(system.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('FAILED');
  expect(system.readSpool(launch)).toContain('NIGHT_SETTLEMENT_LAUNCH-r1t1-ACE');
  expect(system.readSpool(failed)).toContain('NIGHT_SETTLEMENT_LAUNCH-r1t1-ACE');
  expect(system.statusOf(next)).toBe('INACTIVE');
});
