import { JobNotFoundError } from '../../../autosys/errors.ts';
import type { ReadHistory, ReadLog } from '../../../lambda/aws/log-results.ts';
import type {
  DescribeExecution,
  FindBatchJobs,
  ReadChildExits,
  ReadRevisions,
} from '../../../lambda/aws/lookup.ts';
import type {
  RedriveExecution,
  RedriveExecutionCall,
  StartAnswer,
  StartExecution,
  StartExecutionCall,
  SubmitJob,
} from '../../../lambda/aws/start-result.ts';
import type { StopCallAnswer, StopReason } from '../../../lambda/aws/stop-result.ts';
import type {
  ApiErrorBody,
  FindAnswer,
  LogAnswer,
  RestartPlan,
  RunAnswer,
} from '../../../lambda/launch/api.ts';
import { createCompleteEnd } from '../../../lambda/launch/array-exit.ts';
import { createLookUpStart } from '../../../lambda/launch/check/look-up-start.ts';
import type { ReadAutosysRun } from '../../../lambda/launch/check/read-autosys-run.ts';
import { createCheckDuplicates } from '../../../lambda/launch/check-duplicates.ts';
import { createCheckLaunches, type LaunchCheck } from '../../../lambda/launch/check-launches.ts';
import { findLaunchEndpoint } from '../../../lambda/launch/endpoints.ts';
import { createFindActiveTry, type ShownJob } from '../../../lambda/launch/find-active-try.ts';
import { createFindBatchStart, toOldestStart } from '../../../lambda/launch/find-batch-start.ts';
import {
  createFindLogSources,
  type FindLogSourcesDeps,
} from '../../../lambda/launch/find-log-sources.ts';
import { createFindRuns } from '../../../lambda/launch/find-runs.ts';
import { createHandleHold } from '../../../lambda/launch/handle-hold.ts';
import {
  createHandleLaunchRequest,
  type HandledLaunchRequest,
} from '../../../lambda/launch/handle-request.ts';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { createLaunchedRuns } from '../../../lambda/launch/launched-runs.ts';
import { createLaunches } from '../../../lambda/launch/launches.ts';
import { createFinishMirror } from '../../../lambda/launch/mirror/finish-mirror.ts';
import type { SetMirror } from '../../../lambda/launch/mirror/set-mirror.ts';
import { createShowRunning } from '../../../lambda/launch/mirror/show-running.ts';
import { createReadRunLog } from '../../../lambda/launch/read-run-log.ts';
import { createRedrives } from '../../../lambda/launch/restart/redrives.ts';
import { createRestarts } from '../../../lambda/launch/restart/restarts.ts';
import { createAnswerLaunch, createRunStatus } from '../../../lambda/launch/run-status.ts';
import { createTakeSlot } from '../../../lambda/launch/slots.ts';
import { createStartRun } from '../../../lambda/launch/start-run.ts';
import { createStarter } from '../../../lambda/launch/starter.ts';
import { createBeginStop } from '../../../lambda/launch/stop/carry-out-stop.ts';
import type { StopCalls } from '../../../lambda/launch/stop/stop-calls.ts';
import { createStopRun } from '../../../lambda/launch/stop/stop-run.ts';
import { createRuns } from '../../../lambda/ledger/run-row.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import type {
  ExecutionTarget,
  LaunchCaller,
  LaunchTarget,
} from '../../../lambda/routing/targets.ts';
import type { ExecutionEvent } from '../../../lambda/workload/workload.ts';

const startMs = Date.parse('2026-11-30T01:00:00Z');
const home = { account: '111122223333', region: 'eu-west-1' };
const minuteMs = 60_000;

/** A target with the defaults of the route file compiler. */
export function aTarget(over: Partial<ExecutionTarget> = {}): ExecutionTarget {
  return {
    name: 'settlement',
    kind: 'execution',
    from: {
      kind: 'execution',
      stateMachine: { by: 'name', text: 'settle' },
      mapChildren: 'ignore',
    },
    stateMachine: 'settle',
    input: { template: { date: `\${param.date}`, job: `\${job}/\${run}` } },
    params: { date: '\\d{4}-\\d{2}-\\d{2}' },
    endsWithinMs: 90 * minuteMs,
    onKill: 'stop',
    exitCodes: {},
    children: { stateMachines: [], jobQueues: [], jobDefinitions: [] },
    enabled: true,
    ...over,
  };
}

/** A caller that may use every target of the rig for jobs that begin with `NIGHT_`. */
export function aCaller(over: Partial<LaunchCaller> = {}): LaunchCaller {
  return {
    name: 'agents',
    secret: 'autosys/launch/agents',
    targets: ['settlement', 'other'],
    jobs: ['NIGHT_*'],
    ...over,
  };
}

/** An execution as the scripted Step Functions keeps it. */
interface KeptExecution extends StartExecutionCall {
  readonly arn: string;
  readonly beganMs: number;
  closed?: boolean;
  status?: string;
  /** When it ended. */
  stoppedMs?: number;
  redriveCount?: number;
  redrivenMs?: number;
}

/** Step Functions as far as the launch needs it. `next` holds what the next calls answer. */
class ScriptedStepFunctions {
  readonly calls: StartExecutionCall[] = [];
  readonly executions = new Map<string, KeptExecution>();
  /** `lost`: it is accepted, and the answer is lost. */
  readonly next: (StartAnswer | 'lost')[] = [];
  readonly stopped: (StopReason & { readonly executionArn: string })[] = [];
  /** What the next stops answer. `lost`: it is stopped, and the answer is lost. */
  readonly nextStops: (StopCallAnswer | 'lost')[] = [];
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  start(start: StartExecutionCall): StartAnswer {
    this.calls.push(start);
    const scripted = this.next.shift();
    if (scripted !== undefined && scripted !== 'lost') return scripted;
    const machine = start.stateMachineArn.split(':')[6] ?? '';
    const arn = `arn:aws:states:${home.region}:${home.account}:execution:${machine}:${start.name}`;
    const known = this.executions.get(arn);
    if (known && (known.closed || known.input !== start.input)) return { kind: 'nameTaken' };
    const kept = known ?? { ...start, arn, beganMs: this.#now().getTime() };
    this.executions.set(arn, kept);
    if (scripted === 'lost') return { kind: 'unknown', reason: 'TimeoutError' };
    return { kind: 'started', id: arn, beganMs: kept.beganMs };
  }

  /** What the next redrives answer. `lost`: it is redriven, and the answer is lost. */
  readonly nextRedrives: (Awaited<ReturnType<RedriveExecution>> | 'lost')[] = [];
  readonly redrives: RedriveExecutionCall[] = [];
  readonly #tokens = new Map<string, number>();

  redrive(call: RedriveExecutionCall): Awaited<ReturnType<RedriveExecution>> {
    const { executionArn, clientToken } = call;
    this.redrives.push(call);
    const scripted = this.nextRedrives.shift();
    if (scripted !== undefined && scripted !== 'lost') return scripted;
    const nowMs = this.#now().getTime();
    const used = this.#tokens.get(clientToken);
    if (used !== undefined && nowMs - used < 15 * minuteMs) {
      return { kind: 'redriven', redrivenMs: used };
    }
    const kept = this.executions.get(executionArn);
    const isRedrivable = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(kept?.status ?? '');
    if (kept === undefined || !isRedrivable) {
      return { kind: 'refused', code: 'ExecutionNotRedrivable' };
    }
    this.#tokens.set(clientToken, nowMs);
    kept.redriveCount = (kept.redriveCount ?? 0) + 1;
    kept.redrivenMs = nowMs;
    kept.status = 'RUNNING';
    delete kept.stoppedMs;
    if (scripted === 'lost') return { kind: 'unknown', reason: 'TimeoutError' };
    return { kind: 'redriven', redrivenMs: nowMs };
  }

  stop(executionArn: string, reason: StopReason): StopCallAnswer {
    this.stopped.push({ executionArn, ...reason });
    const scripted = this.nextStops.shift();
    if (scripted !== undefined && scripted !== 'lost') return scripted;
    const kept = this.executions.get(executionArn);
    if (kept === undefined) return { kind: 'unknown' };
    if ((kept.status ?? 'RUNNING') === 'RUNNING') {
      kept.status = 'ABORTED';
      kept.stoppedMs = this.#now().getTime();
    }
    if (scripted === 'lost') return { kind: 'unavailable', reason: 'TimeoutError' };
    return { kind: 'accepted' };
  }

  /** The calls of a stop. An execution here has no children. */
  readonly stopCalls: StopCalls = {
    stopExecution: async (executionArn, reason) => this.stop(executionArn, reason),
    describeExecution: (executionArn, signal) => this.describe(executionArn, signal),
    readHistory: async () => ({ kind: 'found', items: [{ kind: 'ended' }] }),
    listMapRuns: async () => ({ kind: 'found', items: [] }),
    listMapChildren: async () => ({ kind: 'found', items: [] }),
    describeMapRun: async () => ({ kind: 'unavailable', reason: 'no Map Runs in this rig' }),
    readDefinition: async () => ({ kind: 'found', definition: '{"States":{}}' }),
    terminateJob: async () => ({ kind: 'unavailable', reason: 'no Batch in this rig' }),
    listArrayChildren: async () => ({ kind: 'found', items: [] }),
    describeBatchJobs: async () => ({ kind: 'found', jobs: [] }),
  };

  describe: DescribeExecution = async (executionArn) => {
    const kept = this.executions.get(executionArn);
    if (kept === undefined) return { kind: 'unknown' };
    const { stateMachineArn, input, beganMs, status = 'RUNNING', stoppedMs } = kept;
    const startDate = new Date(beganMs);
    const stopDate = stoppedMs === undefined ? undefined : new Date(stoppedMs);
    const { redriveCount = 0, redrivenMs } = kept;
    const redriveDate = redrivenMs === undefined ? undefined : new Date(redrivenMs);
    return {
      kind: 'found',
      execution: {
        ...{ executionArn, stateMachineArn, status, input, startDate, stopDate },
        ...{ redriveCount, redriveDate },
      },
    };
  };
}

/** AWS Batch, as far as the launch needs it. */
interface RigBatch {
  readonly submitJob: SubmitJob;
  readonly findJobs: FindBatchJobs;
  readonly readChildExits: ReadChildExits;
}

/** An AWS Batch that a test does not use. */
const noBatch: RigBatch = {
  submitJob: () => Promise.reject(new Error('the rig has no AWS Batch')),
  findJobs: () => Promise.reject(new Error('the rig has no AWS Batch')),
  readChildExits: () => Promise.reject(new Error('the rig has no AWS Batch')),
};

const denied = { kind: 'denied', reason: 'AccessDeniedException' } as const;
const deniedLogs: FindLogSourcesDeps = {
  readJobLogs: async () => denied,
  readFailedChildren: async () => denied,
  readFailedMapChildren: async () => denied,
  readHistory: async () => denied,
};

/** Parts of a rig that a test may replace. */
interface RigOptions {
  readonly targets?: readonly LaunchTarget[];
  readonly callers?: readonly LaunchCaller[];
  readonly instances?: readonly string[];
  /** What the log is read from. @default - AWS denies everything */
  readonly logs?: Partial<FindLogSourcesDeps & { readonly readLog: ReadLog }>;
  readonly batch?: RigBatch;
  /** A clock in place of the rig's own, which `advance` moves. */
  readonly clock?: () => number;
  /** AWS instead of the scripted one. */
  readonly aws?: {
    readonly startExecution: StartExecution;
    readonly describeExecution: DescribeExecution;
    readonly redriveExecution?: RedriveExecution;
    readonly stopCalls: StopCalls;
  };
  /** What the plan of a restart is read from. @default - AWS denies everything */
  readonly restart?: {
    readonly readHistory: ReadHistory;
    readonly readRevisions: ReadRevisions;
  };
  /** The time of the functions; then `advance` is not used. */
  readonly now?: () => Date;
  /** What AutoSys shows to the sweep. @default - the jobs of the rig */
  readonly readAutosysRun?: ReadAutosysRun;
  /** Called before AWS is asked to start a run. */
  readonly beforeStart?: () => Promise<void>;
  /** Random of the pace, from 0 to 1. @default - always 0.5 */
  readonly random?: () => number;
  /** Passes the time between two reads of a held request. @default - `advance` */
  readonly sleep?: (ms: number) => Promise<void>;
  /** What came of setting a mirror. @default - AutoSys shows it at once */
  readonly setMirror?: SetMirror;
  /** Wraps the table. */
  readonly wrap?: (table: SearchableTable) => SearchableTable;
}

interface MirrorSetting {
  readonly name: string;
  readonly status: 'RUNNING' | 'FAILED';
  readonly atMs: number;
}

/** An answer with its parsed body. */
export interface Answered<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** The launch function on a table in memory, with a scripted Step Functions and AutoSys. */
export function aLaunchRig(options: RigOptions = {}) {
  const { targets = [aTarget(), aTarget({ name: 'other', stateMachine: 'other' })] } = options;
  const { callers = [aCaller()], instances = ['ACE'], wrap = (table) => table } = options;
  const { batch = noBatch, clock } = options;
  let nowMs = startMs;
  let ids = 0;
  const { now = () => new Date(clock?.() ?? nowMs) } = options;
  const duplicates: Launch[] = [];
  const memory = createMemoryTable({ now });
  const table = wrap(memory);
  const stepFunctions = new ScriptedStepFunctions(now);
  const jobs = new Map<string, ShownJob>();
  const handled: HandledLaunchRequest[] = [];
  const defects: unknown[] = [];
  const launches = createLaunches({ table, now });
  const runs = createLaunchedRuns({ table, now, home, targets });
  const findBatchStart = createFindBatchStart({ table, findJobs: batch.findJobs, home });
  const onDuplicate = (launch: Launch) => duplicates.push(launch);
  const completeEnd = createCompleteEnd({
    ...{ launches, targets },
    readChildExits: batch.readChildExits,
  });
  const status = {
    launches,
    runs,
    completeEnd,
    targets,
    region: home.region,
    now,
    random: options.random ?? (() => 0.5),
    sleep: options.sleep ?? (async (ms: number) => advance(ms)),
  };
  const answerLaunch = createAnswerLaunch(status);
  const rules = { targets, callers, instances };
  const {
    startExecution = async (start: StartExecutionCall) => stepFunctions.start(start),
    describeExecution = stepFunctions.describe,
    redriveExecution = async (redrive: RedriveExecutionCall) => stepFunctions.redrive(redrive),
    stopCalls: calls = stepFunctions.stopCalls,
  } = options.aws ?? {};
  const mirrorSettings: MirrorSetting[] = [];
  const setMirror: SetMirror = async (launch, status, signal) => {
    if (launch.mirror) mirrorSettings.push({ name: launch.name, status, atMs: now().getTime() });
    const shown = async () => ({ kind: 'confirmed', at: now() }) as const;
    return (options.setMirror ?? shown)(launch, status, signal);
  };
  const stops = { launches, runs, targets, calls, home, now };
  const beginStop = createBeginStop(stops);
  const checkLaunches = createCheckLaunches({
    ...stops,
    table,
    setMirror,
    sleep: async () => undefined,
    lookUpStart: createLookUpStart({
      ...{ home, targets, describeExecution },
      lookUpBatchStart: async (launch, _target, signal) =>
        toOldestStart(await findBatchStart(launch, signal)),
    }),
    checkDuplicates: createCheckDuplicates({ launches, findBatchStart, onDuplicate, now }),
    readAutosysRun:
      options.readAutosysRun ??
      (async ({ instance, job }) => {
        const shown = jobs.get(`${instance} ${job}`);
        if (shown === undefined) return { kind: 'noJob' };
        return { kind: 'shown', status: shown.status, ...shown.lastRun };
      }),
  });
  const telemetry = {
    onAnswer: (one: HandledLaunchRequest) => handled.push(one),
    onDefect: (error: unknown) => defects.push(error),
  };
  const runStatus = createRunStatus(status);
  const handleHold = createHandleHold({ rules, runStatus, ...telemetry });
  const startDeps = {
    ...{ rules, launches, runs },
    ...createRedrives({ launches, runs, describeExecution, redriveExecution, now }),
    starter: createStarter({
      ...{ home, now, foundForMs: 24 * 60 * minuteMs },
      startExecution: async (start, signal) => {
        await options.beforeStart?.();
        return startExecution(start, signal);
      },
      describeExecution,
      submitJob: batch.submitJob,
    }),
    findBatchStart,
    takeSlot: createTakeSlot({ table, runs, now }),
    showRunning: createShowRunning({ setMirror, now, sleep: async (ms) => advance(ms) }),
    finishMirror: createFinishMirror({ launches, setMirror }),
    onDuplicate,
    findActiveTry: createFindActiveTry(async (instance, job) => {
      const shown = jobs.get(`${instance} ${job}`);
      if (shown === undefined) throw new JobNotFoundError({ job });
      return shown;
    }),
    now,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    beginStop,
    leaseMs: 45_000,
    foundForMs: 24 * 60 * minuteMs,
  };
  const handleRequest = createHandleLaunchRequest({
    rules,
    runs,
    completeEnd,
    answerLaunch,
    startRun: createStartRun(startDeps),
    ...createRestarts({
      ...{ ...startDeps, home, describeExecution },
      describeBatchJobs: calls.describeBatchJobs,
      readHistory: options.restart?.readHistory ?? (async () => denied),
      readRevisions: options.restart?.readRevisions ?? (async () => denied),
    }),
    runStatus,
    readRunLog: createReadRunLog({
      ...{ launches, runs, region: home.region, now },
      findLogSources: createFindLogSources({ ...deniedLogs, ...options.logs }),
      readLog: options.logs?.readLog ?? (async () => denied),
    }),
    stopRun: createStopRun({ launches, runs, targets, beginStop, now }),
    findRuns: createFindRuns({ table, launches, runs, instances, answerLaunch }),
    ...telemetry,
  });

  function advance(ms: number): void {
    nowMs += ms;
  }

  /** Sends a request as API Gateway does. */
  async function send(
    method: string,
    resource: string,
    request: {
      readonly caller?: string;
      readonly name?: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly isBase64Encoded?: boolean;
    } = {},
  ) {
    const { caller = 'agents', name, query, headers = {}, body, isBase64Encoded } = request;
    const isHeld = findLaunchEndpoint(method, resource)?.handledBy === 'hold';
    const answer = await (isHeld ? handleHold : handleRequest)(
      {
        httpMethod: method,
        resource,
        headers: { accept: 'application/json', ...headers },
        pathParameters: name === undefined ? null : { name },
        queryStringParameters: query ?? null,
        body: body ?? null,
        ...(isBase64Encoded && { isBase64Encoded }),
        requestContext: { authorizer: { caller } },
      },
      new AbortController().signal,
    );
    return { status: answer.statusCode, headers: answer.headers, text: answer.body };
  }

  async function call<Body>(...request: Parameters<typeof send>): Promise<Answered<Body>> {
    const { text, ...answer } = await send(...request);
    return { ...answer, body: JSON.parse(text) as Body };
  }

  return {
    table: memory as SearchableTable,
    stepFunctions,
    jobs,
    handled,
    defects,
    duplicates,
    /** Each setting of a mirror, in order. */
    mirrorSettings,
    launches,
    runs,
    targets,
    /** For other actions on launches. */
    deps: { launches, runs, findBatchStart, onDuplicate, now },
    advance,
    send,
    nowMs: () => now().getTime(),
    /** Sets the clock. */
    setClock: (ms: number) => {
      nowMs = ms;
    },
    readLaunch: (name: string) => launches.readByName(name),
    /** Restarts a run. @param query `{plan: '1'}` for the plan */
    restart: (
      name: string,
      body: Readonly<Record<string, unknown>> = {},
      { query, caller }: { query?: Readonly<Record<string, string>>; caller?: string } = {},
    ) =>
      call<RunAnswer & RestartPlan & ApiErrorBody>('POST', '/v1/runs/{name}/restart', {
        name,
        body: JSON.stringify({ launchId: 'restart', ...body }),
        ...(query && { query }),
        ...(caller !== undefined && { caller }),
      }),
    /** Stops a run. */
    stop: (name: string, body: Readonly<Record<string, unknown>> = {}, caller?: string) =>
      call<RunAnswer & ApiErrorBody>('POST', '/v1/runs/{name}/stop', {
        name,
        body: JSON.stringify(body),
        ...(caller !== undefined && { caller }),
      }),
    /** Makes the sweep's check of launches. @param untilMs for a sweep run that ends early */
    check: async (untilMs = Number.POSITIVE_INFINITY) => {
      const checks: LaunchCheck[] = [];
      const { signal } = new AbortController();
      await checkLaunches({ untilMs, signal }, (check) => checks.push(check));
      return checks;
    },
    /** Starts a run; the default is run 1620, try 1 of `NIGHT_EOD`. */
    start: (over: Readonly<Record<string, unknown>> = {}, caller?: string) =>
      call<RunAnswer & ApiErrorBody>('POST', '/v1/runs', {
        ...(caller !== undefined && { caller }),
        body: JSON.stringify({
          target: 'settlement',
          job: 'NIGHT_EOD',
          run: 1620,
          try: 1,
          params: { date: '2026-11-30' },
          launchId: 'one',
          ...over,
        }),
      }),
    status: (name: string, query: Readonly<Record<string, string>> = {}, caller?: string) =>
      call<RunAnswer & ApiErrorBody>('GET', '/v1/runs/{name}', {
        name,
        query,
        ...(caller !== undefined && { caller }),
      }),
    wait: (name: string, query: Readonly<Record<string, string>>) =>
      call<RunAnswer & ApiErrorBody>('GET', '/v1/runs/{name}/wait', { name, query }),
    log: (name: string, from?: string, caller?: string) =>
      call<LogAnswer & ApiErrorBody>('GET', '/v1/runs/{name}/log', {
        name,
        ...(from !== undefined && { query: { from } }),
        ...(caller !== undefined && { caller }),
      }),
    find: (query: Readonly<Record<string, string>>, caller?: string) =>
      call<FindAnswer & ApiErrorBody>('GET', '/v1/runs', {
        query,
        ...(caller !== undefined && { caller }),
      }),
    /** Records an event of the run, as the report function does. */
    report: async (name: string, over: Partial<ExecutionEvent>) => {
      // A run that continues an execution has its own name.
      const arn = (await launches.readByName(name))?.launch.aws?.id;
      const kept = [...stepFunctions.executions.values()].find(
        (one) => one.arn === arn || one.name === name,
      );
      if (kept === undefined) throw new Error(`no execution ${name}`);
      if (over.status !== 'RUNNING') {
        kept.closed = true;
        kept.stoppedMs = now().getTime();
      }
      if (over.status !== undefined) kept.status = over.status;
      const event: ExecutionEvent = {
        kind: 'execution',
        eventId: `event-${over.status}`,
        ...home,
        emittedAt: now(),
        changedAt: now(),
        beganAt: new Date(kept.beganMs),
        status: 'RUNNING',
        executionArn: kept.arn,
        executionName: kept.name,
        stateMachineArn: kept.stateMachineArn,
        stateMachineName: 'settle',
        qualifiedArns: [],
        redriveCount: kept.redriveCount ?? 0,
        input: { kind: 'none' },
        output: { kind: 'none' },
        ...over,
      };
      const route = { name: 'target:settlement', endsWithinMs: 90 * minuteMs };
      await createRuns({ table: memory, now })(event, [route]).record([{ text: 'no action' }]);
    },
  };
}
