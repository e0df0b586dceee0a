import { describe, expect, test } from 'vitest';
import type { AutosysEvent } from '../../../autosys/event.ts';
import {
  parseComment,
  parseGlobalName,
  parseJobName,
  parseMachineName,
} from '../../../autosys/names.ts';
import { admit } from '../../../lambda/ledger/admit.ts';
import { agendaLists, toListPartition } from '../../../lambda/ledger/agenda.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { parseEntry, toKey, toRow, toTargetName } from '../../../lambda/ledger/entry-row.ts';
import { settle } from '../../../lambda/ledger/settle.ts';
import { toEventSignature } from '../../../lambda/routing/event-signature.ts';
import { aContext, aOneShotRequest, aStateRequest, aToggleRequest } from './requests.ts';

const job = parseJobName('REPAIR');
const keyOf = (event: AutosysEvent) => toKey({ ...aOneShotRequest(), event });

describe('the key of an entry', () => {
  test('is the target for a state of any run', () => {
    expect(toKey(aStateRequest())).toBe('state ACE global AWS_SETTLEMENT');
    expect(toKey(aStateRequest({ run: 'run-b' }))).toBe(toKey(aStateRequest()));
  });

  test('is the job and its property for a toggle of any run and direction', () => {
    const on = toKey(aToggleRequest());

    expect(on).toBe('switch ACE job LATER hold');
    expect(toKey(aToggleRequest({ run: 'run-b', status: 'SUCCEEDED' }))).toBe(on);
  });

  // Keys are kept for 90 days. With another format, each one-shot could be sent once more.
  test('is instance, event, run, attempt and status for a one-shot', () => {
    expect(toKey(aOneShotRequest())).toBe('once ACE FORCE_STARTJOB job=REPAIR run-a 0 FAILED');
  });

  test.for<{ what: string; one: AutosysEvent; other: AutosysEvent }>([
    {
      what: 'signals of a KILLJOB',
      one: { kind: 'KILLJOB', job, signals: '15' },
      other: { kind: 'KILLJOB', job, signals: '9' },
    },
    {
      what: 'signals: a KILLJOB with and without them',
      one: { kind: 'KILLJOB', job },
      other: { kind: 'KILLJOB', job, signals: '9' },
    },
    {
      what: 'responses',
      one: { kind: 'REPLY_RESPONSE', job, response: 'yes' },
      other: { kind: 'REPLY_RESPONSE', job, response: 'no' },
    },
    {
      what: 'comments',
      one: { kind: 'COMMENT', job, comment: parseComment('began') },
      other: { kind: 'COMMENT', job, comment: parseComment('ended') },
    },
    {
      what: 'long responses with the same start',
      one: { kind: 'REPLY_RESPONSE', job, response: `${'x'.repeat(3_000)}1` },
      other: { kind: 'REPLY_RESPONSE', job, response: `${'x'.repeat(3_000)}2` },
    },
    {
      what: 'a value that looks like two fields',
      one: { kind: 'ALARM', alarm: 'A job=REPAIR' },
      other: { kind: 'ALARM', alarm: 'A', job },
    },
  ])('differs for different $what', ({ one, other }) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test('does not depend on the comment', () => {
    const comment = parseComment('AWS run-a FAILED, event e2');

    expect(keyOf({ kind: 'FORCE_STARTJOB', job, comment })).toBe(toKey(aOneShotRequest()));
  });

  test.for(['x', 'é', '😀'])(
    'has a length that DynamoDB accepts for long texts of "%s"',
    (sign) => {
      const event = { kind: 'REPLY_RESPONSE', job, response: sign.repeat(3_001) } as const;

      const key = toKey({ ...aOneShotRequest({ run: sign.repeat(3_001) }), event });

      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(2_048);
      expect(key.isWellFormed()).toBe(true);
    },
  );
});

test('an event signature lists its fields by name in a fixed order and quotes where necessary', () => {
  const event = { response: 'yes, go', kind: 'REPLY_RESPONSE', job } as const;

  expect(toEventSignature(event)).toBe('REPLY_RESPONSE job=REPAIR response="yes, go"');
});

test.for<{ event: AutosysEvent; target: string }>([
  { event: aStateRequest().event, target: 'ACE global AWS_SETTLEMENT' },
  { event: { kind: 'CHANGE_STATUS', job, status: 'SUCCESS' }, target: 'ACE job REPAIR' },
  { event: { kind: 'FORCE_STARTJOB', job }, target: 'ACE job REPAIR' },
  { event: { kind: 'ALARM', alarm: 'JOBFAILURE', job }, target: 'ACE job REPAIR' },
  { event: { kind: 'ALARM', alarm: 'JOBFAILURE' }, target: 'ACE ALARM' },
  { event: { kind: 'MACH_OFFLINE', machine: parseMachineName('h1') }, target: 'ACE machine h1' },
  { event: { kind: 'STOP_DEMON' }, target: 'ACE STOP_DEMON' },
])('$event.kind is found under $target', ({ event, target }) => {
  expect(toTargetName(aStateRequest().to, event)).toBe(target);
});

describe('the row of an entry', () => {
  const claimed = admit(undefined, aStateRequest(), aContext());
  const entry = (claimed.kind === 'take' && claimed.entry) as Entry;
  const policy = { firstWaitMs: 1, maxWaitMs: 1, deadlineMs: 1e12, jitter: 0 };

  test('is on the reread list and found by its target once it is confirmed', () => {
    const row = toRow(settle(entry, { kind: 'confirmed' }, 3_000, policy), 3_000);

    expect(row.agenda).toEqual({
      list: toListPartition(agendaLists.reread('ACE'), row.key),
      at: new Date(3_000 + 300_000),
    });
    expect(row.target).toEqual({
      name: 'ACE global AWS_SETTLEMENT',
      changedAt: new Date(1_000),
    });
  });

  test.for([
    { when: 'it was read again for the last time', over: { rereads: 12 } },
    { when: 'it can never be read back', over: { confirmedMs: undefined } },
    { when: 'it is no SET_GLOBAL', over: { event: aOneShotRequest().event } },
  ])('is on no list once it is confirmed and $when', ({ over }) => {
    const confirmed = settle(entry, { kind: 'confirmed' }, 3_000, policy);

    expect(toRow({ ...confirmed, ...over } as Entry, 3_000)).not.toHaveProperty('agenda');
  });

  const stored = { ...toRow(entry, 0), revision: 1 };

  test('is parsed with additional fields of newer software', () => {
    const body = { ...entry, added: 'by newer software' };

    expect(parseEntry({ ...stored, body })).toEqual(body);
  });

  test.for([
    { what: 'is of newer software', body: { ...entry, format: 2 }, message: 'is of a format' },
    { what: 'has no format', body: null, message: 'is of a format' },
    { what: 'lacks its version', body: without('version'), message: 'is damaged: version' },
    { what: 'lacks its history', body: without('history'), message: 'is damaged: history' },
    {
      what: 'has an unknown stage',
      body: { ...entry, stage: 'lost' },
      message: 'is damaged: stage',
    },
    {
      what: 'has an unknown event kind',
      body: { ...entry, event: { kind: 'DANCE' } },
      message: 'is damaged: event',
    },
    {
      what: 'has an incomplete event',
      body: { ...entry, event: { kind: 'SET_GLOBAL', globalVariable: parseGlobalName('X') } },
      message: 'is damaged: event',
    },
  ])('is rejected without its values if it $what', ({ body, message }) => {
    expect(() => parseEntry({ ...stored, body })).toThrow(
      `the ledger could not read state ACE global AWS_SETTLEMENT: the row ${message}`,
    );
  });

  function without(field: keyof Entry): unknown {
    const { [field]: _, ...rest } = entry;
    return rest;
  }
});
