import { randomUUID } from 'node:crypto';
import { decideNext } from '../../../autosys/client/index.ts';
import {
  AutosysOutcomeUnknownError,
  AutosysUnreachableError,
  JobNotFoundError,
} from '../../../autosys/errors.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { isActive } from '../../../autosys/status.ts';
import type { JobRunView, JobView } from '../../../autosys/views.ts';
import type { TaskCallAnswer } from '../../../lambda/aws/task-answer.ts';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../../../lambda/circuit-breaker/maintenance.ts';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import { createDrain, type DrainDeps } from '../../../lambda/delivery/drain.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Row, Table } from '../../../lambda/ledger/table.ts';
import { circuitPolicy, leaseMs, observationMs, settlePolicy } from '../../../lambda/policies.ts';
import { createAnswerRead } from '../../../lambda/request/answer-read.ts';
import { createAnswerRequest, type HandledAsk } from '../../../lambda/request/answer-request.ts';
import { createAnswerTask } from '../../../lambda/request/answer-task.ts';
import { createCarryOut } from '../../../lambda/request/carry-out.ts';
import { createFindRequest } from '../../../lambda/request/find-request.ts';
import { createIdentifyRun } from '../../../lambda/request/identify-run.ts';
import { createReadAutosys } from '../../../lambda/request/read-autosys.ts';
import { RequestError } from '../../../lambda/request/request-error.ts';
import { createTakeRate } from '../../../lambda/request/request-rate.ts';
import { createStoredRequests } from '../../../lambda/request/requests.ts';
import { createRunJob } from '../../../lambda/request/run-job.ts';
import type { StoredRequest } from '../../../lambda/request/stored-request.ts';
import type { RequestEntry } from '../../../lambda/routing/requests.ts';
import { createRecordedTable } from '../../support/table.ts';

export const ace = parseAutosysInstance('ACE');
export const startMs = Date.parse('2026-11-30T01:00:00Z');
export const execution = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:2026-11-30';

/** Context object of a state, as a payload has it. */
export function aContext(over: Readonly<Record<string, unknown>> = {}) {
  return {
    ...{ execution, redrive: 0, state: 'Load', entered: '2026-11-30T01:00:00.000Z', retry: 0 },
    ...over,
  };
}

/** An entry that allows every action on `LOAD_*` and `LEDGER_*`. */
export function anEntry(over: Partial<RequestEntry> = {}): RequestEntry {
  return {
    name: 'ledger-team',
    roles: ['arn:aws:iam::111122223333:role/settlement'],
    stateMachines: [],
    instance: ace,
    actions: ['setGlobal', 'sendEvent', 'getGlobal', 'jobStatus', 'jobRuns', 'runJob'],
    events: ['JOB_ON_HOLD', 'KILLJOB', 'COMMENT', 'SEND_SIGNAL'],
    starts: ['STARTJOB', 'FORCE_STARTJOB', 'join', 'current', 'next'],
    jobs: ['LOAD_*'],
    globals: ['LEDGER_*'],
    mayKill: true,
    perMinute: 60,
    ...over,
  };
}

export const unreachable = () =>
  new AutosysUnreachableError({ endpoint: 'ace:9443', reason: 'connection refused' });
export const unknownOutcome = () =>
  new AutosysOutcomeUnknownError({ doing: 'the request', reason: 'the connection was reset' });

/** AutoSys as far as requests need it: jobs that start and variables that are set at once. */
export class FakeAutosys {
  readonly sent: AutosysEvent[] = [];
  readonly globals = new Map<string, string>();
  readonly jobs = new Map<string, JobView>();
  runs: readonly JobRunView[] = [];
  /** Whether every call fails. */
  isAway = false;
  /** Error of every read of a job. */
  readError: Error | undefined;
  /** Whether the release can read neither variables nor runs. */
  isBlind = false;
  /** Error of every list of jobs. `unreadable`: the release has no lists. */
  listError: Error | 'unreadable' | undefined;
  /** Reads of jobs, in order: `list LOAD_LEDGER`, `job LOAD_LEDGER`. */
  readonly reads: string[] = [];
  /** What the next sends do instead of taking effect at once. `lost`: accepted, without an answer. */
  readonly answers: (Error | 'lost' | 'ignored')[] = [];
  #lastRun = 100;

  /** Number of starts of a job. */
  starts(job = 'LOAD_LEDGER'): number {
    const kinds = ['STARTJOB', 'FORCE_STARTJOB'];
    return this.sent.filter(
      (event) => kinds.includes(event.kind) && 'job' in event && event.job === job,
    ).length;
  }

  /** Sets the status of a job, without an event. */
  setStatus(job: string, status: JobView['status'], lastRun?: JobView['lastRun']): void {
    const known = this.jobs.get(job)?.lastRun ?? {};
    this.jobs.set(job, { status, onNoExec: false, lastRun: { ...known, ...lastRun } });
  }

  /** Begins a run of a job, as its schedule would. */
  begin(job: string, nowMs: number): void {
    this.#lastRun += 1;
    const lastRun = { run: this.#lastRun, try: 1, startedAt: new Date(nowMs) };
    this.jobs.set(job, { status: 'RUNNING', onNoExec: false, lastRun });
  }

  toPort(now: () => Date): Autosys['port'] {
    const reach = () => {
      if (this.isAway) throw unreachable();
    };
    return {
      sendEvent: async (event) => {
        reach();
        this.sent.push(event);
        const answer = this.answers.shift();
        if (answer instanceof Error) throw answer;
        if (answer !== 'ignored') this.#act(event, now().getTime());
        if (answer === 'lost') throw unknownOutcome();
      },
      readJob: async (job) => {
        this.reads.push(`job ${job}`);
        reach();
        if (this.readError) throw this.readError;
        const view = this.jobs.get(job);
        if (view === undefined) throw new JobNotFoundError({ job });
        return view;
      },
      readGlobalVariable: async (name) => {
        reach();
        if (this.isBlind) return { kind: 'unreadable', reason: 'no commands' };
        const value = this.globals.get(name);
        return value === undefined ? { kind: 'unset' } : { kind: 'value', value };
      },
      readJobRuns: async (_, { runs }) => {
        reach();
        if (this.isBlind) return { kind: 'unreadable', reason: 'no commands', isLacking: true };
        return { kind: 'runs', runs: this.runs.slice(0, runs) };
      },
    };
  }

  /** Reads of several jobs in one request. */
  toLists(): NonNullable<Autosys['jobs']> {
    return {
      readJobs: async (pattern) => {
        this.reads.push(`list ${pattern}`);
        if (this.isAway) throw unreachable();
        if (this.listError === 'unreadable') return { kind: 'unreadable', reason: 'no lists' };
        if (this.listError) throw this.listError;
        const view = this.jobs.get(pattern);
        const jobs = new Map(view === undefined ? [] : [[pattern, view] as const]);
        return { kind: 'list', jobs, lines: 3 + jobs.size };
      },
      readJil: async () => '',
      readDefinitions: async () => '',
    };
  }

  #act(event: AutosysEvent, nowMs: number): void {
    if (event.kind === 'SET_GLOBAL') this.globals.set(event.globalVariable, event.value);
    if (event.kind === 'JOB_ON_HOLD') this.setStatus(event.job, 'ON_HOLD');
    if (event.kind === 'STARTJOB' || event.kind === 'FORCE_STARTJOB') {
      const { status = 'INACTIVE' } = this.jobs.get(event.job) ?? {};
      const isStarted =
        event.kind === 'FORCE_STARTJOB' || !(isActive(status) || status === 'ON_HOLD');
      if (isStarted) this.begin(event.job, nowMs);
    }
  }
}

/** Passes each call of a sandbox's ports to this, which may perform it, fail, or both. */
export type Around = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

interface RigOptions {
  readonly entries?: readonly RequestEntry[];
  readonly maintenance?: (nowMs: number) => OpenWindow | undefined;
  /** Whether jobs can be read in lists. @default false */
  readonly lists?: boolean;
  /** An embedded AutoSys with its clock, in place of the fake one. */
  readonly embedded?: {
    readonly port: Autosys['port'];
    readonly jobs: NonNullable<Autosys['jobs']>;
    readonly now: () => Date;
    readonly sleep: (ms: number) => Promise<void>;
  };
}

/** Sandboxes of the request function over one table, one AutoSys and one clock. */
export function aRequestRig({
  entries = [anEntry()],
  maintenance,
  lists = false,
  embedded,
}: RigOptions = {}) {
  let nowMs = startMs;
  const now = embedded?.now ?? (() => new Date(nowMs));
  const table = createRecordedTable({ now });
  const autosys = new FakeAutosys();
  autosys.setStatus('LOAD_LEDGER', 'SUCCESS', { run: 7, try: 1 });
  const handled: HandledAsk[] = [];
  const defects: unknown[] = [];
  const succeeded: { readonly token: string; readonly output: string }[] = [];
  const failed: { readonly token: string; readonly error: string }[] = [];
  const { signal } = new AbortController();
  let taskFault: string | undefined;
  let taskAnswer: TaskCallAnswer = { kind: 'taken' };

  const open = ({ around }: { readonly around?: Around } = {}) => {
    const ownTable: Table = around
      ? {
          ...table,
          get: (key) => around(() => table.get(key)),
          put: (row, seen) => around(() => table.put(row, seen)),
        }
      : table;
    const port = wrapPort(embedded?.port ?? autosys.toPort(now), around);
    const jitter = () => 0;
    const retry = { maxAttempts: 1, firstWaitMs: 200, maxWaitMs: 2_000 };
    const deps: DrainDeps = {
      table: ownTable,
      circuitBreakers: createCircuitBreakers({
        ...{ table: ownTable, now, jitter, policy: circuitPolicy, believedMs: 0 },
        ...(maintenance && { maintenance: (_, atMs) => maintenance(atMs) }),
      }),
      autosysFor: () => ({
        ...{ confirmWithinMs: 1_000, deadlineMs: 4 * 86_400_000, oldEvents: 'park' },
        ...{ drainPerSecond: 10, port },
        ...((lists || embedded) && { jobs: embedded?.jobs ?? autosys.toLists() }),
      }),
      now,
      jitter,
      sleep:
        embedded?.sleep ??
        (async (ms) => {
          nowMs += ms;
        }),
      decideNext: (facts) => decideNext({ ...facts, jitter: 0 }, retry),
      newLeaseId: randomUUID,
      leaseMs,
      observationMs,
      settlePolicy,
    };
    const requests = createStoredRequests({ table: ownTable, now });
    const readAutosys = createReadAutosys(deps);
    const carryOut = createCarryOut(deps);
    const answerRequest = createAnswerRequest({
      entries,
      requests,
      takeRate: createTakeRate({ table: ownTable, now, random: () => 0 }),
      findRequest: createFindRequest({ table: ownTable, requests, now }),
      carryOut,
      runJob: createRunJob({
        ...{ table: ownTable, requests, carryOut, readAutosys, now, leaseMs },
        identifyRun: createIdentifyRun({ table: ownTable, now }),
      }),
      answerRead: createAnswerRead({ readAutosys, now, timezoneOf: () => 'Europe/Zurich' }),
      findTaskFault: async () => taskFault,
      answerTask: createAnswerTask({
        succeed: async ({ token }, output) => {
          succeeded.push({ token, output });
          return taskAnswer;
        },
        fail: async ({ token }, { error }) => {
          failed.push({ token, error });
          return taskAnswer;
        },
      }),
      now,
      onHandled: (one) => handled.push(one),
      onDefect: (error) => defects.push(error),
    });
    const drain = createDrain(deps);
    return {
      /** Invokes an alias. Returns the answer, or the failure with its cause. */
      invoke: async (payload: unknown, alias: string | undefined = 'ledger-team') => {
        const suffix = alias === undefined ? '' : `:${alias}`;
        const invokedFunctionArn = `arn:aws:lambda:eu-west-1:111122223333:function:request${suffix}`;
        try {
          return await answerRequest({ payload, invokedFunctionArn }, signal);
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
          return { errorType: error.name, errorMessage: error.message };
        }
      },
      drain: async () => {
        for await (const _ of drain(ace, signal));
      },
    };
  };

  return {
    table,
    autosys,
    handled,
    defects,
    succeeded,
    failed,
    open,
    invoke: (payload: unknown, alias?: string) => open().invoke(payload, alias),
    requests: createStoredRequests({ table, now }),
    nowMs: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** What Step Functions answers to calls with a task token. */
    setTaskAnswer: (answer: TaskCallAnswer) => {
      taskAnswer = answer;
    },
    setTaskFault: (fault: string | undefined) => {
      taskFault = fault;
    },
    /** The newest version of each request row, oldest request first. */
    stored: (): readonly StoredRequest[] => newest<StoredRequest>(table.written, 'request '),
    /** The newest version of each one-shot. */
    oneShots: (): readonly Entry[] => newest<Entry>(table.written, 'once '),
  };
}

export type RequestRig = ReturnType<typeof aRequestRig>;

function wrapPort(port: Autosys['port'], around: Around | undefined): Autosys['port'] {
  if (around === undefined) return port;
  return {
    ...port,
    sendEvent: (event, options) => around(() => port.sendEvent(event, options)),
    readJob: (job, options) => around(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => around(() => port.readGlobalVariable(name, options)),
  };
}

function newest<Body>(rows: readonly Row[], prefix: string): readonly Body[] {
  const byKey = new Map<string, Body>();
  for (const { key, body } of rows) if (key.startsWith(prefix)) byKey.set(key, body as Body);
  return [...byKey.values()];
}
