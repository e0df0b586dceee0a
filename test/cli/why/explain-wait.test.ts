import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createTimeFormat } from '../../../cli/ledger/times.ts';
import { explainWait } from '../../../cli/why/explain-wait.ts';
import { type InstanceOutages, noOutages } from '../../../cli/why/read-outages.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Outage } from '../../../lambda/ledger/outage.ts';
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
const anOutage = (outage: Outage['outage'], untilMs?: number): Outage => ({
  format: 1,
  kind: 'outage',
  instance: parseAutosysInstance('ACE'),
  outage,
  fromMs: nowMs - 30_000,
  ...(untilMs === undefined ? { lasts: true } : { untilMs }),
  reason: 'x',
  history: [],
});
const outagesOf = (lasting: readonly Outage[], over: readonly Outage[] = []): InstanceOutages => ({
  lasting,
  over,
  nextTryMs: nowMs + 5_000,
});
const away = { outages: outagesOf([anOutage('circuitBreaker')]) };
const wait = { kind: 'maintenance', sinceMs: nowMs, untilMs: nowMs + 1_000, text: 'x' } as const;
const sent = { kind: 'predecessor', sinceMs: nowMs, key: 'once B', text: 'STARTJOB B' } as const;
const lease = { owner: 'f1', untilMs: nowMs + 1_000 };

test.for([
  { kind: 'retry', over: {}, facts: {} },
  { kind: 'lease', over: { lease }, facts: away },
  { kind: 'retry', over: { lease: { owner: 'f1', untilMs: nowMs - 1 } }, facts: {} },
  { kind: 'predecessor', over: {}, facts: { predecessor } },
  { kind: 'away', over: {}, facts: { ...away, predecessor } },
  { kind: 'login', over: {}, facts: { outages: outagesOf([anOutage('login')]) } },
  { kind: 'window', over: {}, facts: { outages: outagesOf([anOutage('maintenance')]) } },
  { kind: 'window', over: { wait }, facts: {} },
  { kind: 'retry', over: { wait: { ...wait, untilMs: nowMs } }, facts: {} },
  { kind: 'retry', over: { wait: sent }, facts: {} },
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
  const formatTime = createTimeFormat('UTC', nowMs).short;

  const wait = explainWait(stored, { nowMs, outages: noOutages, ...facts }, formatTime);

  expect(wait?.kind).toBe(kind);
});
