import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createPutPage } from '../../../lambda/aws/put-page.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { admit } from '../../../lambda/ledger/admit.ts';
import { toRow } from '../../../lambda/ledger/entry-row.ts';
import { toOutageRow } from '../../../lambda/ledger/outage.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import type { ListNightJobs } from '../../../lambda/night/list-jobs.ts';
import { createNightTelemetry } from '../../../lambda/night/night-telemetry.ts';
import { createWriteNightPages } from '../../../lambda/night/write-pages.ts';
import { startBucket } from '../../support/embedded-bucket.ts';
import { aContext, aStateRequest } from '../ledger/requests.ts';

const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');
/** 02:13 in Zurich. */
const calledMs = Date.UTC(2026, 10, 30, 1, 13);

/** Pages of two instances, over a ledger in memory and a bucket. */
async function aPass(over: { readonly listJobs?: ListNightJobs } = {}) {
  let nowMs = calledMs;
  const now = () => new Date(nowMs);
  const bucket = await startBucket({ prefixes: ['ACE/', 'PRD/'] });
  const table = createMemoryTable({ now });
  const broken = new Set<string>();
  const ledger: SearchableTable = {
    ...table,
    inSpan: (instance, query) =>
      broken.has(instance)
        ? Promise.reject(
            new LedgerError({ doing: 'query the hours', reason: 'ThrottlingException' }),
          )
        : table.inSpan(instance, query),
  };
  const lines: unknown[] = [];
  const gauges: unknown[] = [];
  const log = (level: string) => (message: string, fields: object) =>
    void lines.push({ level, message, ...fields });
  const telemetry = createNightTelemetry({
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    metrics: {
      count: () => undefined,
      milliseconds: () => undefined,
      gauge: (name, value, of) => void gauges.push([name, value, of?.autosysInstance]),
    },
  });
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const writeNightPages = createWriteNightPages({
    night: { instances: [ace, prd], since: '20:00' },
    timezoneOf: (instance) => (instance === ace ? 'Europe/Zurich' : 'America/New_York'),
    table: ledger,
    listJobs: over.listJobs ?? (() => Promise.resolve([])),
    putPage: createPutPage(bucket.name, { endpoint: bucket.url, region: 'eu-west-1', credentials }),
    ...{ now, newLeaseId: () => 'pass', telemetry },
  });
  return {
    ...{ bucket, table, broken, lines, gauges },
    pass: (atMs = calledMs) => {
      nowMs = atMs;
      const { signal } = new AbortController();
      return writeNightPages({ readUntilMs: nowMs + 25_000, readSignal: signal, signal });
    },
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  };
}

async function store(table: SearchableTable, atMs: number) {
  const { cause, ...asked } = aStateRequest();
  const request = { ...asked, cause: { ...cause, seenMs: atMs, run: 'settlement <&>' } };
  const result = admit(undefined, request, aContext({ nowMs: atMs }));
  if (result.kind !== 'take') throw new Error(result.kind);
  await table.put(toRow(result.entry, atMs), undefined);
}

test('writes each page under the local date of its begin and under now', async () => {
  await using night = await aPass();
  await store(night.table, calledMs - 60_000);

  await night.pass();

  // 20:13 on 29 November in New York.
  expect([...night.bucket.puts].sort()).toEqual([
    'ACE/2026-11-29.html',
    'ACE/now.html',
    'PRD/2026-11-29.html',
    'PRD/now.html',
  ]);
  const page = night.bucket.objects.get('ACE/now.html')?.body ?? '';
  expect(page).toBe(night.bucket.objects.get('ACE/2026-11-29.html')?.body);
  expect(page).toContain('2026-11-29 20:00 GMT+1 to 2026-11-30 02:13 GMT+1 (Europe/Zurich)');
  expect(page).toContain('settlement &lt;&amp;&gt;');
  expect(night.gauges).toEqual(
    expect.arrayContaining([
      ['NightPageFailed', 0, 'ACE'],
      ['NightPageFailed', 0, 'PRD'],
    ]),
  );
});

test('begins a new page at the begin of the next night, and keeps the last one', async () => {
  await using night = await aPass();
  const eveningMs = Date.UTC(2026, 10, 30, 19, 0);

  await night.pass(eveningMs - 1_000);
  await night.pass(eveningMs + 1_000);

  const { objects } = night.bucket;
  expect(objects.get('ACE/2026-11-29.html')?.body).toContain('to 2026-11-30 19:59');
  expect(objects.get('ACE/2026-11-30.html')?.body).toContain('to 2026-11-30 20:00');
  expect(objects.get('ACE/now.html')).toEqual(objects.get('ACE/2026-11-30.html'));
});

test('writes what the ledger knows, with the outage, while AutoSys is away', async () => {
  await using night = await aPass({
    listJobs: () => Promise.resolve({ unread: 'ace-1: the connection was <refused>' }),
  });
  await store(night.table, calledMs - 60_000);
  await night.table.put(
    toOutageRow(
      {
        ...{ format: 1, kind: 'outage', outage: 'circuitBreaker', instance: ace, lasts: true },
        ...{ fromMs: calledMs - 600_000, reason: 'ace-1: the connection was refused', history: [] },
      },
      calledMs,
    ),
    undefined,
  );

  await night.pass();

  const page = night.bucket.objects.get('ACE/now.html')?.body ?? '';
  expect(page).toContain('could not be read: ace-1: the connection was &lt;refused&gt;');
  expect(page).toContain('AutoSys away, 02:03 to now');
  expect(page).toContain('data-band="away"');
  expect(page).toContain('<h2>AWS_SETTLEMENT');
  expect(night.lines).toContainEqual(
    expect.objectContaining({
      ...{ level: 'warn', message: 'night page written without jobs', autosysInstance: 'ACE' },
      reason: 'ace-1: the connection was <refused>',
    }),
  );
});

test('keeps the last page of an instance whose rows cannot be read, and writes the others', async () => {
  await using night = await aPass();
  await night.pass();
  const last = night.bucket.objects.get('ACE/now.html');
  night.broken.add('ACE');

  await night.pass(calledMs + 300_000);

  expect(night.bucket.objects.get('ACE/now.html')).toBe(last);
  expect(night.bucket.objects.get('PRD/now.html')?.body).toContain('State of 2026-11-29 20:18');
  expect(night.lines).toContainEqual(
    expect.objectContaining({
      ...{ level: 'error', message: 'night page not made', autosysInstance: 'ACE' },
      code: 'BRIDGE_LEDGER',
      reason: 'the ledger could not query the hours: ThrottlingException',
    }),
  );
  expect(night.gauges.slice(-2)).toEqual(
    expect.arrayContaining([
      ['NightPageFailed', 1, 'ACE'],
      ['NightPageFailed', 0, 'PRD'],
    ]),
  );
});

test('reports a page that the bucket refuses, and replaces it in the next pass', async () => {
  await using night = await aPass();
  const denied = { status: 403, code: 'AccessDenied' };
  night.bucket.refuse(denied, denied);

  await night.pass();
  await night.pass();

  expect(night.lines.slice(0, 2)).toEqual(
    expect.arrayContaining(
      ['ACE', 'PRD'].map((autosysInstance) => ({
        ...{ level: 'error', message: 'night page not stored', autosysInstance },
        ...{ key: `${autosysInstance}/2026-11-29.html`, reason: 'denied: AccessDenied' },
      })),
    ),
  );
  expect(night.bucket.objects.size).toBe(4);
});

test('two passes at once leave one whole page', async () => {
  await using night = await aPass();
  await store(night.table, calledMs - 60_000);

  await Promise.all([night.pass(), night.pass()]);

  expect(night.bucket.objects.size).toBe(4);
  expect(night.bucket.objects.get('ACE/now.html')?.body).toMatch(/<\/html>\n$/);
});
