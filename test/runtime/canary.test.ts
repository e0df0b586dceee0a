import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptAndLose } from '../../emulator/index.ts';
import { metrics } from '../../lambda/contract.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { project, type Stage, setStage, wiringOf } from './stage.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({ project, environment: process.env });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = 'insert_job: LOAD  job_type: CMD  machine: host1  command: true\n';
const told = (stage: Stage) => Object.assign({}, ...stage.lines().filter((line) => '_aws' in line));

describe('the shipped canary', () => {
  test('holds no YAML parser and no more than the report function', () => {
    const canary = wiringOf(assembly.directory).functions.find(({ id }) => id.includes('Canary'));
    const bundle = join(canary?.taskRoot ?? '', 'index.js');

    expect(statSync(bundle).size).toBeLessThan(560_000);
    expect(readFileSync(bundle, 'utf8')).not.toContain('YAMLParseError');
  });

  test('passes a healthy AutoSys, and tells round trip, certificate and secret', async () => {
    await using stage = await setStage(assembly.directory, { jil });

    const ticks = await stage.aws.tick('Canary');

    expect(ticks).toMatchObject([{ result: { kind: 'answered' } }]);
    expect(stage.autosys.instance.globalVariable('AWS_BRIDGE_CANARY')?.value).toMatch(/^20.*Z$/);
    expect(told(stage)).toMatchObject({
      autosysInstance: 'ACE',
      [metrics.canaryFailed]: 0,
      [metrics.canaryRoundTripMs]: expect.any(Number),
      [metrics.certificateDaysLeft]: expect.any(Number),
      [metrics.secretAgeDays]: expect.any(Number),
    });
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({ level: 'INFO', message: 'canary passed', autosysInstance: 'ACE' }),
    );
    expect(stage.aws.secrets.reads).toBe(1);
    expect(stage.aws.secrets.unknownRequests).toEqual([]);
    expect(stage.autosys.unsupported()).toBe(0);
  });

  test('fails where AutoSys takes the variable and loses it, and says at which step', async () => {
    await using stage = await setStage(assembly.directory, {
      jil,
      settings: { confirmWithinMs: 200 },
    });
    stage.autosys.misbehave(acceptAndLose, { path: 'set-global', times: 'always' });

    await stage.aws.tick('Canary');

    expect(told(stage)).toMatchObject({ [metrics.canaryFailed]: 1 });
    expect(stage.lines()).toContainEqual(
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

  test('signs in once with a refused login, then stands back, and shows no password', async () => {
    const secret = JSON.stringify({ username: 'autosys', password: 'hunter2 hunter2' });
    await using stage = await setStage(assembly.directory, { jil, secret });

    await stage.aws.tick('Canary');
    await stage.aws.tick('Canary');

    expect(stage.autosys.requests()).toMatchObject([{ status: 401 }]);
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({ message: 'canary step failed', verdict: 'loginRefused' }),
    );
    // The circuit breaker is open by now, for the canary as for everybody.
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({ message: 'canary skipped', verdict: 'circuitOpen' }),
    );
    expect(JSON.stringify(stage.aws.logs())).not.toContain('hunter2');
  });
});
