import { expect, test } from 'vitest';
import { findPredecessors } from '../../../lambda/report/predecessors.ts';
import { createRouteIndex, type EventTemplate } from '../../../lambda/routing/routes.ts';
import { toEffect, translate } from '../../../lambda/routing/translate.ts';
import {
  aBatchJobEvent,
  anAttempt,
  anExecutionEvent,
  startedAtMs,
} from '../../support/builders.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { aRoute, fromBatchJob, setGlobalOn } from '../../support/routes.ts';

const run = `arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1@${startedAtMs}`;
const anAction = (kind: EventTemplate['kind'], job: string, more = {}): EventTemplate => ({
  kind,
  fields: { job: [job], ...more },
});

/** Keys of the predecessors of the first effect of a route on a status. */
function predecessorsOn(
  status: 'RUNNING' | 'FAILED',
  actions: ReturnType<typeof aRoute>['actions'],
  redriveCount = 0,
) {
  const route = aRoute({ actions });
  const event = toWorkloadEvent(anExecutionEvent({ status, redriveCount }));
  const translation = translate(event, createRouteIndex([route]));
  const [effect] = translation.kind === 'effects' ? translation.effects : [];
  if (effect?.kind !== 'effect') throw new Error(translation.kind);
  return findPredecessors(effect, event, route);
}

test('predecessors are the one-shots to the same job on earlier statuses of the same attempt', () => {
  const actions = {
    RUNNING: [
      anAction('FORCE_STARTJOB', 'WATCH'),
      anAction('SEND_SIGNAL', 'WATCH', { signals: ['1'] }),
    ],
    FAILED: [anAction('KILLJOB', 'WATCH')],
  };

  expect(predecessorsOn('FAILED', actions)).toEqual([
    `once ACE FORCE_STARTJOB job=WATCH ${run} 0 RUNNING`,
    `once ACE SEND_SIGNAL job=WATCH signals=1 ${run} 0 RUNNING`,
  ]);
});

test('predecessors include those of earlier attempts, also of their ends', () => {
  const actions = {
    RUNNING: [anAction('STARTJOB', 'WATCH')],
    FAILED: [anAction('KILLJOB', 'WATCH')],
  };

  expect(predecessorsOn('RUNNING', actions, 1)).toEqual([
    `once ACE STARTJOB job=WATCH ${run} 0 RUNNING`,
    `once ACE KILLJOB job=WATCH ${run} 0 FAILED`,
  ]);
});

test.for(['JOB_ON_HOLD', 'JOB_ON_ICE', 'CHANGE_STATUS'] as const)(
  'a lasting property that is set at the end has predecessors: %s',
  (kind) => {
    const more = kind === 'CHANGE_STATUS' ? { status: ['SUCCESS'] } : {};
    const actions = {
      RUNNING: [anAction('STARTJOB', 'WATCH')],
      FAILED: [anAction(kind, 'WATCH', more)],
    };

    expect(predecessorsOn('FAILED', actions)).toEqual([
      `once ACE STARTJOB job=WATCH ${run} 0 RUNNING`,
    ]);
  },
);

test('predecessors of a Batch job include both attempts that its end may list', () => {
  const route = aRoute({
    from: fromBatchJob('load'),
    actions: { RUNNING: [anAction('STARTJOB', 'WATCH')], FAILED: [anAction('KILLJOB', 'WATCH')] },
  });
  const event = toWorkloadEvent(aBatchJobEvent({ status: 'FAILED', attempts: [anAttempt()] }));
  const kill = toEffect(event, route, anAction('KILLJOB', 'WATCH'));
  if (kill.kind !== 'effect') throw new Error(kill.reason);

  const keys = findPredecessors(kill, event, route);

  expect(keys.map((key) => key.split(' ').slice(-2).join(' '))).toEqual([
    '0 RUNNING',
    '1 RUNNING',
    '2 RUNNING',
  ]);
});

test.for([
  {
    what: 'another job',
    actions: { RUNNING: [anAction('STARTJOB', 'OTHER')], FAILED: [anAction('KILLJOB', 'WATCH')] },
  },
  {
    what: 'another end',
    actions: { SUCCEEDED: [anAction('STARTJOB', 'WATCH')], FAILED: [anAction('KILLJOB', 'WATCH')] },
  },
  {
    what: 'lasting properties',
    actions: {
      RUNNING: [anAction('JOB_ON_HOLD', 'WATCH')],
      FAILED: [anAction('KILLJOB', 'WATCH')],
    },
  },
  {
    what: 'invalid effects',
    actions: {
      RUNNING: [anAction('STARTJOB', 'not a job')],
      FAILED: [anAction('KILLJOB', 'WATCH')],
    },
  },
  { what: 'a variable', actions: setGlobalOn('AWS_SETTLEMENT', ['RUNNING', 'FAILED']) },
  {
    what: 'events that do not change the job',
    actions: {
      RUNNING: [anAction('STARTJOB', 'WATCH')],
      FAILED: [anAction('COMMENT', 'WATCH', { comment: ['x'] })],
    },
  },
])('there are no predecessors if the route has only $what', ({ actions }) => {
  expect(predecessorsOn('FAILED', actions)).toEqual([]);
});

test('the first effect of a run has no predecessors', () => {
  const actions = {
    RUNNING: [anAction('STARTJOB', 'WATCH')],
    FAILED: [anAction('KILLJOB', 'WATCH')],
  };

  expect(predecessorsOn('RUNNING', actions)).toEqual([]);
});
