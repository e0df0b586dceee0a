import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redate } from '../../cli/demo/redate.ts';
import { metrics } from '../../lambda/contract.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { batchSecret } from '../support/builders.ts';
import { exampleEvent, project, setStage, wiringOf } from './stage.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({ project, environment: process.env });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = `
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 3600
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
`;

/** An example event as AWS would have made it two hours ago: longer ago than any of the routes lets a run take. */
function longAgo(id: string, over: object = {}) {
  const event = exampleEvent(id);
  const bent = { ...event, detail: { ...event.detail, ...over } };
  // The functions keep real time.
  return redate(bent, new Date(Date.now() - 2 * 3_600_000)) as Parameters<
    Awaited<ReturnType<typeof setStage>>['aws']['workloads']['put']
  >[0];
}

const settlementRunning = () => longAgo('1c0ffee1');
const settlementSucceeded = () => longAgo('1c0ffee6');

describe('the shipped sweep', () => {
  test('recovers an execution whose end nobody announced, and the job that waits for it starts', async () => {
    await using stage = await setStage(assembly.directory, { jil });
    const { autosys, aws } = stage;
    aws.bus.put(settlementRunning());
    await aws.idle();
    aws.workloads.put(settlementSucceeded());

    const ticks = await aws.tick('Sweep');

    expect(ticks).toMatchObject([{ result: { kind: 'answered' } }]);
    expect(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
    expect(autosys.instance.job('LOAD')?.run.run).toBe(1);
    const run = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:settlement-2026-11-20';
    expect(aws.workloads.asked).toEqual([run]);
    expect(aws.workloads.unknownRequests).toEqual([]);
    const eventId = expect.stringMatching(/^recovered-[0-9a-f]{26}$/);
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({ message: 'recovered', run, status: 'SUCCEEDED', eventId }),
    );
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({ message: 'confirmed', messageId: eventId, eventId }),
    );
    expect(stage.lines()).toContainEqual(expect.objectContaining({ [metrics.recovered]: 1 }));
  });

  test('asks about a Batch job without a word of its environment anywhere', async () => {
    await using stage = await setStage(assembly.directory, { jil });
    const { autosys, aws } = stage;
    const container = { environment: [{ name: 'DB_PASSWORD', value: batchSecret }], exitCode: 0 };
    aws.bus.put(longAgo('1c0ffee4', { container }));
    await aws.idle();
    aws.workloads.put(longAgo('1c0ffee9', { container }));

    await aws.tick('Sweep');

    expect(autosys.instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
    expect(stage.lines()).toContainEqual(expect.objectContaining({ message: 'recovered' }));
    expect(JSON.stringify(aws.logs())).not.toContain(batchSecret);
  });

  test('says loudly that AWS has forgotten a run, and asks no more', async () => {
    await using stage = await setStage(assembly.directory, { jil });
    const { aws } = stage;
    aws.bus.put(settlementRunning());
    await aws.idle();
    aws.workloads.forget(
      'arn:aws:states:eu-west-1:111122223333:execution:settlement:settlement-2026-11-20',
    );

    await aws.tick('Sweep');
    await aws.tick('Sweep');

    expect(aws.workloads.asked).toHaveLength(1);
    expect(stage.lines()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'lost',
        reason: expect.stringContaining('AWS does not know'),
      }),
    );
  });

  test('tells each minute how things stand, where nothing is to be done', async () => {
    await using stage = await setStage(assembly.directory, { jil });

    await stage.aws.tick('Sweep');

    const told = Object.assign({}, ...stage.lines());
    expect(told).toMatchObject({
      [metrics.openRuns]: 0,
      [metrics.oldestOpenSeconds]: 0,
      [metrics.oldestDueSeconds]: 0,
      [metrics.gateIsClosed]: 0,
    });
    expect(stage.aws.secrets.unknownRequests).toEqual([]);
  });
});

describe('the clients of Step Functions and AWS Batch', () => {
  const bundleOf = (room: 'Report' | 'Sweep') => {
    const { functions } = wiringOf(assembly.directory);
    const taskRoot = functions.find(({ id }) => id.includes(room))?.taskRoot ?? '';
    return readFileSync(join(taskRoot, 'index.js'), 'utf8');
  };

  test('are in the bundle of the sweep, and not in that of the report', () => {
    const words = ['AWSStepFunctions', '/v1/describejobs'];

    expect(words.map((word) => bundleOf('Sweep').includes(word))).toEqual([true, true]);
    expect(words.map((word) => bundleOf('Report').includes(word))).toEqual([false, false]);
  });

  test('let the bundle of the sweep be smaller than 800 KB', () => {
    expect(bundleOf('Sweep').length).toBeLessThan(800_000);
  });
});
