import { expect, test } from 'vitest';
import { createTimeFormat } from '../../../cli/ledger/times.ts';
import { describeGroup, describeGroupEnd, findGroupGap } from '../../../cli/why/describe-group.ts';
import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { WorkloadStatus } from '../../../lambda/workload/workload.ts';

const atMs = Date.parse('2026-11-20T02:00:00Z');
const texts = { formatTime: createTimeFormat('UTC', atMs).short };

function aMember(name: string, status: WorkloadStatus) {
  const version = { beganMs: atMs, run: 'r', attempt: 0, status, changedMs: atMs };
  return { name, version, ...(status === 'SUCCEEDED' && { succeededMs: atMs }) };
}

function aRecord(over: Partial<GroupRecord>): GroupRecord {
  return {
    format: 1,
    kind: 'group',
    name: 'risk',
    day: '2026-11-19',
    beganMs: atMs,
    status: 'RUNNING',
    expect: 2,
    need: 2,
    members: [],
    changes: [],
    ...over,
  };
}

test('names two members of one name in two accounts in full', () => {
  const members = [
    aMember('111122223333 state machine risk-a', 'RUNNING'),
    aMember('444455556666 state machine risk-a', 'FAILED'),
    aMember('111122223333 Batch job risk-b', 'SUCCEEDED'),
  ];

  const gap = findGroupGap(aRecord({ members, expect: 3 }));

  expect(gap.counted).toEqual(['risk-b']);
  expect(gap.missing.map(({ name }) => name)).toEqual([
    '444455556666 state machine risk-a',
    '111122223333 state machine risk-a',
  ]);
});

test('shortens a long list of members', () => {
  const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) =>
    aMember(`111122223333 Batch job risk-${id}`, 'RUNNING'),
  );
  const record = aRecord({ members, expect: 9, need: 9 });

  const text = describeGroup({ name: 'risk', day: record.day, record }, texts);

  expect(text).toMatch(
    /risk-e \(RUNNING since 02:00:00\), 2 others, 2 more that have not started$/,
  );
});

test.for([
  { status: 'PENDING', ends: 'the success of 2 more members of group risk' },
  {
    status: 'SUCCEEDED',
    ends: 'a new start of a member of group risk that counted, or a later business day',
  },
] as const)('says what changes $status', ({ status, ends }) => {
  const record = aRecord({ status });

  expect(describeGroupEnd({ name: 'risk', day: record.day, record }, texts)).toBe(ends);
});
