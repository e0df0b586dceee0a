import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LedgerError } from '../../../../lambda/errors.ts';
import { toHour } from '../../../../lambda/ledger/hour.ts';
import { createDynamoTable } from '../../../../lambda/ledger/store/dynamo-table.ts';
import { createMemoryTable } from '../../../../lambda/ledger/store/memory-table.ts';
import type { Row, Table } from '../../../../lambda/ledger/table.ts';
import { type EmbeddedTable, startLedgerTable } from '../../../support/ledger-table.ts';

const start = Date.parse('2026-01-15T02:00:00.250Z');
const at = (ms: number) => new Date(start + ms);
const hourMs = 3_600_000;

let embedded: EmbeddedTable;

beforeAll(async () => {
  embedded = await startLedgerTable();
});

afterAll(() => embedded[Symbol.asyncDispose]());

/** A row with a key of its own, on no list, that expires after an hour. */
function aRow(row: Partial<Row> = {}): Row {
  return { key: `row ${randomUUID()}`, body: { text: 'yes' }, expiresAt: at(hourMs), ...row };
}

/** A list of its own, and a function that creates rows on it. */
function aList() {
  const list = `due ${randomUUID()}`;
  return {
    list,
    rowAt: (ms: number, key?: string) =>
      aRow({ ...(key && { key }), agenda: { list, at: at(ms) } }),
  };
}

const kinds = [
  { kind: 'DynamoDB', create: (now: () => Date) => createDynamoTable({ ...embedded, now }) },
  { kind: 'memory', create: (now: () => Date) => createMemoryTable({ now }) },
] as const;

describe.for(kinds)('a table in $kind', ({ create }) => {
  /** A table and a function that sets its time. */
  function open() {
    let nowMs = 0;
    const table = create(() => at(nowMs));
    return {
      table,
      moveTo: (ms: number) => {
        nowMs = ms;
      },
    };
  }

  /** The keys of every page of a list. */
  async function readPages(table: Table, list: string, { untilMs = hourMs, limit = 2 } = {}) {
    const pages: string[][] = [];
    for (let from: string | undefined; ; ) {
      const page = await table.agenda(list, { until: at(untilMs), limit, ...(from && { from }) });
      pages.push(page.entries.map(({ key }) => key));
      if (page.next === undefined) return pages;
      from = page.next;
    }
  }

  test('has no row before one is written', async () => {
    const { table } = open();

    expect(await table.get('row without a write')).toBeUndefined();
  });

  test('returns a row as it was written, with its expiry in whole seconds', async () => {
    const { table } = open();
    const row = aRow({
      agenda: { list: 'open', at: at(7) },
      target: { name: 'ACE job REPAIR', changedAt: at(5) },
    });

    const revision = await table.put(row, undefined);

    const expiresAt = new Date('2026-01-15T03:00:01.000Z');
    expect(await table.get(row.key)).toEqual({ ...row, revision, expiresAt });
  });

  test('does not replace a row without its revision', async () => {
    const { table } = open();
    const row = aRow();
    const first = (await table.put(row, undefined)) ?? 0;

    const lost = [
      await table.put({ ...row, body: 'late' }, undefined),
      await table.put({ ...row, body: 'stale' }, first - 1),
      await table.put({ ...row, body: 'ahead' }, first + 1),
    ];

    expect(lost).toEqual([undefined, undefined, undefined]);
    expect(await table.get(row.key)).toMatchObject({ body: { text: 'yes' }, revision: first });
  });

  test('does not write a row over a revision if there is no row', async () => {
    const { table } = open();
    const row = aRow();

    expect(await table.put(row, 1)).toBeUndefined();
    expect(await table.get(row.key)).toBeUndefined();
  });

  test('increases the revision with every write', async () => {
    const { table } = open();
    const row = aRow();
    const revisions = [(await table.put(row, undefined)) ?? 0];

    for (const body of ['second', 'third']) {
      revisions.push((await table.put({ ...row, body }, revisions.at(-1))) ?? 0);
    }

    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(await table.get(row.key)).toMatchObject({ body: 'third', revision: revisions.at(-1) });
  });

  test.for([
    { when: 'all have read the same revision', prepared: true },
    { when: 'all have read no row', prepared: false },
  ])('writes one of fifty concurrent rows when $when', async ({ prepared }) => {
    const { table } = open();
    const row = aRow();
    const seen = prepared ? await table.put(row, undefined) : undefined;

    const revisions = await Promise.all(
      Array.from({ length: 50 }, (_, writer) => table.put({ ...row, body: { writer } }, seen)),
    );

    const winners = revisions.flatMap((revision, writer) =>
      revision === undefined ? [] : [{ body: { writer }, revision }],
    );
    expect(winners).toHaveLength(1);
    expect(await table.get(row.key)).toMatchObject(winners[0] ?? {});
  });

  test('shares no object with its callers', async () => {
    const { table } = open();
    const body = { text: ['yes'] };
    const row = aRow({ body });
    await table.put(row, undefined);

    body.text.push('changed by the writer');
    const read = await table.get(row.key);
    // The table in memory gives out frozen bodies.
    Reflect.set(Object(read?.body), 'text', 'changed by the reader');

    expect(await table.get(row.key)).toMatchObject({ body: { text: ['yes'] } });
  });

  test.for([
    { what: 'unicode', body: { text: 'Größe 尺寸 𝟘 \u0000 "\\" 👩‍🚀' } },
    { what: '300 KB', body: { text: 'x'.repeat(300_000) } },
    { what: 'null', body: null },
    { what: 'numbers that are no integers', body: [0.1, -1e-9, 2 ** 53] },
  ])('keeps a body of $what', async ({ body }) => {
    const { table } = open();
    const row = aRow({ key: `Größe 👩‍🚀 ${randomUUID()}`, body });

    await table.put(row, undefined);

    expect((await table.get(row.key))?.body).toEqual(body);
  });

  test('lists rows in the order of their time, page by page', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    for (const ms of [300, 100, 500, 200, 400])
      await table.put(rowAt(ms, `${list} ${ms}`), undefined);

    const pages = await readPages(table, list);

    const named = pages.map((page) => page.map((key) => key.slice(list.length + 1)));
    expect(named).toEqual([['100', '200'], ['300', '400'], ['500']]);
  });

  test('lists each of several rows of one instant once, over several pages', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    const rows = Array.from({ length: 7 }, () => rowAt(100));
    for (const row of rows) await table.put(row, undefined);

    const pages = await readPages(table, list);

    expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
    expect(pages.flat().sort()).toEqual(rows.map(({ key }) => key).sort());
  });

  test.for([
    { rows: 0, limit: 2, pages: [0] },
    { rows: 2, limit: 2, pages: [2] },
    { rows: 4, limit: 2, pages: [2, 2] },
    { rows: 3, limit: 100, pages: [3] },
    { rows: 2, limit: 1, pages: [1, 1] },
  ])(
    'returns $rows rows in pages of $limit, the last without a token',
    async ({ rows, limit, pages }) => {
      const { table } = open();
      const { list, rowAt } = aList();
      for (let ms = 0; ms < rows; ms += 1) await table.put(rowAt(ms), undefined);

      const read = await readPages(table, list, { limit });

      expect(read.map((page) => page.length)).toEqual(pages);
    },
  );

  test('lists rows that are due up to and including an instant, with their times', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    const [due] = [rowAt(99), rowAt(100), rowAt(101)];
    for (const row of [rowAt(101), due, rowAt(100, `${list} at once`)]) {
      if (row) await table.put(row, undefined);
    }

    const page = await table.agenda(list, { until: at(100), limit: 10 });

    expect(page).toEqual({
      entries: [
        { key: due?.key, at: at(99) },
        { key: `${list} at once`, at: at(100) },
      ],
    });
  });

  test('returns an empty page if until is before the start of the page', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    for (const ms of [100, 200]) await table.put(rowAt(ms), undefined);
    const { next = '' } = await table.agenda(list, { until: at(300), limit: 1 });

    expect(await table.agenda(list, { until: at(50), limit: 1, from: next })).toEqual({
      entries: [],
    });
  });

  test('continues after a row that has left the list meanwhile', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    const [first, second] = [rowAt(100), rowAt(200)];
    const revision = await table.put(first, undefined);
    await table.put(second, undefined);
    const { next = '' } = await table.agenda(list, { until: at(300), limit: 1 });

    await table.put(aRow({ key: first.key }), revision);

    expect(await table.agenda(list, { until: at(300), limit: 1, from: next })).toEqual({
      entries: [{ key: second.key, at: at(200) }],
    });
  });

  test.for(['', 'no token', 'e30', 'WyJ4IiwxXQ', 'é'])(
    'rejects the page token "%s"',
    async (from) => {
      const { table } = open();

      const pending = table.agenda('open', { until: at(0), limit: 1, from });

      await expect(pending).rejects.toThrow(LedgerError);
      await expect(pending).rejects.toThrow('from is no page token');
    },
  );

  test('removes a row from its list when it is written without an agenda entry or with another', async () => {
    const { table } = open();
    const [here, there] = [aList(), aList()];
    const [done, moved, put] = [here.rowAt(1), here.rowAt(2), here.rowAt(3)];
    const [seenDone, seenMoved, seenPut] = [
      await table.put(done, undefined),
      await table.put(moved, undefined),
      await table.put(put, undefined),
    ];

    await table.put(aRow({ key: done.key }), seenDone);
    await table.put({ ...moved, agenda: { list: there.list, at: at(5) } }, seenMoved);
    await table.put({ ...put, agenda: { list: here.list, at: at(9) } }, seenPut);

    const whole = { until: at(hourMs), limit: 10 };
    expect(await table.agenda(here.list, whole)).toEqual({
      entries: [{ key: put.key, at: at(9) }],
    });
    expect(await table.agenda(there.list, whole)).toEqual({
      entries: [{ key: moved.key, at: at(5) }],
    });
    expect((await table.get(done.key))?.agenda).toBeUndefined();
  });

  describe('queried by target', () => {
    /** A target of its own, and a function that creates rows with it. */
    function aTarget() {
      const name = `ACE job ${randomUUID()}`;
      return {
        name,
        rowAt: (ms: number) => aRow({ key: `${name} ${ms}`, target: { name, changedAt: at(ms) } }),
      };
    }

    test('returns its rows in pages, the newest change first', async () => {
      const { table } = open();
      const [mine, other] = [aTarget(), aTarget()];
      for (const row of [200, 100, 300].map(mine.rowAt)) await table.put(row, undefined);
      await table.put(other.rowAt(400), undefined);

      const first = await table.ofTarget(mine.name, { limit: 2 });
      const rest = await table.ofTarget(mine.name, { limit: 2, from: first.next ?? '' });

      expect(first.entries).toEqual([
        { key: `${mine.name} 300`, at: at(300) },
        { key: `${mine.name} 200`, at: at(200) },
      ]);
      expect(rest).toEqual({ entries: [{ key: `${mine.name} 100`, at: at(100) }] });
    });

    test('returns each of many rows of one instant once', async () => {
      const { table } = open();
      const { name } = aTarget();
      const rows = Array.from({ length: 5 }, () => aRow({ target: { name, changedAt: at(1) } }));
      for (const row of rows) await table.put(row, undefined);

      const keys: string[] = [];
      for (let from: string | undefined; ; ) {
        const page = await table.ofTarget(name, { limit: 2, ...(from && { from }) });
        keys.push(...page.entries.map(({ key }) => key));
        from = page.next;
        if (from === undefined) break;
      }

      expect(keys.toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
    });

    test('returns a row once, with its newest change', async () => {
      const { table } = open();
      const { name, rowAt } = aTarget();
      const revision = await table.put(rowAt(100), undefined);
      await table.put({ ...rowAt(100), target: { name, changedAt: at(500) } }, revision);

      const { entries } = await table.ofTarget(name, { limit: 9 });

      expect(entries).toEqual([{ key: `${name} 100`, at: at(500) }]);
    });

    test('returns an empty page if there are no rows', async () => {
      expect(await open().table.ofTarget('ACE job UNKNOWN', { limit: 1 })).toEqual({ entries: [] });
    });

    test('rejects an invalid page token', async () => {
      await expect(open().table.ofTarget('ACE job X', { limit: 1, from: 'x' })).rejects.toThrow(
        'from is no page token',
      );
    });
  });

  describe('queried by instance and time', () => {
    /** An instance of its own, and a function that creates rows that changed at a time. */
    function anInstance() {
      const instance = randomUUID();
      return {
        instance,
        rowAt: (ms: number, key = `row ${randomUUID()}`) =>
          aRow({ key, hour: toHour(instance, start + ms, key) }),
      };
    }

    test('returns the rows that changed in one of the hours, the newest hour first', async () => {
      const { table } = open();
      const { instance, rowAt } = anInstance();
      const [before, first, second, third, after] = [-1, 0, 1, 2, 3].map((hours) =>
        rowAt(hours * hourMs),
      );
      for (const row of [third, before, first, after, second])
        await table.put(row ?? aRow(), undefined);
      await table.put(anInstance().rowAt(0), undefined);

      const found = await table.inSpan(instance, { from: at(0), until: at(2 * hourMs), limit: 9 });

      expect(found).toEqual({ keys: [third?.key, second?.key, first?.key], isCut: false });
    });

    test('returns all rows of an hour from every shard, and says if there are more', async () => {
      const { table } = open();
      const { instance, rowAt } = anInstance();
      // With this many random keys, no shard stays empty by chance.
      const count = 160;
      const rows = Array.from({ length: count }, () => rowAt(0));
      for (const row of rows) await table.put(row, undefined);
      const span = { from: at(0), until: at(0) };

      const all = await table.inSpan(instance, { ...span, limit: count });
      const cut = await table.inSpan(instance, { ...span, limit: count - 1 });

      expect(new Set(rows.map(({ hour }) => hour)).size).toBe(8);
      expect([all.keys.toSorted(), all.isCut]).toEqual([rows.map(({ key }) => key).sort(), false]);
      expect([new Set(cut.keys).size, cut.isCut]).toEqual([count - 1, true]);
    });

    test('returns a row once, in the hour of its last change', async () => {
      const { table } = open();
      const { instance, rowAt } = anInstance();
      const key = `row ${randomUUID()}`;
      const revision = await table.put(rowAt(0, key), undefined);
      const later = await table.put(rowAt(hourMs, key), revision);

      const inHour = (hours: number) =>
        table.inSpan(instance, { from: at(hours * hourMs), until: at(hours * hourMs), limit: 9 });
      expect([(await inHour(0)).keys, (await inHour(1)).keys]).toEqual([[], [key]]);

      await table.put(aRow({ key }), later);
      expect((await inHour(1)).keys).toEqual([]);
    });

    test('returns nothing for a span that ends before it begins', async () => {
      const { table } = open();
      const { instance, rowAt } = anInstance();
      await table.put(rowAt(0), undefined);

      expect(
        await table.inSpan(instance, { from: at(hourMs), until: at(-hourMs), limit: 9 }),
      ).toEqual({ keys: [], isCut: false });
    });
  });

  test('does not change a list if a write fails', async () => {
    const { table } = open();
    const { list, rowAt } = aList();
    const row = rowAt(100);
    await table.put(row, undefined);

    await table.put(aRow({ key: row.key }), undefined);

    expect(await readPages(table, list)).toEqual([[row.key]]);
  });

  test.for([
    {
      title: 'returns a row until the second after its expiry',
      expiresMs: 749,
      laterMs: 749,
      exists: true,
    },
    { title: 'returns no row from that second on', expiresMs: 749, laterMs: 750, exists: false },
    { title: 'returns no row long after', expiresMs: 1_000, laterMs: hourMs, exists: false },
  ])('$title, and can be overwritten accordingly', async ({ expiresMs, laterMs, exists }) => {
    const { table, moveTo } = open();
    const row = aRow({ expiresAt: at(expiresMs) });
    await table.put(row, undefined);

    moveTo(laterMs);

    expect((await table.get(row.key)) !== undefined).toBe(exists);
    const again = await table.put({ ...row, expiresAt: at(2 * hourMs) }, undefined);
    expect(again === undefined).toBe(exists);
  });

  test('keeps a row without expiry until a later write sets one', async () => {
    const { table, moveTo } = open();
    const { expiresAt: _, ...row } = aRow();
    const revision = await table.put(row, undefined);

    moveTo(400 * 24 * hourMs);

    expect(await table.get(row.key)).toEqual({ ...row, revision });
    expect(await table.put(row, undefined)).toBeUndefined();
    await table.put({ ...row, expiresAt: at(401 * 24 * hourMs) }, revision);
    moveTo(402 * 24 * hourMs);
    expect(await table.get(row.key)).toBeUndefined();
  });

  test('never repeats a revision of an expired row with the same key', async () => {
    const { table, moveTo } = open();
    const row = aRow({ expiresAt: at(1_000) });
    const stale = await table.put(row, undefined);

    moveTo(2_000);
    const fresh = await table.put({ ...row, expiresAt: at(hourMs) }, undefined);

    expect(fresh).toBeGreaterThan(stale ?? Infinity);
    expect(await table.put(row, stale)).toBeUndefined();
  });
});
