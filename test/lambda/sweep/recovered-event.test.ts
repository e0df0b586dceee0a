import { describe, expect, test } from 'vitest';
import {
  toBatchJobEvent,
  toRecoveredExecutionEvent,
} from '../../../lambda/sweep/recovered-event.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  batchSecret,
  startedAtMs,
  stoppedAtMs,
} from '../../support/builders.ts';
import { aDescribedBatchJob, aDescribedExecution, asking } from './lookup.ts';

function read(event: unknown) {
  const reading = readWorkloadEvent(event, asking.askedAt);
  return reading.kind === 'event' ? reading.event : reading;
}

describe('an execution that was looked up', () => {
  test('reads like its EventBridge event, except for the mark and the id', () => {
    const fromEventBridge = read(anExecutionEvent());

    const recovered = read(toRecoveredExecutionEvent(aDescribedExecution(), asking));

    expect(recovered).toEqual({
      ...fromEventBridge,
      eventId: expect.stringMatching(/^recovered-[0-9a-f]{26}$/),
      recovered: true,
    });
  });

  test('has every field of the EventBridge event, in the same spelling', () => {
    const { detail } = toRecoveredExecutionEvent(aDescribedExecution(), asking);

    expect(detail).toEqual(anExecutionEvent().detail);
  });

  test('has the same id for every lookup of one change, and another for another change', () => {
    const later = { ...asking, askedAt: new Date(asking.askedAt.getTime() + 60_000) };
    const ids = [
      toRecoveredExecutionEvent(aDescribedExecution(), asking),
      toRecoveredExecutionEvent(aDescribedExecution(), later),
      toRecoveredExecutionEvent(aDescribedExecution({ redriveCount: 1 }), asking),
      toRecoveredExecutionEvent(aDescribedExecution({ status: 'FAILED' }), asking),
    ].map(({ id }) => id);

    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]?.length).toBeLessThanOrEqual(36);
  });

  test('that was redriven and runs has the time of the redrive', () => {
    const redriveDate = new Date(stoppedAtMs + 5_000);
    const event = toRecoveredExecutionEvent(
      aDescribedExecution({
        status: 'RUNNING',
        stopDate: undefined,
        output: undefined,
        outputDetails: undefined,
        redriveCount: 1,
        redriveDate,
      }),
      asking,
    );

    expect(read(event)).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      changedAt: redriveDate,
      output: { kind: 'none' },
    });
  });

  test.for([
    { when: 'both fit', input: 100, output: 100, kept: { input: true, output: true } },
    { when: 'they fit one by one', input: 130, output: 130, kept: { input: false, output: true } },
    {
      when: 'the output alone does not',
      input: 10,
      output: 250,
      kept: { input: true, output: false },
    },
    { when: 'neither does', input: 250, output: 250, kept: { input: false, output: false } },
  ])('leaves out the data that EventBridge leaves out if $when', ({ input, output, kept }) => {
    const kib = (count: number) => JSON.stringify('x'.repeat(count * 1_024 - 6));

    const { detail } = toRecoveredExecutionEvent(
      aDescribedExecution({ input: kib(input), output: kib(output) }),
      asking,
    );

    expect(detail).toMatchObject({
      inputDetails: { included: kept.input },
      outputDetails: { included: kept.output },
    });
    expect([detail['input'] !== null, detail['output'] !== null]).toEqual([
      kept.input,
      kept.output,
    ]);
  });
});

describe('a Batch job that was looked up', () => {
  test('reads like its EventBridge event, except for the mark and the id', () => {
    const fromEventBridge = read(aBatchJobEvent());

    const recovered = read(toBatchJobEvent(aDescribedBatchJob(), asking));

    expect(recovered).toEqual({
      ...fromEventBridge,
      eventId: expect.stringMatching(/^recovered-[0-9a-f]{26}$/),
      recovered: true,
    });
  });

  test('contains nothing of its containers', () => {
    expect(JSON.stringify(toBatchJobEvent(aDescribedBatchJob(), asking))).not.toContain(
      batchSecret,
    );
  });

  test('between two attempts has the time of the lookup, since AWS gives none', () => {
    const event = toBatchJobEvent(
      aDescribedBatchJob({ status: 'RUNNABLE', startedAt: undefined, stoppedAt: undefined }),
      asking,
    );

    expect(read(event)).toMatchObject({
      status: 'RUNNABLE',
      attempt: 2,
      changedAt: asking.askedAt,
    });
  });

  test('reads like its EventBridge event, without a job definition and with several containers', () => {
    const containers = [
      { name: 'side', exitCode: 143, reason: 'Error' },
      { name: 'main', exitCode: 137, reason: 'OutOfMemoryError' },
    ];
    const taskProperties = [{ containers }];
    const change = {
      status: 'FAILED',
      jobDefinition: undefined,
      container: undefined,
      attempts: [],
      ecsProperties: { taskProperties },
    };

    const recovered = read(toBatchJobEvent(aDescribedBatchJob(change), asking));

    expect(recovered).toMatchObject({ exitCode: 137, reason: 'OutOfMemoryError' });
    expect(recovered).toEqual({
      ...read(aBatchJobEvent(change)),
      eventId: expect.any(String),
      recovered: true,
    });
  });

  test('has another id after each attempt', () => {
    const running = { status: 'RUNNING', stoppedAt: undefined, startedAt: startedAtMs };
    const first = toBatchJobEvent(aDescribedBatchJob({ ...running, attempts: [] }), asking);
    const second = toBatchJobEvent(aDescribedBatchJob(running), asking);

    expect(first.id).not.toBe(second.id);
  });
});
