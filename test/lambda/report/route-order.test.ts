import { expect, test } from 'vitest';
import { parseAutosysInstance, parseJobName } from '../../../autosys/names.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { RouteOrder } from '../../../lambda/report/route-order.ts';
import type { Effect, InvalidEffect, Repeat } from '../../../lambda/routing/translate.ts';

const to = parseAutosysInstance('ACE');
const anEffect = (route: string, key: string): Effect => ({
  ...{ kind: 'effect', route, to, key },
  event: { kind: 'FORCE_STARTJOB', job: parseJobName('REPAIR') },
});
const aRepeat = (route: string, key: string): Repeat => ({ kind: 'repeat', route, to, key });
const anInvalidEffect = (route: string): InvalidEffect => ({
  kind: 'invalidEffect',
  route,
  to,
  reason: 'no',
});
const throttled = new LedgerError({ doing: 'read', reason: 'throttled' });
const damaged = new LedgerError({ doing: 'read', reason: 'damaged', row: 'a row' });

test('what waits is waited for in its own route, and where it is repeated, from there on', () => {
  const turns = new RouteOrder();

  turns.wait(anEffect('one', 'a'), 'row a');
  const before = turns.above(anEffect('two', 'b'));
  turns.repeat(aRepeat('two', 'a'));

  expect(before).toEqual([]);
  expect(turns.above(anInvalidEffect('one'))).toEqual(['row a']);
  expect(turns.above(anEffect('two', 'c'))).toEqual(['row a']);
});

test.for([anEffect('one', 'a'), anInvalidEffect('one')])(
  'a route goes no further where the ledger fails: $kind',
  (effect) => {
    const turns = new RouteOrder();

    turns.fail(effect, throttled);

    expect(turns.reaches(anEffect('one', 'b'))).toBe(false);
    expect(turns.reaches(anInvalidEffect('one'))).toBe(false);
    expect(turns.reaches(anEffect('two', 'c'))).toBe(true);
  },
);

test('a route goes on where a row does not read', () => {
  const turns = new RouteOrder();

  turns.fail(anEffect('one', 'a'), damaged);

  expect(turns.reaches(anEffect('one', 'b'))).toBe(true);
});

test('a route goes no further than what another did not come to, and no other waits', () => {
  const turns = new RouteOrder();
  turns.fail(anEffect('one', 'a'), throttled);
  turns.reaches(anEffect('one', 'b'));

  turns.repeat(aRepeat('two', 'b'));
  turns.repeat(aRepeat('three', 'sent'));

  expect(turns.reaches(anEffect('two', 'c'))).toBe(false);
  expect(turns.reaches(anEffect('three', 'c'))).toBe(true);
});
