import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAndLose } from '../../emulator/index.ts';
import { metrics } from '../../lambda/contract.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { project, startTestSystem, type TestSystem, wiringOf } from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({ project, environment: process.env });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = 'insert_job: LOAD  job_type: CMD  machine: host1  command: true\n';
const readMetrics = (system: TestSystem) =>
  Object.assign({}, ...system.lines().filter((line) => '_aws' in line));

describe('the shipped canary', () => {
  test('holds no YAML parser and is no larger than the report function', () => {
    const canary = wiringOf(assembly.directory).functions.find(({ id }) => id.includes('Canary'));
    const bundle = join(canary?.taskRoot ?? '', 'index.js');

    expect(statSync(bundle).size).toBeLessThan(560_000);
    expect(readFileSync(bundle, 'utf8')).not.toContain('YAMLParseError');
  });

  test('passes for a healthy AutoSys, and emits round trip, certificate and secret metrics', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });

    const ticks = await system.aws.tick('Canary');

    expect(ticks).toMatchObject([{ result: { kind: 'answered' } }]);
    expect(system.autosys.instance.globalVariable('AWS_BRIDGE_CANARY')?.value).toMatch(/^20.*Z$/);
    expect(readMetrics(system)).toMatchObject({
      autosysInstance: 'ACE',
      [metrics.canaryFailed]: 0,
      [metrics.canaryRoundTripMs]: expect.any(Number),
      [metrics.certificateDaysLeft]: expect.any(Number),
      [metrics.secretAgeDays]: expect.any(Number),
    });
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ level: 'INFO', message: 'canary passed', autosysInstance: 'ACE' }),
    );
    expect(system.aws.secrets.reads).toBe(1);
    expect(system.aws.secrets.unknownRequests).toEqual([]);
    expect(system.autosys.unsupported()).toBe(0);
  });

  test('fails when AutoSys accepts and loses the variable, and logs the failed step', async () => {
    await using system = await startTestSystem(assembly.directory, {
      jil,
      settings: { confirmWithinMs: 200 },
    });
    system.autosys.misbehave(acceptAndLose, { path: 'set-global', times: 'always' });

    await system.aws.tick('Canary');

    expect(readMetrics(system)).toMatchObject({ [metrics.canaryFailed]: 1 });
    expect(system.lines()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'canary step failed',
        autosysInstance: 'ACE',
        step: 'readBack',
        verdict: 'notApplied',
        advice: expect.stringContaining('scheduler'),
      }),
    );
  });

  test('sends a rejected login once, then stops, and shows no password', async () => {
    const secret = JSON.stringify({ username: 'autosys', password: 'hunter2 hunter2' });
    await using system = await startTestSystem(assembly.directory, { jil, secret });

    await system.aws.tick('Canary');
    await system.aws.tick('Canary');

    expect(system.autosys.requests()).toMatchObject([{ status: 401 }]);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ message: 'canary step failed', verdict: 'loginRefused' }),
    );
    // The circuit breaker is open now, also for the canary.
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ message: 'canary skipped', verdict: 'circuitOpen' }),
    );
    expect(JSON.stringify(system.aws.logs())).not.toContain('hunter2');
  });
});
