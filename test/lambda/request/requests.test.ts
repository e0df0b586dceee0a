import { describe, expect, test } from 'vitest';
import { parseAutosysInstance, parseJobName } from '../../../autosys/names.ts';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { createStoredRequests } from '../../../lambda/request/requests.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';

const nowMs = Date.parse('2026-11-30T01:00:00Z');

function aStored(over: Partial<StoredRequest> = {}): StoredRequest {
  return {
    format: 1,
    kind: 'request',
    entry: 'ledger-team',
    key: 'night 1',
    attempt: 0,
    instance: parseAutosysInstance('ACE'),
    action: 'runJob',
    digest: 'd1',
    subject: 'job LOAD',
    receivedMs: nowMs,
    stage: 'open',
    wait: {
      job: parseJobName('LOAD'),
      start: 'STARTJOB',
      untilMs: nowMs + 3_600_000,
      onAbort: 'leave',
      token: 'secret-token',
      nextMs: nowMs + 60_000,
    },
    history: [],
    ...over,
  };
}

function aStore() {
  const table = createMemoryTable({ now: () => new Date(nowMs) });
  return { table, requests: createStoredRequests({ table, now: () => new Date(nowMs) }) };
}

async function readWaits(table: ReturnType<typeof aStore>['table']) {
  const until = new Date('2100-01-01');
  const { entries } = await table.agenda(agendaLists.wait('ACE'), { until, limit: 10 });
  return entries.map(({ key, at }) => ({ key, atMs: at.getTime() }));
}

describe('the request rows', () => {
  test('a request is read as it was written, and is found by its target', async () => {
    const { table, requests } = aStore();
    const written = await requests.write(aStored(), undefined);
    expect(await requests.read('ledger-team', 'night 1', 0)).toEqual(written);
    const { entries } = await table.ofTarget('ACE job LOAD', { limit: 10 });
    expect(entries.map(({ key }) => key)).toEqual(['request ledger-team night 1 0']);
  });

  test('an open wait is on the list of its instance at the time of its next read', async () => {
    const { table, requests } = aStore();
    const written = await requests.write(aStored(), undefined);
    expect(await readWaits(table)).toEqual([
      { key: 'request ledger-team night 1 0', atMs: nowMs + 60_000 },
    ]);
    if (written === undefined) throw new Error('not written');
    await requests.change(written, (request) => ({ ...request, stage: 'ended' }));
    expect(await readWaits(table)).toEqual([]);
  });

  test('the second of two writers of a new request writes nothing', async () => {
    const { requests } = aStore();
    await requests.write(aStored(), undefined);
    expect(await requests.write(aStored({ digest: 'other' }), undefined)).toBeUndefined();
    expect((await requests.read('ledger-team', 'night 1', 0))?.request.digest).toBe('d1');
  });

  test('a change after a lost race is applied to the newer row', async () => {
    const { requests } = aStore();
    const old = await requests.write(aStored(), undefined);
    if (old === undefined) throw new Error('not written');
    await requests.change(old, (request) => ({ ...request, retry: 1 }));
    const changed = await requests.change(old, (request) => ({ ...request, stage: 'ended' }));
    expect(changed.request).toMatchObject({ retry: 1, stage: 'ended' });
  });

  test('fails when the row is damaged, without a value of it in the message', async () => {
    const { table, requests } = aStore();
    const body = { ...aStored(), wait: { token: 'secret-token' } };
    await table.put({ key: 'request ledger-team night 1 0', body }, undefined);
    await expect(requests.read('ledger-team', 'night 1', 0)).rejects.toThrow(
      /wait\.job is missing/,
    );
    await expect(requests.read('ledger-team', 'night 1', 0)).rejects.not.toThrow(/secret-token/);
  });
});
