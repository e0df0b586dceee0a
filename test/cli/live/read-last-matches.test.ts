import { describe, expect, test } from 'vitest';
import { readLastMatches } from '../../../cli/live/read-last-matches.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import { toSecret } from '../../support/bridge.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { embedAutosys } from '../../support/emulator.ts';
import { openSandbox, readRoutes } from '../../support/sandbox.ts';

const routes = `  - { name: settlement, from: { stateMachine: settlement }, global: "V_\${executionName:40}" }
  - { name: fixed, from: { stateMachine: settlement }, global: AWS_FIXED }
  - { name: other, from: { stateMachine: other }, global: "W_\${executionName:40}" }
`;
const dayMs = 86_400_000;

/** A ledger in which two of the three routes have matched an event. */
async function openLedgerWithRun() {
  const autosys = await embedAutosys();
  const now = () => autosys.clock.now();
  const table = createMemoryTable({ now });
  const config = readRoutes(routes, [[autosys]]);
  const sandbox = openSandbox({
    config,
    secrets: { 'autosys/ACE': toSecret(autosys.emulator) },
    clock: autosys.clock,
    table,
  });
  await sandbox.take([anExecutionEvent()]);
  const nowMs = now().getTime();
  const span = (days: number) => ({
    sinceMs: nowMs - days * dayMs,
    nowMs,
    signal: new AbortController().signal,
  });
  return { table, config, span, [Symbol.asyncDispose]: () => autosys[Symbol.asyncDispose]() };
}

describe('the last match', () => {
  test('is found by the target, or in the hours of the instance', async () => {
    await using ledger = await openLedgerWithRun();
    const { table, config, span } = ledger;

    const found = await readLastMatches(table, config, span(3));

    const atMs = Date.parse('2026-11-20T02:01:00Z');
    expect([...found]).toEqual([
      ['route settlement', { kind: 'read', value: { kind: 'matched', atMs } }],
      ['route fixed', { kind: 'read', value: { kind: 'matched', atMs } }],
      ['route other', { kind: 'read', value: { kind: 'never' } }],
    ]);
  });

  test('is cut where the ledger has more rows than are read', async () => {
    await using ledger = await openLedgerWithRun();
    const { config, span } = ledger;
    const table: SearchableTable = {
      ...ledger.table,
      inSpan: async () => ({ keys: [], isCut: true }),
    };

    const found = await readLastMatches(table, config, span(3));

    expect(found.get('route other')).toMatchObject({ kind: 'read', value: { kind: 'cut' } });
    expect(found.get('route fixed')).toMatchObject({ kind: 'read', value: { kind: 'matched' } });
  });

  test('is not read if the ledger cannot be read, or at the time limit', async () => {
    await using ledger = await openLedgerWithRun();
    const { config, span } = ledger;
    const table: SearchableTable = {
      ...ledger.table,
      get: async () => {
        throw new LedgerError({ doing: 'GetItem', reason: 'AccessDeniedException' });
      },
    };
    const late = { ...span(3), signal: AbortSignal.abort() };

    const denied = await readLastMatches(table, config, span(3));
    const ended = await readLastMatches(ledger.table, config, late);

    expect(denied.get('route other')).toMatchObject({
      kind: 'unread',
      reason: expect.stringContaining('AccessDeniedException'),
      advice: expect.stringContaining('needed: dynamodb:GetItem'),
    });
    expect(ended.get('route other')).toMatchObject({
      kind: 'unread',
      reason: 'the ledger was not read in time',
    });
  });
});
