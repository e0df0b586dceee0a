import { describe, expect, test } from 'vitest';
import {
  fillTemplate,
  type Placeholder,
  templateFields,
} from '../../../lambda/routing/template.ts';
import type { TemplateField } from '../../../lambda/routing/template-fields.ts';
import type { WorkloadEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJob, anExecution } from '../../route-file/workloads.ts';

function fill(field: string, event: WorkloadEvent, more: Omit<Placeholder, 'field'> = {}) {
  return fillTemplate([{ field, ...more }], event);
}

describe('a field of an execution', () => {
  const event = anExecution({
    status: 'FAILED',
    error: 'States.Timeout',
    cause: 'no answer',
    mapLabel: 'PerTrade',
    redriveCount: 2,
  });

  test.for([
    { field: 'status', text: 'FAILED' },
    { field: 'workloadKind', text: 'execution' },
    { field: 'workload', text: 'settlement' },
    { field: 'run', text: 'night-42' },
    { field: 'runId', text: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42' },
    { field: 'stateMachine', text: 'settlement' },
    { field: 'executionName', text: 'night-42' },
    {
      field: 'executionArn',
      text: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42',
    },
    { field: 'account', text: '111122223333' },
    { field: 'region', text: 'eu-west-1' },
    { field: 'eventId', text: '11111111-2222-3333-4444-555555555555' },
    { field: 'announcedAt', text: '2026-11-05T02:13:01Z' },
    { field: 'changedAt', text: '2026-11-05T02:13:00Z' },
    { field: 'startedAt', text: '2026-11-05T02:00:00Z' },
    { field: 'stoppedAt', text: '2026-11-05T02:13:00Z' },
    { field: 'date', text: '2026-11-05' },
    { field: 'durationSeconds', text: '780' },
    { field: 'error', text: 'States.Timeout' },
    { field: 'cause', text: 'no answer' },
    { field: 'mapLabel', text: 'PerTrade' },
    { field: 'redriveCount', text: '2' },
  ])('fills $field with $text', ({ field, text }) => {
    expect(fill(field, event)).toEqual({ kind: 'text', text });
  });
});

describe('a field of a Batch job', () => {
  const event = aBatchJob({ exitCode: 137, reason: 'Host EC2 terminated.', index: 12, attempt: 3 });

  test.for([
    { field: 'workloadKind', text: 'batchJob' },
    { field: 'workload', text: 'risk-calc' },
    { field: 'run', text: 'risk-42' },
    { field: 'runId', text: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8' },
    { field: 'batchJobName', text: 'risk-42' },
    { field: 'batchJobId', text: '4c7599ae-0a82-49aa-ba5a-4727fcce14a8' },
    { field: 'jobQueue', text: 'night' },
    { field: 'jobDefinition', text: 'risk-calc' },
    { field: 'reason', text: 'Host EC2 terminated.' },
    { field: 'exitCode', text: '137' },
    { field: 'attempt', text: '3' },
    { field: 'index', text: '12' },
  ])('fills $field with $text', ({ field, text }) => {
    expect(fill(field, event)).toEqual({ kind: 'text', text });
  });
});

test('every field of a usual event is within its maximum length', () => {
  const tooLong = [anExecution(), aBatchJob()].flatMap((event) =>
    Object.entries<TemplateField>(templateFields).filter(([name, field]) => {
      const filled = fill(name, event, { otherwise: '' });
      const { longest = Number.POSITIVE_INFINITY } = field[event.kind] ?? {};
      return filled.kind === 'text' && filled.text.length > longest;
    }),
  );

  expect(tooLong).toEqual([]);
});

describe('literal text around fields', () => {
  test('is kept unchanged and in order', () => {
    const template = ['OK ', { field: 'run' }, ' at ', { field: 'date' }];

    expect(fillTemplate(template, anExecution())).toEqual({
      kind: 'text',
      text: 'OK night-42 at 2026-11-05',
    });
  });

  test('is empty for an empty template', () => {
    expect(fillTemplate([], anExecution())).toEqual({ kind: 'text', text: '' });
  });
});

describe('an absent field', () => {
  test.for([
    { field: 'cause', event: anExecution(), why: 'the event has no cause' },
    { field: 'cause', event: anExecution({ cause: ' \n ' }), why: 'the event has no cause' },
    { field: 'reason', event: aBatchJob({ reason: '' }), why: 'the event has no reason' },
    { field: 'exitCode', event: aBatchJob(), why: 'the event has no exitCode' },
    { field: 'exitCode', event: anExecution(), why: 'an execution has no exitCode' },
    { field: 'stateMachine', event: aBatchJob(), why: 'a Batch job has no stateMachine' },
    { field: 'output.total', event: aBatchJob(), why: 'a Batch job has no output' },
    { field: 'toString', event: aBatchJob(), why: 'there is no field toString' },
  ])('is missing because $why', ({ field, event, why }) => {
    expect(fill(field, event)).toEqual({ kind: 'missing', field, why });
  });

  test('is replaced by its fallback, even an empty one', () => {
    expect(fill('cause', anExecution(), { otherwise: 'none' })).toEqual({
      kind: 'text',
      text: 'none',
    });
    expect(fill('cause', anExecution(), { otherwise: '' })).toEqual({ kind: 'text', text: '' });
  });

  test('has no duration without a start', () => {
    const { startedAt: _, ...event } = anExecution();

    expect(fill('durationSeconds', event)).toMatchObject({ kind: 'missing' });
  });
});

describe('a maximum length', () => {
  test.for([
    { max: 4, text: 'no a' },
    { max: 9, text: 'no answer' },
    { max: 80, text: 'no answer' },
  ])('keeps at most $max characters', ({ max, text }) => {
    expect(fill('cause', anExecution({ cause: 'no answer' }), { max })).toEqual({
      kind: 'text',
      text,
    });
  });

  test('never splits a surrogate pair', () => {
    expect(fill('cause', anExecution({ cause: 'no 🙂' }), { max: 4 })).toEqual({
      kind: 'text',
      text: 'no ',
    });
  });
});

describe('a filled field', () => {
  test.for([
    { given: 'first\nsecond', text: 'first second' },
    { given: 'first \r\n\t second', text: 'first second' },
    { given: '\nfirst\n', text: 'first' },
    { given: 'a\u0000b\u007fc\u0085d\u2028e', text: 'a b c d e' },
    { given: 'two  blanks stay', text: 'two  blanks stay' },
    { given: 'half \ud83d character', text: 'half \ufffd character' },
  ])('is one line without control characters: $text', ({ given, text }) => {
    expect(fill('cause', anExecution({ cause: given }))).toEqual({ kind: 'text', text });
    expect(
      fill('output.text', anExecution({ output: { kind: 'json', value: { text: given } } })),
    ).toEqual({ kind: 'text', text });
  });
});

describe('an output field', () => {
  const value = {
    total: 12.5,
    ok: false,
    name: 'night',
    empty: '',
    nothing: null,
    files: [{ name: 'a.csv' }, 'b.csv', null],
    'with-dash_1': 1,
  };
  const event = anExecution({ output: { kind: 'json', value } });

  test.for([
    { field: 'output.total', text: '12.5' },
    { field: 'output.ok', text: 'false' },
    { field: 'output.name', text: 'night' },
    { field: 'output.empty', text: '' },
    { field: 'output.files[0].name', text: 'a.csv' },
    { field: 'output.files[1]', text: 'b.csv' },
    { field: 'output.with-dash_1', text: '1' },
  ])('fills $field with "$text"', ({ field, text }) => {
    expect(fill(field, event)).toEqual({ kind: 'text', text });
  });

  const scalar = 'allowed: a text, a number, true or false';
  test.for([
    { field: 'output.files[0]', why: `found an object at output.files[0], ${scalar}` },
    { field: 'output.files', why: `found a list at output.files, ${scalar}` },
    { field: 'output.nothing', why: `found null at output.nothing, ${scalar}` },
    { field: 'output.other', why: 'the output has no .other (path: output.other)' },
    { field: 'output.files[9]', why: 'the output has no [9] (path: output.files[9])' },
    {
      field: 'output.files.length',
      why: 'the output has no .length (path: output.files.length)',
    },
    { field: 'output.toString', why: 'the output has no .toString (path: output.toString)' },
    { field: 'output.total[0]', why: 'the output has no [0] (path: output.total[0])' },
    { field: 'output.nothing.a', why: 'the output has no .a (path: output.nothing.a)' },
  ])('is missing at $field because $why', ({ field, why }) => {
    expect(fill(field, event)).toEqual({ kind: 'missing', field, why });
  });

  test.for([
    { output: { kind: 'none' }, why: 'the execution has no output' },
    {
      output: { kind: 'leftOut' },
      why: 'the output is larger than an event may be (248 KiB), so AWS left it out',
    },
    { output: { kind: 'unreadable' }, why: 'the output is not JSON' },
  ] as const)('is missing because $why', ({ output, why }) => {
    expect(fill('output.total', anExecution({ output }))).toMatchObject({ kind: 'missing', why });
  });

  test('is missing for an execution that did not succeed, with a reason', () => {
    expect(fill('output.total', anExecution({ status: 'ABORTED' }))).toMatchObject({
      why: 'only a SUCCEEDED execution has an output, this one is ABORTED',
    });
  });

  test('can be an item of an output that is a list', () => {
    const list = anExecution({ output: { kind: 'json', value: [{ id: 7 }] } });

    expect(fill('output[0].id', list)).toEqual({ kind: 'text', text: '7' });
  });
});

describe('a date in a timezone', () => {
  const zurich = { timezone: 'Europe/Zurich', format: 'yyyyMMdd' };
  const fillDay = (beganAt: string, day: NonNullable<Placeholder['day']>) =>
    fill('date', anExecution({ beganAt: new Date(beganAt) }), { day });

  test.for([
    { beganAt: '2026-11-05T02:00:00Z', day: zurich, text: '20261105' },
    { beganAt: '2026-11-05T23:30:00Z', day: zurich, text: '20261106' },
    { beganAt: '2026-11-05T02:00:00Z', day: { ...zurich, cutoff: '18:00' }, text: '20261104' },
    { beganAt: '2026-11-05T16:59:59Z', day: { ...zurich, cutoff: '18:00' }, text: '20261104' },
    { beganAt: '2026-11-05T17:00:00Z', day: { ...zurich, cutoff: '18:00' }, text: '20261105' },
    // Clocks go back at 01:00Z: 02:30 is there twice. They go forward in March: 02:30 is skipped.
    { beganAt: '2026-10-25T00:30:00Z', day: { ...zurich, format: 'HH-mm' }, text: '02-30' },
    { beganAt: '2026-10-25T01:30:00Z', day: { ...zurich, format: 'HH-mm' }, text: '02-30' },
    { beganAt: '2026-10-25T00:29:59Z', day: { ...zurich, cutoff: '02:30' }, text: '20261024' },
    { beganAt: '2026-10-25T00:30:00Z', day: { ...zurich, cutoff: '02:30' }, text: '20261025' },
    { beganAt: '2026-10-25T01:00:00Z', day: { ...zurich, cutoff: '02:30' }, text: '20261025' },
    { beganAt: '2026-03-29T00:59:59Z', day: { ...zurich, cutoff: '02:30' }, text: '20260328' },
    { beganAt: '2026-03-29T01:00:00Z', day: { ...zurich, cutoff: '02:30' }, text: '20260329' },
  ])('of a run that began at $beganAt is $text: $day', ({ beganAt, day, text }) => {
    expect(fillDay(beganAt, day)).toEqual({ kind: 'text', text });
  });

  test('is the same at the start and at the end of a run', () => {
    const day = { timezone: 'UTC', format: 'yyyy-MM-dd' };
    const beganAt = new Date('2026-11-04T23:59:59Z');
    const events = ['2026-11-04T23:59:59Z', '2026-11-05T03:00:00Z'].map((at) =>
      anExecution({ beganAt, changedAt: new Date(at), emittedAt: new Date(at) }),
    );

    expect(events.map((event) => fill('date', event, { day }))).toEqual(
      events.map(() => ({ kind: 'text', text: '2026-11-04' })),
    );
  });
});

describe('a field of the input', () => {
  const input = {
    kind: 'json',
    value: { region: 'EU', files: [{ name: 'a' }], no: null },
  } as const;

  test.for([
    { field: 'input.region', text: 'EU' },
    { field: 'input.files[0].name', text: 'a' },
  ])('is filled on every status: $field', ({ field, text }) => {
    for (const status of ['RUNNING', 'SUCCEEDED', 'FAILED'] as const) {
      expect(fill(field, anExecution({ status, input }))).toEqual({ kind: 'text', text });
    }
  });

  test.for([
    { field: 'input.zone', data: input, why: 'the input has no .zone (path: input.zone)' },
    {
      field: 'input.no',
      data: input,
      why: 'found null at input.no, allowed: a text, a number, true or false',
    },
    {
      field: 'input.region',
      data: { kind: 'leftOut' } as const,
      why: 'input and output are larger than an event may be (248 KiB), so AWS left out the input',
    },
    {
      field: 'input.region',
      data: { kind: 'none' } as const,
      why: 'the execution has no input',
    },
  ])('is missing because $why', ({ field, data, why }) => {
    const event = anExecution({ status: 'RUNNING', input: data });

    expect(fill(field, event)).toEqual({ kind: 'missing', field, why });
    expect(fill(field, event, { otherwise: 'x' })).toEqual({ kind: 'text', text: 'x' });
  });

  test('is missing of a Batch job', () => {
    expect(fill('input.date', aBatchJob())).toMatchObject({ why: 'a Batch job has no input' });
  });
});
