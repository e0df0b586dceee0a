import { describe, expect, test } from 'vitest';
import { describeEvent } from '../../../autosys/event.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { batchJobStatuses, executionStatuses } from '../../../lambda/contract.ts';
import { createRouteIndex, type Origin, type Route } from '../../../lambda/routing/routes.ts';
import { type Effect, translate } from '../../../lambda/routing/translate.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { aRoute, fromBatchJob, fromStateMachine, setGlobalOn } from '../../support/routes.ts';

function effectsOf(awsEvent: AwsEvent, ...routes: readonly Route[]) {
  const translation = translate(toWorkloadEvent(awsEvent), createRouteIndex(routes));
  if (translation.kind === 'ignored') throw new Error(translation.reason);
  return translation.effects;
}

function saidOf(awsEvent: AwsEvent, ...routes: readonly Route[]): readonly string[] {
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
  test.for(executionStatuses)('says the word of an execution that is %s', (status) => {
    const route = aRoute({ say: setGlobalOn('AWS_SETTLEMENT', executionStatuses) });

    expect(saidOf(anExecutionEvent({ status }), route)).toEqual([
      `SET_GLOBAL AWS_SETTLEMENT=${status}`,
    ]);
  });

  test.for(batchJobStatuses)('says the word of a Batch job that is %s', (status) => {
    const route = aRoute({
      from: fromBatchJob('risk-eod'),
      say: setGlobalOn('AWS_RISK', batchJobStatuses),
    });

    expect(saidOf(aBatchJobEvent({ status }), route)).toEqual([`SET_GLOBAL AWS_RISK=${status}`]);
  });

  test('says what every matching route asks for, in the order of the routes', () => {
    const routes = ['A', 'B'].map((name) =>
      aRoute({ name, say: setGlobalOn(name, ['SUCCEEDED']) }),
    );

    expect(saidOf(anExecutionEvent(), ...routes)).toEqual([
      'SET_GLOBAL A=SUCCEEDED',
      'SET_GLOBAL B=SUCCEEDED',
    ]);
  });

  test('says once what two routes ask for alike', () => {
    const [effect, repeat] = effectsOf(anExecutionEvent(), aRoute(), aRoute({ name: 'again' }));

    const key = effect?.kind === 'effect' && effect.key;
    expect(effect).toMatchObject({ kind: 'effect', route: 'settlement' });
    expect(repeat).toEqual({ kind: 'repeat', route: 'again', to: 'ACE', key });
  });

  test('tells the same to two instances', () => {
    const other = aRoute({ name: 'other', to: parseAutosysInstance('PRD') });

    expect(effectsOf(anExecutionEvent(), aRoute(), other).map(({ to }) => to)).toEqual([
      'ACE',
      'PRD',
    ]);
  });

  test('leaves the AWS run and the event id in the comment', () => {
    const say = { FAILED: [{ kind: 'FORCE_STARTJOB', fields: { job: ['REPAIR'] } }] } as const;

    const [effect] = effectsOf(anExecutionEvent({ status: 'FAILED' }), aRoute({ say }));

    expect(effect).toMatchObject({
      event: {
        kind: 'FORCE_STARTJOB',
        job: 'REPAIR',
        comment: 'AWS run-1 FAILED, event 315c1398-40ff-a850-213b-158f73e60175',
      },
    });
  });

  test('cannot say a value that the event does not carry, and says why', () => {
    const value = [{ field: 'output.businessDate' }];
    const say = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    } as const;

    expect(saidOf(anExecutionEvent(), aRoute({ say }))).toEqual([
      expect.stringMatching(/^SET_GLOBAL: value needs \$\{output\.businessDate\}, /),
    ]);
  });

  test('cannot say a value of 101 characters, and says what is allowed', () => {
    const output = JSON.stringify({ long: 'x'.repeat(101) });
    const value = [{ field: 'output.long' }];
    const say = {
      SUCCEEDED: [{ kind: 'SET_GLOBAL', fields: { globalVariable: ['D'], value } }],
    } as const;

    expect(saidOf(anExecutionEvent({ output }), aRoute({ say }))).toEqual([
      expect.stringMatching(
        /^SET_GLOBAL: global variable value: found 101 characters, .* at most 100 characters$/,
      ),
    ]);
  });

  test('ignores an event that no route speaks about, and says so', () => {
    const translation = translate(
      toWorkloadEvent(anExecutionEvent()),
      createRouteIndex([aRoute({ from: fromStateMachine('fx-rates') })]),
    );

    expect(translation).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining('settlement'),
    });
  });

  test('ignores a status on which no matching route says anything', () => {
    const route = aRoute({ say: setGlobalOn('X', ['SUCCEEDED']) });
    const index = createRouteIndex([route]);

    expect(translate(toWorkloadEvent(anExecutionEvent({ status: 'RUNNING' })), index)).toEqual({
      kind: 'ignored',
      matchedBy: [route],
      reason:
        'settlement execution run-1 is RUNNING, on which no route says anything (matched: settlement)',
    });
  });
});

describe('the key of an effect', () => {
  test('is the same when the change is announced again under another id', () => {
    expect(keyOf(anExecutionEvent({}, { id: 'another' }))).toBe(keyOf(anExecutionEvent()));
  });

  test.for([
    { other: 'redrive', detail: { redriveCount: 1 } },
    { other: 'status', detail: { status: 'FAILED' } },
    {
      other: 'run',
      detail: { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-2' },
    },
  ])('is another for another $other', ({ detail }) => {
    expect(keyOf(anExecutionEvent(detail))).not.toBe(keyOf(anExecutionEvent()));
  });
});

describe('an id or a name with control characters', () => {
  const odd = 'run\u0000\u001b[2J\r\n\u0085\u2028\u007fone\u0007';

  test.for([
    { of: 'an execution', event: anExecutionEvent({ name: odd }) },
    { of: 'its event', event: anExecutionEvent({}, { id: odd }) },
    { of: 'a Batch job', event: aBatchJobEvent({ jobId: odd, jobName: odd }) },
    { of: 'a long name', event: anExecutionEvent({ name: `${'x'.repeat(249)}😀${odd}` }) },
  ])('of $of leaves the value sendable', ({ event }) => {
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
