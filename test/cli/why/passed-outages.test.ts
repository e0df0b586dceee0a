import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createTimeFormat } from '../../../cli/ledger/times.ts';
import { describePassedOutages, findPassedOutages } from '../../../cli/why/passed-outages.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Outage } from '../../../lambda/ledger/outage.ts';
import { aStateRequest } from '../../lambda/ledger/requests.ts';

const minuteMs = 60_000;
const receivedMs = Date.parse('2026-11-20T01:05:00Z');
const acceptedMs = receivedMs + 35 * minuteMs;
const formatTime = createTimeFormat('UTC', acceptedMs).short;

function anEntry(sent?: Entry['sent']): Entry {
  const request = aStateRequest();
  return {
    format: 1,
    ...request,
    cause: { ...request.cause, seenMs: receivedMs },
    stage: 'due',
    dueMs: receivedMs,
    tries: 0,
    history: [],
    ...(sent && { sent }),
  };
}

function anOutage(outage: Outage['outage'], from: number, until: number): Outage {
  return {
    format: 1,
    kind: 'outage',
    instance: parseAutosysInstance('ACE'),
    outage,
    fromMs: receivedMs + from * minuteMs,
    untilMs: receivedMs + until * minuteMs,
    reason: '503',
    history: [],
  };
}

test.for([
  { when: 'it ended before the event', from: -10, until: 0, isNamed: false },
  { when: 'the event came during it', from: -10, until: 1, isNamed: true },
  { when: 'it ended when AutoSys accepted the effect', from: 5, until: 35, isNamed: true },
  { when: 'it began when AutoSys had accepted the effect', from: 35, until: 40, isNamed: false },
  { when: 'it had no length', from: 5, until: 5, isNamed: false },
])('an outage delayed the effect: $isNamed, if $when', ({ from, until, isNamed }) => {
  const entry = anEntry({ sentMs: acceptedMs, acceptedMs });
  const outage = anOutage('circuitBreaker', from, until);

  expect(findPassedOutages(entry, [outage], acceptedMs + minuteMs)).toEqual(
    isNamed ? [outage] : [],
  );
});

test('every outage before the present delayed an effect that is still to be sent', () => {
  const outage = anOutage('login', 36, 40);

  expect(findPassedOutages(anEntry(), [outage], acceptedMs + 10 * minuteMs)).toEqual([outage]);
});

test('describes each kind of outage', () => {
  const kinds = ['circuitBreaker', 'login', 'maintenance'] as const;

  const text = describePassedOutages(
    kinds.map((kind) => anOutage(kind, 5, 35)),
    formatTime,
  );

  expect(text).toBe(
    '; AutoSys was away from 01:10:00 to 01:40:00: 503; the bridge could not log in from 01:10:00 to 01:40:00: 503; the bridge did not call AutoSys from 01:10:00 to 01:40:00: 503',
  );
});
