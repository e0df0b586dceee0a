import { expect, test } from 'vitest';
import { findElders } from '../../../lambda/report/elders.ts';
import { readEvent } from '../../../lambda/report/read/index.ts';
import { translate } from '../../../lambda/report/translate.ts';
import { createRouteIndex, type EventTemplate } from '../../../lambda/shared/routes.ts';
import { anExecutionEvent, readAt } from '../../support/builders.ts';
import { aRoute, setGlobalOn } from '../../support/routes.ts';

const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1';
const saying = (kind: EventTemplate['kind'], job: string, more = {}): EventTemplate => ({
  kind,
  fields: { job: [job], ...more },
});

/** Keys of the elders of what is said first on this status. */
function eldersOn(status: 'RUNNING' | 'FAILED', say: ReturnType<typeof aRoute>['say']) {
  const route = aRoute({ say });
  const reading = readEvent(anExecutionEvent({ status, redriveCount: 1 }), readAt);
  if (reading.kind !== 'event') throw new Error(reading.kind);
  const translation = translate(reading.event, createRouteIndex([route]));
  const [effect] = translation.kind === 'effects' ? translation.effects : [];
  if (effect?.kind !== 'effect') throw new Error(translation.kind);
  return findElders(effect, reading.event, route);
}

test('are the one-offs to the same job on earlier statuses of the same attempt', () => {
  const say = {
    RUNNING: [
      saying('FORCE_STARTJOB', 'WATCH'),
      saying('SEND_SIGNAL', 'WATCH', { signals: ['1'] }),
    ],
    FAILED: [saying('KILLJOB', 'WATCH')],
  };

  expect(eldersOn('FAILED', say)).toEqual([
    `once ACE FORCE_STARTJOB job=WATCH ${executionArn} 1 RUNNING`,
    `once ACE SEND_SIGNAL job=WATCH signals=1 ${executionArn} 1 RUNNING`,
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
    what: 'what lasts, for itself',
    say: { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying('JOB_ON_ICE', 'WATCH')] },
  },
])('are none where the route says nothing but $what', ({ say }) => {
  expect(eldersOn('FAILED', say)).toEqual([]);
});

test('are none of what is said first', () => {
  const say = { RUNNING: [saying('STARTJOB', 'WATCH')], FAILED: [saying('KILLJOB', 'WATCH')] };

  expect(eldersOn('RUNNING', say)).toEqual([]);
});
