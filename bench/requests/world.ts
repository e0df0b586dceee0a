import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AutosysClient } from '../../autosys/client/index.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { createTaskCalls } from '../../lambda/aws/send-task.ts';
import type { TaskCalls } from '../../lambda/aws/task-answer.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { RequestError } from '../../lambda/request/request-error.ts';
import type { DirectInvocationResult } from '../../local/index.ts';
import { Bus, type StateMachineDeclaration } from '../../local/index.ts';
import { LocalWorkloads } from '../../local/workloads.ts';
import { aRequestEntry } from '../../test/support/request-entries.ts';
import {
  bindRequestFunction,
  bindWaitFunction,
  type MeasuredFunctionDeps,
  type MeasuredWaitFunction,
} from './functions.ts';
import { createMeteredTables, type MeteredTable } from './ledger-use.ts';
import { SentRequests } from './sent-requests.ts';
import { type AnswerTimes, awaitAnswer, toAutosysClock, type WorldTime } from './world-time.ts';

/** The functions that a measurement tells apart. */
type MeasuredFunction = 'request' | 'wait';

/** Choices of a world. */
export interface RequestWorldOptions {
  readonly time: WorldTime;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly jil: string;
  /** Course of the runs of each job. */
  readonly runs: NonNullable<Parameters<typeof startEmulator>[0]>['runs'];
  /** How long answers take besides the real time. */
  readonly answers: AnswerTimes;
}

/**
 * State machines that run an AutoSys job and wait for its end, with the embedded AutoSys over HTTPS, Step
 * Functions over its protocol, and the ledger in memory.
 */
export interface RequestWorld extends AsyncDisposable, MeasuredWaitFunction {
  readonly autosys: Emulator;
  readonly workloads: LocalWorkloads;
  /** Requests to AutoSys by function. */
  readonly sent: SentRequests<MeasuredFunction>;
  readonly ledger: Readonly<Record<MeasuredFunction, MeteredTable>>;
  /** Invocations of the request function, and the time for which it ran. */
  readonly invoked: () => { readonly calls: number; readonly ranMs: number };
  /** Calls the listener after each invocation of the request function. */
  readonly onAnswered: (listener: () => void) => void;
  /** Runs a job by an execution. Resolves with the end of the execution. */
  readonly runJob: (job: string) => Promise<ExecutionEndFound>;
}

/** The end of an execution, when its event was emitted. */
export interface ExecutionEndFound {
  readonly status: string;
  readonly atMs: number;
}

const location = { account: '111122223333', region: 'eu-west-1' };
const functionArn = `arn:aws:lambda:${location.region}:${location.account}:function:requests`;
const drainPerSecond = 20;

/** Starts both embedded worlds in this process. */
export async function startRequestWorld(options: RequestWorldOptions): Promise<RequestWorld> {
  const { time, random, jil, runs, answers } = options;
  await using stack = new AsyncDisposableStack();
  const autosys = stack.use(
    await startEmulator({
      jil: [{ name: 'bench.jil', text: jil }],
      clock: toAutosysClock(time),
      ...(runs && { runs }),
    }),
  );
  const workloads = stack.use(await LocalWorkloads.start({ ...location, clock: time }));
  const settings = {
    ...{ endpoint: workloads.url, region: location.region, maxAttempts: 1 },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const sfn = stack.adopt(new SFNClient(settings), (client) => client.destroy());
  const { sent, port, jobs } = connect(autosys, options, stack);
  const memory = createMemoryTable({ now: () => new Date(time.now()) });
  const openTable = createMeteredTables(toTimedTable(memory, { time, answers }));
  const ledger = { request: openTable(), wait: openTable() };
  const deps = (of: MeasuredFunction): MeasuredFunctionDeps => ({
    ...{ time, random, account: location.account, table: ledger[of].table },
    autosys: {
      ...{ confirmWithinMs: 10_000, deadlineMs: 345_600_000, oldEvents: 'park', drainPerSecond },
      ...{ port, jobs },
    },
    calls: toTimedCalls(createTaskCalls({ home: location, toSettings: () => settings }), options),
  });
  const answerRequest = bindRequestFunction(deps('request'), aRequestEntry({ jobs: ['*'] }));
  const { signal } = new AbortController();
  const invoked = { calls: 0, ranMs: 0 };
  const listeners: (() => void)[] = [];
  workloads.invokeWith(async ({ functionName, payload }) => {
    const startedMs = time.now();
    const invocation = { payload: JSON.parse(payload), invokedFunctionArn: functionName };
    const result = await sent.during('request', () => toResult(answerRequest(invocation, signal)));
    invoked.calls += 1;
    invoked.ranMs += time.now() - startedMs;
    for (const listener of listeners) listener();
    return result;
  });
  const untilEnded = watchEnds(workloads, time);
  const stateMachineArn = workloads.define(stateMachine);
  const { runWaits, notify } = bindWaitFunction(deps('wait'));
  const held = stack.move();
  return {
    ...{ autosys, workloads, sent, ledger, invoked: () => ({ ...invoked }) },
    onAnswered: (listener) => void listeners.push(listener),
    runWaits: () => sent.during('wait', runWaits),
    notify: (job) => sent.during('wait', () => notify(job)),
    runJob: async (job) => {
      const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ job }) });
      const { executionArn = '' } = await time.during(sfn.send(start));
      return untilEnded(executionArn);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A client of AutoSys over HTTPS, whose requests stop a virtual time. */
function connect(
  autosys: Emulator,
  { time, answers }: RequestWorldOptions,
  stack: AsyncDisposableStack,
): Required<Pick<Autosys, 'port' | 'jobs'>> & Pick<RequestWorld, 'sent'> {
  const { url, certificateAuthority, user, password } = autosys;
  const client = stack.adopt(
    new AutosysClient({
      ...{ endpoints: [url], certificateAuthority, now: () => new Date(time.now()) },
      credentials: async () => ({ username: user, password }),
    }),
    (one) => one.close(),
  );
  const sent = stack.use(new SentRequests<MeasuredFunction>(url));
  const timed = <Answer>(answer: Promise<Answer>) => awaitAnswer(time, answers.autosysMs, answer);
  return {
    sent,
    port: {
      sendEvent: (event, call) => timed(client.sendEvent(event, call)),
      readJob: (job, call) => timed(client.readJob(job, call)),
      readGlobalVariable: (name, call) => timed(client.readGlobalVariable(name, call)),
      readJobEvents: (job, call) => timed(client.readJobEvents(job, call)),
      readJobRuns: (job, call) => timed(client.readJobRuns(job, call)),
    },
    jobs: {
      readJobs: (pattern, call) => timed(client.readJobs(pattern, call)),
      readJil: (job, call) => timed(client.readJil(job, call)),
      readDefinitions: (call) => timed(client.readDefinitions(call)),
    },
  };
}

type Timed = Pick<RequestWorldOptions, 'time' | 'answers'>;

function toTimedCalls(calls: TaskCalls, { time, answers }: Timed): TaskCalls {
  const timed = <Answer>(answer: Promise<Answer>) => awaitAnswer(time, answers.taskCallMs, answer);
  return {
    succeed: (...given) => timed(calls.succeed(...given)),
    fail: (...given) => timed(calls.fail(...given)),
    heartbeat: (...given) => timed(calls.heartbeat(...given)),
  };
}

function toTimedTable(table: SearchableTable, { time, answers }: Timed): SearchableTable {
  const timed = <Answer>(answer: Promise<Answer>) => awaitAnswer(time, answers.ledgerMs, answer);
  return {
    get: (...given) => timed(table.get(...given)),
    put: (...given) => timed(table.put(...given)),
    agenda: (...given) => timed(table.agenda(...given)),
    ofTarget: (...given) => timed(table.ofTarget(...given)),
    inSpan: (...given) => timed(table.inSpan(...given)),
  };
}

/** The state of docs/requests.md, for the job in the input. */
const stateMachine = {
  stateMachine: 'load',
  roleArn: `arn:aws:iam::${location.account}:role/load`,
  runs: {
    steps: [
      {
        kind: 'invoke',
        ...{ state: 'Load', functionName: `${functionArn}:ledger-team` },
        payload: {
          ...{ action: 'runJob', 'job.$': '$.job', 'token.$': '$$.Task.Token' },
          context: {
            'execution.$': '$$.Execution.Id',
            'redrive.$': '$$.Execution.RedriveCount',
            'state.$': '$$.State.Name',
            'entered.$': '$$.State.EnteredTime',
            'retry.$': '$$.State.RetryCount',
          },
        },
        ...{ waitForTaskToken: true, heartbeatSeconds: 300 },
      },
    ],
    end: { status: 'SUCCEEDED', outputOf: 'Load' },
  },
} as const satisfies StateMachineDeclaration;

/** @returns a function that resolves with the end of an execution */
function watchEnds(workloads: LocalWorkloads, time: WorldTime) {
  const resolvers = new Map<string, (end: ExecutionEndFound) => void>();
  const onPut = ({ detail }: { readonly detail: unknown }) => {
    const { executionArn = '', status = '' } = detail as Readonly<Record<string, string>>;
    if (status !== 'RUNNING') resolvers.get(executionArn)?.({ status, atMs: time.now() });
  };
  workloads.emitTo(new Bus({ ...location, clock: time, onPut }));
  return (executionArn: string) =>
    new Promise<ExecutionEndFound>((resolve) => {
      resolvers.set(executionArn, resolve);
    });
}

/** The answer of the function, as Lambda passes it on. */
async function toResult(answer: Promise<unknown>): Promise<DirectInvocationResult> {
  try {
    return { kind: 'answered', executedVersion: '1', payload: JSON.stringify(await answer) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const functionError = { errorType: error.name, errorMessage: error.message };
    return { kind: 'failed', executedVersion: '1', functionError };
  }
}
