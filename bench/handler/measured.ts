import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { AutosysClient } from '../../autosys/client/index.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import { createReadGroups } from '../../lambda/delivery/read-port.ts';
import { withSharedReads } from '../../lambda/delivery/shared-reads.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { createReport } from '../../lambda/report/report.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { bindDeps } from '../bridge.ts';
import { collectGarbage } from '../heap.ts';
import type { MeasuredEndpoints, MeasurementOptions } from '../measured-process.ts';
import { measureAlternately } from '../rounds.ts';
import { median, slope } from '../statistics.ts';
import { createBareRequests } from './bare-request.ts';
import { batchSize, nextBatch } from './batches.ts';
import type { HandlerMeasurements } from './measuring.ts';

// The measured process: the handler as Lambda loads it, and the variants of its parts. Started by
// `index.ts`; ends with it.

const endpoints: MeasuredEndpoints = JSON.parse(process.argv[2] ?? '');
const { handler } = await import('../../lambda/functions/report.ts');
const context = { functionName: 'measured', getRemainingTimeInMillis: () => 60_000 } as Context;
const now = () => new Date();
const { autosys } = endpoints;
const bare = createBareRequests(autosys);
const client = new AutosysClient({
  endpoints: [autosys.url],
  certificateAuthority: autosys.certificateAuthority,
  credentials: async () => ({ username: autosys.user, password: autosys.password }),
  now,
});
const table = createDynamoTable({ tableName: endpoints.tableName, now });
const names = Array.from({ length: batchSize }, (_, at) => parseGlobalName(`AWS_BARE_${at}`));
const { members, newReadGroup } = createReadGroups();
const reportInMemory = createReport({
  ...bindDeps({
    table: createMemoryTable({ now }),
    autosys: {
      confirmWithinMs: 10_000,
      deadlineMs: 345_600_000,
      oldEvents: 'park',
      drainPerSecond: 20,
      port: withSharedReads(client, { members, now }),
    },
    now,
    sleep: async () => void (await nextTurn()),
  }),
  routes: createRouteIndex(
    (JSON.parse(readFileSync(endpoints.configPath, 'utf8')) as BridgeConfig).routes,
  ),
});
const { signal } = new AbortController();
let values = 0;
const nextValue = () => {
  values += 1;
  return `VALUE_${values}`;
};

const variants = {
  bare: () => timeBatch(() => forEachName((name) => bare.set(name, nextValue()))),
  bareInPairs: () => timeBatch(setInPairs),
  bareWithLists: () =>
    timeBatch(async () => {
      await bare.list('AWS_BARE_%');
      await setInPairs();
      await bare.list('AWS_BARE_%');
    }),
  client: () => timeBatch(() => forEachName(sendAndReadBack)),
  ledger: () => timeBatch(() => forEachName(readAndWriteTwice)),
  inMemory: () => {
    const { Records } = nextBatch();
    const runInGroup = newReadGroup();
    const report = (record: (typeof Records)[number]) =>
      runInGroup(() => reportInMemory(record, signal));
    return timeBatch(() => Promise.all(Records.map(report)));
  },
  handler: () => {
    const batch = nextBatch();
    return timeBatch(() => handle(batch));
  },
};

process.on('disconnect', () => process.exit());
process.on(
  'message',
  (options: MeasurementOptions) => void measure(options).then((found) => process.send?.(found)),
);

async function measure({ rounds }: MeasurementOptions): Promise<HandlerMeasurements> {
  const ms = await measureAlternately(variants, { rounds, warmUps: Math.min(20, rounds) });
  const { counts, cpuMs } = await countRequests(rounds);
  const { allocatedBytes, retainedBytes } = await measureHeap(rounds);
  const perEvent = { ...counts, cpuMs, allocatedBytes, retainedBytes };
  const row = await table.get('state ACE global AWS_FLOW_0');
  const rowBytes = JSON.stringify(row?.body ?? '').length;
  const maxRssBytes = process.resourceUsage().maxRSS * 1_024;
  return { ms, ledgerTrips: 3, perEvent, rowBytes, maxRssBytes };
}

/** Every request of this process, by destination, while only the handler runs. */
async function countRequests(batches: number) {
  const portOf = (url: string) => new URL(url).port;
  const counts = { autosys: 0, ledger: 0, secrets: 0 };
  const nameByPort = new Map([
    [portOf(autosys.url), 'autosys'],
    [portOf(endpoints.tablesUrl), 'ledger'],
    [portOf(endpoints.secretsUrl), 'secrets'],
  ] as const);
  let counting = true;
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    const port = String(request.getHeader('host')).split(':').at(-1) ?? '';
    const name = nameByPort.get(port);
    if (counting && name !== undefined) counts[name] += 1;
  });
  const cpu = process.cpuUsage();
  for (let done = 0; done < batches; done += 1) await handle(nextBatch());
  const { user, system } = process.cpuUsage(cpu);
  counting = false;
  const events = batches * batchSize;
  // Checks that the events were sent, because an event that no route matches costs almost nothing.
  if (counts.autosys < events) throw new Error('a measured event was not sent');
  return {
    counts: {
      autosys: counts.autosys / events,
      ledger: counts.ledger / events,
      secrets: counts.secrets / events,
    },
    cpuMs: (user + system) / 1_000 / events,
  };
}

/**
 * Heap allocated per event, and heap retained after garbage collection; both only of the handler.
 */
async function measureHeap(batches: number) {
  const allocated: number[] = [];
  const retained: { x: number; y: number }[] = [];
  for (let done = 0; done < batches; done += 1) {
    const before = collectGarbage();
    retained.push({ x: done * batchSize, y: before });
    await handle(nextBatch());
    allocated.push((process.memoryUsage().heapUsed - before) / batchSize);
  }
  return { allocatedBytes: median(allocated), retainedBytes: slope(retained) };
}

async function handle(batch: ReturnType<typeof nextBatch>): Promise<void> {
  const answer = await handler(batch, context);
  if (answer.batchItemFailures.length > 0) throw new Error('a measured event was not handled');
}

/** @returns milliseconds per event of the batch */
async function timeBatch(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / batchSize;
}

function forEachName(work: (name: (typeof names)[number]) => Promise<unknown>) {
  return Promise.all(names.map(work));
}

async function setInPairs(): Promise<void> {
  for (let at = 0; at < names.length; at += 2) {
    await Promise.all(names.slice(at, at + 2).map((name) => bare.set(name, nextValue())));
  }
}

async function sendAndReadBack(globalVariable: (typeof names)[number]): Promise<void> {
  const event = { kind: 'SET_GLOBAL', globalVariable, value: nextValue() } as const;
  await client.sendEvent(event as Parameters<typeof client.sendEvent>[0]);
  await client.readGlobalVariable(globalVariable);
}

async function readAndWriteTwice(name: string): Promise<void> {
  const row = await table.get(name);
  const body = { name, history: 'longest possible history'.repeat(200) };
  const expiresAt = new Date(Date.now() + 86_400_000);
  const next = { key: name, body, expiresAt };
  const claimed = await table.put(next, row?.revision);
  await table.put(next, claimed);
}
