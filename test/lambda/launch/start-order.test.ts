import { describe, expect, test } from 'vitest';
import { toLaunchedBatchJob, toStartOrder } from '../../../lambda/launch/start-order.ts';
import { submitJobOnce } from '../../../lambda/launch/submit-job-once.ts';
import { aBatchTarget } from './batch-rig.ts';
import { aTarget } from './rig.ts';

const identity = { kind: 'key', key: 'T1' } as const;
const named = { identity, name: 'T1-outside' };
const params = { date: '2026-11-30' };

describe('an order', () => {
  test('for an execution has its filled input', () => {
    const target = aTarget();

    const order = toStartOrder(target, { ...named, params });

    const input = '{"date":"2026-11-30","job":"/"}';
    expect(order).toEqual({ kind: 'execution', target, name: 'T1-outside', input });
    expect(toLaunchedBatchJob(order)).toBeUndefined();
  });

  test('for an execution whose filled input is larger than 256 KiB is refused', () => {
    const text = `\${param.date}`.repeat(300);
    const target = aTarget({ input: { template: { text } } });

    expect(() => toStartOrder(target, { ...named, params: { date: 'x'.repeat(1_024) } })).toThrow(
      'input: found 307211 bytes, allowed: at most 262144',
    );
  });

  test("for a Batch job has the caller's own parameters, and the tag of a key", () => {
    const order = toStartOrder(aBatchTarget({ input: 'given', arraySize: 3 }), {
      ...named,
      input: { a: 'b' },
    });

    expect(order).toEqual({
      kind: 'batchJob',
      submission: {
        ...{ jobName: 'T1-outside', jobQueue: 'night', jobDefinition: 'risk' },
        ...{ parameters: { a: 'b' }, arraySize: 3, dependsOn: [] },
        tags: { 'autosys-bridge': 'launched', 'autosys-bridge-key': 'T1' },
      },
    });
    expect(toLaunchedBatchJob(order)).toEqual({ jobQueue: 'night', arraySize: 3 });
  });

  test('for a Batch job takes the ids of jobs, of array children and of nodes', () => {
    const id = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';
    const target = aBatchTarget({
      dependsOn: [`\${param.id}`, `\${param.id}:7`, `\${param.id}#0`],
    });

    const order = toStartOrder(target, { ...named, params: { ...params, id } });

    expect(order).toMatchObject({ submission: { dependsOn: [id, `${id}:7`, `${id}#0`] } });
  });
});

describe('the answer to a SubmitJob', () => {
  const submission = {
    ...{ jobName: 'a', jobQueue: 'night', jobDefinition: 'risk' },
    ...{ parameters: {}, dependsOn: [], tags: {} },
  };
  const signal = new AbortController().signal;

  test('that has only a code names it', async () => {
    const submitJob = async () => ({ kind: 'refused', code: 'ClientException' }) as const;

    expect(await submitJobOnce({ submitJob }, submission, signal)).toMatchObject({
      message: 'SubmitJob to queue night with definition risk was refused: ClientException',
      exit: 78,
    });
  });

  test('that AWS Batch does not have is an unknown outcome', async () => {
    const submitJob = async () => ({ kind: 'nameTaken' }) as const;

    expect(await submitJobOnce({ submitJob }, submission, signal)).toMatchObject({
      kind: 'unknown',
    });
  });
});
