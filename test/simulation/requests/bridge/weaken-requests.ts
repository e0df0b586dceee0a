import type { AutosysInstance } from '../../../../autosys/names.ts';
import type { JobView } from '../../../../autosys/views.ts';
import type { TaskCalls } from '../../../../lambda/aws/task-answer.ts';
import type { Autosys } from '../../../../lambda/delivery/autosys.ts';
import type { Row, SearchableTable, StoredRow } from '../../../../lambda/ledger/table.ts';
import type { SeenRun, StoredRequest } from '../../../../lambda/request/stored-request.ts';
import {
  jobStarts,
  type RequestEntry,
  requestActions,
} from '../../../../lambda/routing/requests.ts';
import type { RequestProtection } from '../request-protections.ts';

/** The protection that is disabled, if any. */
export type DisabledRequestProtection = RequestProtection | undefined;

/** Wraps the table of an execution environment without a protection. */
export function weakenRequestTable(
  table: SearchableTable,
  without: DisabledRequestProtection,
): SearchableTable {
  switch (without) {
    case 'row before the effect':
      return deferWrites(table, (_, seen) => seen === undefined);
    case 'decision before the answer':
      return deferWrites(table, ({ wait }) => wait?.answering !== undefined);
    case 'job before the start':
      return changeRequests(table, withoutBefore);
    case 'second read of a failure':
      return changeRequests(table, withOldFailure);
    case 'run of one request':
      return {
        ...table,
        get: async (key) => (key.startsWith('attribution ') ? undefined : table.get(key)),
        put: async (row, seen) => (row.key.startsWith('attribution ') ? 1 : table.put(row, seen)),
      };
    case 'answer sent again':
      return {
        ...table,
        put: (row, seen) => table.put(isAnswering(row) ? withoutAgenda(row) : row, seen),
      };
    default:
      return table;
  }
}

function toRequest({ body }: Row): StoredRequest | undefined {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'kind') === 'request'
    ? (body as StoredRequest)
    : undefined;
}

function changeRequests(
  table: SearchableTable,
  change: (request: StoredRequest) => StoredRequest,
): SearchableTable {
  return {
    ...table,
    put: (row, seen) => {
      const request = toRequest(row);
      return table.put(request ? { ...row, body: change(request) } : row, seen);
    },
  };
}

function withoutBefore(request: StoredRequest): StoredRequest {
  const { wait } = request;
  if (wait?.before === undefined) return request;
  const { readMs = 0 } = wait.before;
  return { ...request, wait: { ...wait, before: { status: 'INACTIVE', readMs } } };
}

/** The first read of the failure as one of long ago. */
function withOldFailure(request: StoredRequest): StoredRequest {
  const { wait } = request;
  if (wait?.failure === undefined) return request;
  return { ...request, wait: { ...wait, failure: { ...wait.failure, firstMs: 0 } } };
}

function isAnswering(row: Row): boolean {
  return toRequest(row)?.wait?.answering !== undefined;
}

function withoutAgenda({ agenda: _, ...row }: Row): Row {
  return row;
}

/**
 * Keeps writes of some requests in the memory of the execution environment, until a later write of
 * the same row stores them as well.
 */
function deferWrites(
  table: SearchableTable,
  isDeferred: (request: StoredRequest, seen: number | undefined) => boolean,
): SearchableTable {
  const deferred = new Map<
    string,
    { readonly row: StoredRow; readonly seen: number | undefined }
  >();
  return {
    ...table,
    get: async (key) => deferred.get(key)?.row ?? table.get(key),
    put: async (row, seen) => {
      const before = deferred.get(row.key);
      const base = before && before.row.revision === seen ? before.seen : seen;
      const request = toRequest(row);
      if (request && isDeferred(request, base)) {
        const revision = (seen ?? 1_000) + 0.5;
        deferred.set(row.key, { row: { ...row, revision }, seen: base });
        return revision;
      }
      deferred.delete(row.key);
      return table.put(row, base);
    },
  };
}

/** Returns AutoSys without a protection. */
export function weakenAutosys(autosys: Autosys, without: DisabledRequestProtection): Autosys {
  return without === 'run number' ? changeJobs(autosys, (_, view) => withoutNumber(view)) : autosys;
}

/**
 * Returns what the passes over the waits need without the protection 'kill of this run': each run of a
 * job is shown as the run that is to be killed.
 */
export function weakenKills<
  Deps extends {
    readonly table: SearchableTable;
    readonly autosysFor: (instance: AutosysInstance) => Autosys;
  },
>(deps: Deps, without: DisabledRequestProtection): Deps {
  if (without !== 'kill of this run') return deps;
  const { table, autosysFor } = deps;
  const killed = new Map<string, SeenRun>();
  return {
    ...deps,
    table: {
      ...table,
      get: async (key) => {
        const row = await table.get(key);
        const { job, kill, run } = (row && toRequest(row)?.wait) ?? {};
        if (job !== undefined && kill && run) killed.set(job, run);
        return row;
      },
    },
    autosysFor: (instance) =>
      changeJobs(autosysFor(instance), (job, view) => withRun(view, killed.get(job))),
  };
}

function withRun(view: JobView, shown: SeenRun | undefined): JobView {
  if (shown === undefined) return view;
  const { startedMs, ...run } = shown;
  const startedAt = startedMs === undefined ? {} : { startedAt: new Date(startedMs) };
  return { ...view, lastRun: { ...view.lastRun, ...run, ...startedAt } };
}

function changeJobs(autosys: Autosys, change: (job: string, view: JobView) => JobView): Autosys {
  const { port, jobs } = autosys;
  return {
    ...autosys,
    port: {
      ...port,
      readJob: async (job, options) => change(job, await port.readJob(job, options)),
    },
    ...(jobs && {
      jobs: {
        ...jobs,
        readJobs: async (...args) => {
          const read = await jobs.readJobs(...args);
          if (read.kind !== 'list') return read;
          const shown = [...read.jobs].map(([job, view]) => [job, change(job, view)] as const);
          return { ...read, jobs: new Map(shown) };
        },
      },
    }),
  };
}

function withoutNumber(view: JobView): JobView {
  const { run: _, try: __, startedAt: ___, ...lastRun } = view.lastRun;
  return { ...view, lastRun };
}

/** Returns the entries without a protection: each allows everything. */
export function weakenEntries(
  entries: readonly RequestEntry[],
  without: DisabledRequestProtection,
): readonly RequestEntry[] {
  if (without !== 'entry check') return entries;
  const all = { actions: requestActions, starts: jobStarts, jobs: ['*'], globals: ['*'] };
  return entries.map((entry) => ({ ...entry, ...all, mayKill: true }));
}

/** Returns the calls with task tokens without a protection. */
export function weakenTaskCalls(calls: TaskCalls, without: DisabledRequestProtection): TaskCalls {
  return without === 'heartbeat' ? { ...calls, heartbeat: async () => ({ kind: 'taken' }) } : calls;
}
