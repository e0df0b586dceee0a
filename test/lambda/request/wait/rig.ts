import { JobNotFoundError } from '../../../../autosys/errors.ts';
import type { AutosysEvent } from '../../../../autosys/event.ts';
import { type JobName, parseAutosysInstance, parseJobName } from '../../../../autosys/names.ts';
import type { JobStatus } from '../../../../autosys/status.ts';
import type { JobRunView, JobView, UnreadableView } from '../../../../autosys/views.ts';
import type { TaskCallAnswer, TaskCalls } from '../../../../lambda/aws/task-answer.ts';
import type { Autosys } from '../../../../lambda/delivery/autosys.ts';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { toRow } from '../../../../lambda/ledger/entry-row.ts';
import { createMemoryTable } from '../../../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../../../lambda/ledger/table.ts';
import { createCarryOut } from '../../../../lambda/request/carry-out.ts';
import { toStartRequest } from '../../../../lambda/request/effect-request.ts';
import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import { createStoredRequests } from '../../../../lambda/request/requests.ts';
import type { JobWait, StoredRequest } from '../../../../lambda/request/stored-request.ts';
import { createWaitPasses } from '../../../../lambda/request/wait/wait-pass.ts';
import { aRig } from '../../delivery/rig.ts';

export const ace = parseAutosysInstance('ACE');
export const nightMs = Date.UTC(2026, 10, 30, 2);

export interface ShownJob {
  readonly status: JobStatus;
  readonly run?: number;
  readonly try?: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly exitCode?: number;
}

/** A call of Step Functions, as the test sees it. */
export interface TaskCall {
  readonly call: 'succeed' | 'fail' | 'heartbeat';
  readonly token: string;
  readonly content?: unknown;
}

/**
 * Waits over a table in memory, an AutoSys that shows what the test says, and a Step Functions that
 * answers what the test says.
 */
export function aWaitRig() {
  let nowMs = nightMs;
  const now = () => new Date(nowMs);
  const table = createMemoryTable({ now });
  const jobs = new Map<string, JobView>();
  const runs = new Map<string, readonly JobRunView[]>();
  const reads: string[] = [];
  const sent: AutosysEvent[] = [];
  const calls: TaskCall[] = [];
  /** Answers of Step Functions, first one first; without any left, each call is taken. */
  const answers: (TaskCallAnswer | 'lose')[] = [];
  const state: {
    away?: Error;
    refusesEvents?: Error;
    hidesRuns?: UnreadableView;
    jil: string;
    lists: boolean;
  } = { jil: '', lists: true };
  const reading = <Answer>(text: string, answer: () => Answer): Promise<Answer> => {
    reads.push(text);
    return state.away ? Promise.reject(state.away) : Promise.resolve().then(answer);
  };
  const find = (job: JobName) => {
    const shown = jobs.get(job);
    if (shown === undefined) throw new JobNotFoundError({ job });
    return shown;
  };
  const autosys: Autosys = {
    ...{ confirmWithinMs: 0, deadlineMs: 4 * 86_400_000, oldEvents: 'park', drainPerSecond: 50 },
    port: {
      sendEvent: (event) =>
        reading(`send ${event.kind}`, () => {
          if (state.refusesEvents) throw state.refusesEvents;
          sent.push(event);
        }),
      readJob: (job) => reading(`job ${job}`, () => find(job)),
      readGlobalVariable: () => Promise.resolve({ kind: 'unset' }),
      readJobRuns: (job, { runs: number }) =>
        reading(
          `runs ${job}`,
          () =>
            state.hidesRuns ??
            ({ kind: 'runs', runs: (runs.get(job) ?? []).slice(0, number) } as const),
        ),
    },
    jobs: {
      readJobs: (pattern) =>
        reading(`list ${pattern}`, () => {
          if (!state.lists) return { kind: 'unreadable', reason: 'no lists' } as const;
          const matches = (name: string) =>
            pattern.endsWith('%') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
          const shown = [...jobs].filter(([name]) => matches(name));
          return { kind: 'list', jobs: new Map(shown), lines: shown.length + 3 } as const;
        }),
      readJil: (job) => reading(`jil ${job}`, () => state.jil),
      readDefinitions: () => reading('definitions', () => state.jil),
    },
  };
  const answer = (call: TaskCall): Promise<TaskCallAnswer> => {
    calls.push(call);
    const next = answers.shift() ?? { kind: 'taken' };
    return Promise.resolve(
      next === 'lose' ? { kind: 'unavailable', reason: 'TimeoutError' } : next,
    );
  };
  const taskCalls: TaskCalls = {
    succeed: ({ token }, output) => answer({ call: 'succeed', token, content: JSON.parse(output) }),
    fail: ({ token }, failure) => answer({ call: 'fail', token, content: failure.error }),
    heartbeat: ({ token }) => answer({ call: 'heartbeat', token }),
  };

  /** One execution environment of the wait function. */
  const open = (ownTable: SearchableTable = table) => {
    const { deps } = aRig().open();
    const all = { ...deps, table: ownTable, now, autosysFor: () => autosys };
    const defects: unknown[] = [];
    const passes = createWaitPasses({
      ...all,
      circuitBreakers: {
        ask: () => Promise.resolve({ kind: 'go' }),
        failed: () => Promise.resolve(),
        succeeded: () => Promise.resolve(),
      },
      sleep: () => Promise.resolve(),
      requests: createStoredRequests({ table: ownTable, now }),
      carryOut: createCarryOut(all),
      calls: taskCalls,
      mayKill: (entry) => entry === 'ledger-team',
      onDefect: (error) => void defects.push(error),
    });
    const limits = () => ({ untilMs: nowMs + 25_000, signal: new AbortController().signal });
    return {
      passes,
      defects,
      pass: () => passes.pass(ace, limits()),
      passJob: (job: string) => passes.passJob({ instance: ace, job: parseJobName(job) }, limits()),
    };
  };

  const requests = createStoredRequests({ table, now });
  return {
    ...{ table, autosys, jobs, reads, sent, calls, answers, state, open, now },
    advance: (ms: number) => {
      nowMs += ms;
    },
    show: (job: string, shown: ShownJob) => jobs.set(job, toJobView(shown)),
    showRuns: (job: string, all: readonly ShownJob[]) =>
      runs.set(
        job,
        all.map((one) => {
          const { status, lastRun } = toJobView(one);
          return { status, ...lastRun };
        }),
      ),
    /** Stores an open request whose start AutoSys has accepted. */
    keep: async (over: Partial<StoredRequest> = {}, wait: Partial<JobWait> = {}) => {
      const request = aStoredRequest(over, wait);
      await requests.write(request, undefined);
      const start = toStartRequest(request);
      if (start !== undefined) {
        const entry: Entry = {
          ...{ format: 1, ...start, stage: 'accepted', dueMs: nowMs, tries: 0, history: [] },
          sent: { sentMs: nightMs, acceptedMs: nightMs, job: { active: false, run: 10 } },
        };
        await table.put(toRow(entry, nowMs), undefined);
      }
      return request;
    },
    /** Writes a request over the stored one. */
    replace: async (request: StoredRequest) => {
      const found = await requests.readByKey(toRequestKey(request));
      await requests.write(request, found?.revision);
    },
    read: async (request: StoredRequest) => {
      const found = await requests.readByKey(toRequestKey(request));
      if (found === undefined) throw new Error('the row is gone');
      return found.request;
    },
    listed: async () =>
      (await table.agenda('wait ACE', { until: new Date(8e15), limit: 999 })).entries,
  };
}

export function aStoredRequest(
  over: Partial<StoredRequest> = {},
  wait: Partial<JobWait> = {},
): StoredRequest {
  const job = wait.job ?? parseJobName('LOAD');
  return {
    ...{ format: 1, kind: 'request', entry: 'ledger-team', key: 'k1', attempt: 0, instance: ace },
    ...{ action: 'runJob', digest: 'd', subject: `job ${job}`, receivedMs: nightMs },
    ...{ stage: 'open', history: [] },
    ...over,
    wait: {
      ...{ job, start: 'STARTJOB', untilMs: nightMs + 3_600_000, onAbort: 'leave' },
      before: { status: 'SUCCESS', run: 10, try: 1, startedMs: nightMs - 86_400_000 },
      ...{ token: 'TOKEN', nextMs: nightMs },
      ...wait,
    },
  };
}

function toJobView({ status, startedMs, endedMs, ...lastRun }: ShownJob): JobView {
  return {
    status,
    onNoExec: false,
    lastRun: {
      ...lastRun,
      ...(startedMs !== undefined && { startedAt: new Date(startedMs) }),
      ...(endedMs !== undefined && { endedAt: new Date(endedMs) }),
    },
  };
}
