import { describe, expect, test } from 'vitest';
import { describeEvent } from '../../../autosys/event.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { compilePattern } from '../../../event-pattern/index.ts';
import { batchJobStatuses, executionStatuses } from '../../../lambda/contract.ts';
import { createRouteIndex, type Origin, type Route } from '../../../lambda/routing/routes.ts';
import { type Effect, translate } from '../../../lambda/routing/translate.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { aRoute, fromBatchJob, fromStateMachine, setGlobalOn } from '../../support/routes.ts';

function effectsOf(awsEvent: AwsEvent, ...routes: readonly Route[]) {
  const translation = translate(toWorkloadEvent(awsEvent), createRouteIndex(routes));
  if (translation.kind !== 'effects') throw new Error(translation.reason);
  return translation.effects;
}

function describeEffects(awsEvent: AwsEvent, ...routes: readonly Route[]): readonly string[] {
  return effectsOf(awsEvent, ...routes).map((effect) => {
    if (effect.kind === 'effect') return describeEvent(effect.event);
    return effect.kind === 'repeat' ? effect.key : effect.reason;
  });
}

function keyOf(awsEvent: AwsEvent): string {
  const [effect] = effectsOf(awsEvent, aRoute());
  return (effect as Effect).key;
}

describe('translate', () => {
  test.for(executionStatuses)('sets a variable to the status of an execution: %s', (status) => {
    const route = aRoute({ actions: setGlobalOn('AWS_SETTLEMENT', executionStatuses) });

    expect(describeEffects(anExecutionEvent({ status }), route)).toEqual([
      `SET_GLOBAL AWS_SETTLEMENT=${status}`,
    ]);
  });

  test.for(batchJobStatuses)('sets a variable to the status of a Batch job: %s', (status) => {
    const route = aRoute({
      from: fromBatchJob('risk-eod'),
      actions: setGlobalOn('AWS_RISK', batchJobStatuses),
    });

    expect(describeEffects(aBatchJobEvent({ status }), route)).toEqual([
      `SET_GLOBAL AWS_RISK=${status}`,
    ]);
  });

  test('returns the effects of every matching route in route order', () => {
    const routes = ['A', 'B'].map((name) =>
      aRoute({ name, actions: setGlobalOn(name, ['SUCCEEDED']) }),
    );

    expect(describeEffects(anExecutionEvent(), ...routes)).toEqual([
      'SET_GLOBAL A=SUCCEEDED',
      'SET_GLOBAL B=SUCCEEDED',
    ]);
  });

  test('returns an effect that two routes request once, and then a repeat', () => {
    const [effect, repeat] = effectsOf(anExecutionEvent(), aRoute(), aRoute({ name: 'again' }));

    const key = effect?.kind === 'effect' && effect.key;
    expect(effect).toMatchObject({ kind: 'effect', route: 'settlement' });
    expect(repeat).toEqual({ kind: 'repeat', route: 'again', to: 'ACE', key });
  });

  test('returns the same effect for each of two instances', () => {
    const other = aRoute({ name: 'other', to: parseAutosysInstance('PRD') });

    expect(effectsOf(anExecutionEvent(), aRoute(), other).map(({ to }) => to)).toEqual([
      'ACE',
      'PRD',
    ]);
  });

  test('writes the AWS run and the event id into the comment', () => {
    const actions = { FAILED: [{ kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } }] } as const;

    const [effect] = effectsOf(anExecutionEvent({ status: 'FAILED' }), aRoute({ actions }));

    expect(effect).toMatchObject({
      event: {
        kind: 'FORCE_STARTJOB',
        job: 'REPAIR',
        comment: 'AWS run-1 FAILED, event 315c1398-40ff-a850-213b-158f73e60175',
      },
    });
  });

  test.for([
    {
      of: 'an execution',
      event: anExecutionEvent({
        status: 'FAILED',
        error: 'Rates.NoData',
        cause: 'no <rates>\nfor today',
      }),
      text: ': Rates.NoData: no (rates) for today',
    },
    {
      of: 'a stopped execution',
      event: anExecutionEvent({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' }),
      text: ': Stopped: by hand',
    },
    { of: 'a success', event: anExecutionEvent({ error: 'Rates.NoData' }), text: '' },
    { of: 'a failure without a reason', event: anExecutionEvent({ status: 'FAILED' }), text: '' },
  ])('adds the reason of $of to the comment', ({ event, text }) => {
    const start = [{ kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } }] as const;
    const actions = { FAILED: start, ABORTED: start, SUCCEEDED: start };

    const [effect] = effectsOf(event, aRoute({ actions }));

    const comment =
      (effect?.kind === 'effect' && 'comment' in effect.event && effect.event.comment) || '';
    expect(comment.split('315c1398-40ff-a850-213b-158f73e60175')[1]).toBe(text);
  });

  test('keeps the event id in a comment of 255 characters, whatever the reason is', () => {
    const actions = { FAILED: [{ kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } }] } as const;
    const commentOf = (cause: string, id = '315c1398-40ff-a850-213b-158f73e60175') => {
      const event = anExecutionEvent({ status: 'FAILED', error: 'E', cause }, { id });
      const [effect] = effectsOf(event, aRoute({ actions }));
      return (effect?.kind === 'effect' && 'comment' in effect.event && effect.event.comment) || '';
    };

    const comment = commentOf('😀'.repeat(500));

    expect(comment.length).toBeOneOf([254, 255]);
    expect(comment.isWellFormed()).toBe(true);
    expect(comment).toMatch(
      /^AWS run-1 FAILED, event 315c1398-40ff-a850-213b-158f73e60175: E: .*…$/u,
    );
    expect(commentOf('short', 'x'.repeat(220))).toMatch(/, event x{220}$/);
  });

  test('returns an invalid effect with a reason if the event lacks a value', () => {
    const value = [{ field: 'output.businessDate' }];
    const actions = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    } as const;

    expect(describeEffects(anExecutionEvent(), aRoute({ actions }))).toEqual([
      expect.stringMatching(/^SET_GLOBAL: value needs \$\{output\.businessDate\}, /),
    ]);
  });

  test('returns an invalid effect with the limit for a value of 101 characters', () => {
    const output = JSON.stringify({ long: 'x'.repeat(101) });
    const value = [{ field: 'output.long' }];
    const actions = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    } as const;

    expect(describeEffects(anExecutionEvent({ output }), aRoute({ actions }))).toEqual([
      expect.stringMatching(
        /^SET_GLOBAL: global variable value: found 101 characters, .* at most 100 characters$/,
      ),
    ]);
  });

  test('ignores an event that no route matches, with a reason', () => {
    const translation = translate(
      toWorkloadEvent(anExecutionEvent()),
      createRouteIndex([aRoute({ from: fromStateMachine('fx-rates') })]),
    );

    expect(translation).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining('settlement'),
    });
  });

  test('ignores a status for which no matching route has an action', () => {
    const route = aRoute({ actions: setGlobalOn('X', ['SUCCEEDED']) });
    const index = createRouteIndex([route]);

    expect(translate(toWorkloadEvent(anExecutionEvent({ status: 'RUNNING' })), index)).toEqual({
      kind: 'ignored',
      matchedBy: [route],
      reason:
        'settlement execution run-1 is RUNNING; no matching route has an action for this status (matched: settlement)',
    });
  });
});

describe('the key of an effect', () => {
  test('is the same if AWS reports the change again under another id', () => {
    expect(keyOf(anExecutionEvent({}, { id: 'another' }))).toBe(keyOf(anExecutionEvent()));
  });

  test.for([
    { other: 'redrive', detail: { redriveCount: 1 } },
    { other: 'status', detail: { status: 'FAILED' } },
    {
      other: 'run',
      detail: { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-2' },
    },
  ])('differs for another $other', ({ detail }) => {
    expect(keyOf(anExecutionEvent(detail))).not.toBe(keyOf(anExecutionEvent()));
  });
});

describe('control characters in an id or a name', () => {
  const odd = 'run\u0000\u001b[2J\r\n\u0085\u2028\u007fone\u0007';

  test.for([
    { of: 'an execution', event: anExecutionEvent({ name: odd }) },
    { of: 'its event', event: anExecutionEvent({}, { id: odd }) },
    { of: 'a Batch job', event: aBatchJobEvent({ jobId: odd, jobName: odd }) },
    { of: 'a long name', event: anExecutionEvent({ name: `${'x'.repeat(249)}😀${odd}` }) },
  ])('of $of do not make the effect invalid', ({ event }) => {
    const anyBatchJob: Origin = {
      kind: 'batchJob',
      batchJobName: { by: 'glob', text: '*' },
      arrayChildren: 'ignore',
      nodes: 'ignore',
    };

    const effects = effectsOf(event, aRoute(), aRoute({ from: anyBatchJob }));

    expect(effects).toMatchObject([{ kind: 'effect', event: { comment: expect.any(String) } }]);
  });
});

describe('a route with a condition', () => {
  const when = (pattern: object) => ({
    text: JSON.stringify(pattern),
    combinations: compilePattern(pattern).combinations,
  });
  const route = aRoute({ when: when({ output: { settled: [true] } }) });

  test('has its effects on the events on which it holds', () => {
    const settled = anExecutionEvent({ output: '{"settled":true}' });

    expect(describeEffects(settled, route)).toEqual(['SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED']);
  });

  test.for([{ output: '{"settled":false}' }, { status: 'RUNNING', output: null }])(
    'has no effect on other events, which it still matches: %o',
    (detail) => {
      const event = toWorkloadEvent(anExecutionEvent(detail));
      const translation = translate(event, createRouteIndex([route]));

      expect(translation).toMatchObject({ kind: 'ignored', matchedBy: [route] });
      expect(translation.kind === 'ignored' && translation.reason).toMatch(
        /; when does not hold in the route settlement$/,
      );
    },
  );

  test('requests an invalid effect, which is parked, if AWS left out what it depends on', () => {
    const large = anExecutionEvent({ output: null, outputDetails: { included: false } });

    expect(effectsOf(large, route)).toEqual([
      {
        kind: 'invalidEffect',
        route: 'settlement',
        to: 'ACE',
        reason:
          'SET_GLOBAL: when {"output":{"settled":[true]}} cannot be judged, because the output is larger than an event may be (248 KiB), so AWS left it out',
      },
    ]);
  });

  test('leaves the other routes alone', () => {
    const other = aRoute({ name: 'other', actions: setGlobalOn('OTHER', ['FAILED']) });

    expect(
      describeEffects(anExecutionEvent({ status: 'FAILED', output: null }), route, other),
    ).toEqual(['SET_GLOBAL OTHER=FAILED']);
  });
});
