import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type GroupMember,
  toGroupState,
  toMemberName,
  withMember,
} from '../../../lambda/groups/group-state.ts';
import type { WorkloadEvent } from '../../../lambda/workload/workload.ts';
import { aBatchJobEvent } from '../../support/builders.ts';
import { aMember, type MemberFacts } from '../../support/groups.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';

function toMembers(...facts: readonly MemberFacts[]): readonly GroupMember[] {
  return facts.map(aMember).reduce(withMember, []);
}

const a = { of: 'risk-a', status: 'SUCCEEDED', after: 10 } as const;
const b = { of: 'risk-b', status: 'SUCCEEDED', after: 20 } as const;
const c = { of: 'risk-c', status: 'SUCCEEDED', after: 30 } as const;
const again = { status: 'RUNNING', began: '2026-11-20T02:00:40Z', after: 0 } as const;

describe('the state of a group', () => {
  test.for<{ when: string; events: readonly MemberFacts[]; need: number; state: string }>([
    {
      when: 'the first member starts',
      events: [{ ...a, status: 'RUNNING' }],
      need: 3,
      state: 'RUNNING',
    },
    { when: 'some have succeeded', events: [a, b], need: 3, state: 'RUNNING' },
    { when: 'all have succeeded', events: [a, b, c], need: 3, state: 'SUCCEEDED' },
    { when: 'enough have succeeded', events: [a, b], need: 2, state: 'SUCCEEDED' },
    {
      when: 'one of all has failed',
      events: [a, { ...b, status: 'FAILED' }],
      need: 3,
      state: 'FAILED',
    },
    {
      when: 'a member fails while others run',
      events: [
        { ...a, status: 'RUNNING' },
        { ...b, status: 'TIMED_OUT' },
      ],
      need: 3,
      state: 'FAILED',
    },
    {
      when: 'enough can still succeed after a failure',
      events: [a, { ...b, status: 'ABORTED' }],
      need: 2,
      state: 'RUNNING',
    },
    {
      when: 'success is out of reach after two failures',
      events: [{ ...a, status: 'FAILED' }, { ...b, status: 'FAILED' }, c],
      need: 2,
      state: 'FAILED',
    },
    {
      when: 'a failed member is redriven',
      events: [a, { ...b, status: 'FAILED' }, { ...b, status: 'RUNNING', redrive: 1, after: 30 }],
      need: 3,
      state: 'RUNNING',
    },
    {
      when: 'a failed member is started again',
      events: [a, { ...b, status: 'FAILED' }, { ...b, ...again }],
      need: 3,
      state: 'RUNNING',
    },
    {
      when: 'a member that counted is started again',
      events: [a, b, c, { ...a, ...again }],
      need: 2,
      state: 'RUNNING',
    },
    {
      when: 'a member that did not count is started again',
      events: [a, b, c, { ...c, ...again }],
      need: 2,
      state: 'SUCCEEDED',
    },
    {
      when: 'a later member fails',
      events: [a, b, { ...c, status: 'FAILED' }],
      need: 2,
      state: 'SUCCEEDED',
    },
    {
      when: 'a later member starts',
      events: [a, b, { ...c, ...again }],
      need: 2,
      state: 'SUCCEEDED',
    },
    {
      when: 'a member that counted has failed again, and enough others have succeeded',
      events: [a, b, c, { ...a, ...again }, { ...a, ...again, status: 'FAILED', after: 5 }],
      need: 2,
      state: 'SUCCEEDED',
    },
  ])('is $state when $when', ({ events, need, state }) => {
    expect(toGroupState(toMembers(...events), { expect: 3, need })).toBe(state);
  });

  test('counts a further member in place of one that has failed', () => {
    const d = { ...a, of: 'risk-d', status: 'FAILED' } as const;

    expect(toGroupState(toMembers(a, d, b), { expect: 3, need: 3 })).toBe('FAILED');
    expect(toGroupState(toMembers(a, d, b, c), { expect: 3, need: 3 })).toBe('SUCCEEDED');
  });
});

describe('the members of a group', () => {
  test('are state machines or Batch jobs of an account', () => {
    expect(toMemberName(aMember(a))).toBe('111122223333 state machine risk-a');
    expect(toMemberName(toWorkloadEvent(aBatchJobEvent()))).toBe('111122223333 Batch job risk-eod');
  });

  test('stay the same object after a repeated or an older event', () => {
    const members = toMembers({ ...a, ...again });

    expect(withMember(members, aMember({ ...a, ...again }))).toBe(members);
    expect(withMember(members, aMember({ ...a, status: 'FAILED' }))).toBe(members);
  });

  test('keep the first success when it arrives late', () => {
    const members = toMembers({ ...a, ...again, status: 'SUCCEEDED' }, a);

    expect(members).toMatchObject([
      { version: { status: 'SUCCEEDED' }, succeededMs: Date.parse('2026-11-20T02:00:10Z') },
    ]);
  });

  test('and the state are the same after late, repeated and reordered events', () => {
    const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED'] as const;
    const anyFacts = fc.record({
      of: fc.constantFrom('risk-a', 'risk-b', 'risk-c', 'risk-d'),
      status: fc.constantFrom(...statuses),
      began: fc.constantFrom('2026-11-20T01:00:00Z', '2026-11-20T01:30:00Z'),
      after: fc.integer({ min: 1, max: 600 }),
    });
    // A run ends once.
    const toChange = ({ of, began, status }: MemberFacts) =>
      `${of} ${began} ${status === 'RUNNING'}`;
    const anyNight = fc.uniqueArray(anyFacts, { selector: toChange, maxLength: 14 });
    const anyOrder = anyNight.chain((night) =>
      fc.tuple(
        fc.constant(night),
        fc.shuffledSubarray([...night, ...night], { minLength: night.length * 2 }),
      ),
    );

    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 1, max: 4 }), ([night, delivered], need) => {
        const events: readonly WorkloadEvent[] = night.map(aMember);
        const members = events.reduce(withMember, []);
        const reordered = delivered.map(aMember).reduce(withMember, []);

        expect(reordered).toEqual(members);
        expect(toGroupState(reordered, { expect: 4, need })).toBe(
          toGroupState(members, { expect: 4, need }),
        );
      }),
    );
  });
});
