import { expect, test } from 'vitest';
import { explainWait } from '../../../cli/why/explain-wait.ts';
import { createFormatTime } from '../../../cli/why/time-text.ts';
import { closedCircuit } from '../../../lambda/circuit-breaker/circuit-breaker.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { aStateRequest } from '../../lambda/ledger/requests.ts';

const nowMs = Date.parse('2026-11-20T02:10:00Z');
const entry: Entry = {
  format: 1,
  ...aStateRequest(),
  stage: 'due',
  dueMs: nowMs + 60_000,
  tries: 1,
  history: [{ atMs: nowMs, text: 'not reached: x' }],
};
const predecessor = { kind: 'open', key: 'once A', text: 'STARTJOB A is due' } as const;
const circuit = { ...closedCircuit, failures: 3, reason: '503', openUntilMs: nowMs + 5_000 };
const lease = { owner: 'f1', untilMs: nowMs + 1_000 };

test.for([
  { kind: 'retry', over: {}, facts: {} },
  { kind: 'lease', over: { lease }, facts: { circuit } },
  { kind: 'retry', over: { lease: { owner: 'f1', untilMs: nowMs - 1 } }, facts: {} },
  { kind: 'predecessor', over: {}, facts: { predecessor } },
  { kind: 'away', over: {}, facts: { circuit, predecessor } },
  {
    kind: 'window',
    over: {},
    facts: { circuit, window: { fromMs: nowMs, untilMs: nowMs, reason: 'x' } },
  },
  { kind: 'readBack', over: { stage: 'sending' }, facts: { predecessor } },
  { kind: 'notShown', over: { stage: 'accepted' }, facts: {} },
  { kind: undefined, over: { stage: 'confirmed' }, facts: {} },
  {
    kind: 'dismissed',
    over: { stage: 'parked', dismissed: { by: 'ann', note: 'old', atMs: nowMs } },
    facts: {},
  },
] as const)('an entry waits because of $kind: $over $facts', ({ kind, over, facts }) => {
  const stored = {
    key: 'k',
    row: { key: 'k', body: {}, revision: 1 },
    entry: { ...entry, ...over },
  };
  const formatTime = createFormatTime('UTC', new Date(nowMs));

  const wait = explainWait(stored, { nowMs, circuit: closedCircuit, ...facts }, formatTime);

  expect(wait?.kind).toBe(kind);
});
