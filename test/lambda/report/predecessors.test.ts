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
const saying = (kind: EventTemplate['kind'], job: string, more = {}): EventTemplate => ({
  kind,
  fields: { job: [job], ...more },
});

/** Keys of the elders of what is said first on this status. */
function predecessorsOn(
  status: 'RUNNING' | 'FAILED',
  say: ReturnType<typeof aRoute>['say'],
  redriveCount = 0,
) {
  const route = aRoute({ say });
  const event = toWorkloadEvent(anExecutionEvent({ status, redriveCount }));
  const translation = translate(event, createRouteIndex([route]));
  const [effect] = translation.kind === 'effects' ? translation.effects : [];
  if (effect?.kind !== 'effect') throw new Error(translation.kind);
  return findPredecessors(effect, event, route);
}

test('are the one-offs to the same job on earlier statuses of the same attempt', () => {
  const say = {
    RUNNING: [
      saying('FORCE_STARTJOB', 'WATCH'),
      saying('SEND_SIGNAL', 'WATCH', { signals: ['1'] }),
    ],
    FAILED: [saying('KILLJOB', 'WATCH')],
  };

  expect(predecessorsOn('FAILED', say)).toEqual([
    `once ACE FORCE_STARTJOB job=WATCH ${run} 0 RUNNING`,
    `once ACE SEND_SIGNAL job=WATCH signals=1 ${run} 0 RUNNING`,
  ]);
});

test('are also those of earlier attempts, their ends included', () => {
  const say = { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] };

  expect(predecessorsOn('RUNNING', say, 1)).toEqual([
    `once ACE STARTJOB job=WATCH ${run} 0 RUNNING`,
    `once ACE KILLJOB job=WATCH ${run} 0 FAILED`,
  ]);
});

test.for(['JOB_ON_HOLD', 'JOB_ON_ICE', 'CHANGE_STATUS'] as const)(
  'are those of a job that is given a lasting property at the end: %s',
  (kind) => {
    const more = kind === 'CHANGE_STATUS' ? { status: ['SUCCESS'] } : {};
    const say = { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying(kind, 'WATCH', more)] };

    expect(predecessorsOn('FAILED', say)).toEqual([`once ACE STARTJOB job=WATCH ${run} 0 RUNNING`]);
  },
);

test('are the starts of a Batch job under either attempt that its end may list', () => {
  const route = aRoute({
    from: fromBatchJob('load'),
    say: { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] },
  });
  const event = toWorkloadEvent(aBatchJobEvent({ status: 'FAILED', attempts: [anAttempt()] }));
  const kill = toEffect(event, route, saying('KILLJOB', 'WATCH'));
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
    say: { RUNNING: [saying('STARTJOB', 'OTHER')], FAILED: [saying('KILLJOB', 'WATCH')] },
  },
  {
    what: 'another end',
    say: { SUCCEEDED: [saying('STARTJOB', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] },
  },
  {
    what: 'what lasts',
    say: { RUNNING: [saying('JOB_ON_HOLD', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] },
  },
  {
    what: 'what cannot be said',
    say: {
      RUNNING: [saying('STARTJOB', 'not a job')],
      FAILED: [saying('KILLJOB', 'WATCH')],
    },
  },
  { what: 'a variable', say: setGlobalOn('AWS_SETTLEMENT', ['RUNNING', 'FAILED']) },
  {
    what: 'what changes nothing of the job',
    say: {
      RUNNING: [saying('STARTJOB', 'WATCH')],
      FAILED: [saying('COMMENT', 'WATCH', { comment: ['x'] })],
    },
  },
])('are none where the route says nothing but $what', ({ say }) => {
  expect(predecessorsOn('FAILED', say)).toEqual([]);
});

test('are none of what is said first', () => {
  const say = { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] };

  expect(predecessorsOn('RUNNING', say)).toEqual([]);
});
