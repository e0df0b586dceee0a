import { expect, test } from 'vitest';
import { parseAutosysInstance, parseJobName } from '../../../autosys/names.ts';
import { withoutEarlyMoot } from '../../../lambda/delivery/waiting-start.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../../lambda/ledger/entry-row.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';

const nowMs = Date.parse('2026-11-20T01:00:00Z');
const moot = { kind: 'moot', reason: 'the run to kill has ended, and another has begun' } as const;

/** A start of the job WATCH that the ledger has accepted. */
function aStart(over: Partial<Entry>): Entry {
  return {
    format: 1,
    kind: 'once',
    to: parseAutosysInstance('ACE'),
    event: { kind: 'FORCE_STARTJOB', job: parseJobName('WATCH') },
    version: { beganMs: nowMs, run: 'arn', attempt: 0, status: 'RUNNING', changedMs: nowMs },
    cause: { eventId: 'e', route: 'r', run: 'c execution c-3', seenMs: nowMs },
    stage: 'accepted',
    dueMs: nowMs,
    tries: 0,
    history: [],
    ...over,
  };
}

const parked = {
  stage: 'parked',
  parked: { code: 'BRIDGE_NOT_VISIBLE', reason: 'AutoSys does not show it' },
} as const;
const sent = { sentMs: nowMs };
const dismissed = { by: 'op', note: 'by hand', atMs: nowMs };

test.each<[string, Partial<Entry>, string | undefined]>([
  ['accepted and not shown', { stage: 'accepted', sent }, 'has no effect yet'],
  ['parked after it was sent', { ...parked, sent }, 'is parked after it was sent'],
  ['parked without being sent', parked, undefined],
  ['parked and dismissed', { ...parked, sent, dismissed }, undefined],
  ['confirmed', { stage: 'confirmed', sent, confirmedMs: nowMs }, undefined],
])('a kill behind a start that is %s', async (_, over, waits) => {
  const table = createMemoryTable({ now: () => new Date(nowMs) });
  const start = aStart(over);
  await table.put(toRow(start, nowMs), undefined);

  const seen = await withoutEarlyMoot(aStart({ after: [toKey(start)] }), moot, table);

  expect(seen).toEqual(
    waits === undefined
      ? moot
      : { kind: 'notYet', found: `${moot.reason}; FORCE_STARTJOB WATCH before it ${waits}` },
  );
});
