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

test('a pending effect is waited for in its route, and in another route from its repeat on', () => {
  const order = new RouteOrder();

  order.addPending(anEffect('one', 'a'), 'row a');
  const before = order.pendingBefore(anEffect('two', 'b'));
  order.addRepeat(aRepeat('two', 'a'));

  expect(before).toEqual([]);
  expect(order.pendingBefore(anInvalidEffect('one'))).toEqual(['row a']);
  expect(order.pendingBefore(anEffect('two', 'c'))).toEqual(['row a']);
});

test.for([anEffect('one', 'a'), anInvalidEffect('one')])(
  'a route stops if the ledger fails: $kind',
  (effect) => {
    const order = new RouteOrder();

    order.addFailure(effect, throttled);

    expect(order.mayProceed(anEffect('one', 'b'))).toBe(false);
    expect(order.mayProceed(anInvalidEffect('one'))).toBe(false);
    expect(order.mayProceed(anEffect('two', 'c'))).toBe(true);
  },
);

test('a route continues if a row cannot be parsed', () => {
  const order = new RouteOrder();

  order.addFailure(anEffect('one', 'a'), damaged);

  expect(order.mayProceed(anEffect('one', 'b'))).toBe(true);
});

test('a route stops at the repeat of an effect that another route did not process, and other routes continue', () => {
  const order = new RouteOrder();
  order.addFailure(anEffect('one', 'a'), throttled);
  order.mayProceed(anEffect('one', 'b'));

  order.addRepeat(aRepeat('two', 'b'));
  order.addRepeat(aRepeat('three', 'sent'));

  expect(order.mayProceed(anEffect('two', 'c'))).toBe(false);
  expect(order.mayProceed(anEffect('three', 'c'))).toBe(true);
});

test('an effect waits for no effect of its route on another instance', () => {
  const order = new RouteOrder();
  const there = { ...anEffect('one', 'b'), to: parseAutosysInstance('DR1') };

  order.addPending(anEffect('one', 'a'), 'row a');
  order.addFailure(anEffect('one', 'c'), throttled);

  expect(order.pendingBefore(there)).toEqual([]);
  expect(order.mayProceed(there)).toBe(true);
  expect(order.pendingBefore(anEffect('one', 'd'))).toEqual(['row a']);
});
