import { parseAutosysInstance, parseJobName } from '../../autosys/names.ts';
import type { TaskCalls } from '../../lambda/aws/task-answer.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { reserveMs } from '../../lambda/functions/deadline.ts';
import { createHandleHint } from '../../lambda/launch/handle-hint.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { createAnswerRead } from '../../lambda/request/answer-read.ts';
import { createAnswerRequest } from '../../lambda/request/answer-request.ts';
import { createAnswerTask } from '../../lambda/request/answer-task.ts';
import { createCarryOut } from '../../lambda/request/carry-out.ts';
import { createFindRequest } from '../../lambda/request/find-request.ts';
import { createFindTaskFault } from '../../lambda/request/find-task-fault.ts';
import { createIdentifyRun } from '../../lambda/request/identify-run.ts';
import { createReadAutosys } from '../../lambda/request/read-autosys.ts';
import { createTakeRate } from '../../lambda/request/request-rate.ts';
import { createStoredRequests } from '../../lambda/request/requests.ts';
import { createRunJob } from '../../lambda/request/run-job.ts';
import { createRunWaits } from '../../lambda/request/wait/run-waits.ts';
import { createWaitPasses } from '../../lambda/request/wait/wait-pass.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { bindDeps } from '../bridge.ts';
import type { WorldTime } from './world-time.ts';

/** Timeout of each function (infra/bridge-function.ts). */
export const functionTimeoutMs = 60_000;

/** The outside of a measured function. */
export interface MeasuredFunctionDeps {
  readonly table: SearchableTable;
  readonly autosys: Autosys;
  readonly calls: TaskCalls;
  readonly time: WorldTime;
  readonly account: string;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Binds the request function as `lambda/functions/compose-request.ts` does, without telemetry. */
export function bindRequestFunction(deps: MeasuredFunctionDeps, entry: RequestEntry) {
  const { table, calls, account, random } = deps;
  const bound = bindFor(deps);
  const { now, leaseMs } = bound;
  const requests = createStoredRequests({ table, now });
  const readAutosys = createReadAutosys(bound);
  const carryOut = createCarryOut(bound);
  return createAnswerRequest({
    ...{ entries: [entry], requests, carryOut, now },
    takeRate: createTakeRate({ table, now, random }),
    findRequest: createFindRequest({ table, requests, now }),
    runJob: createRunJob({
      ...{ table, requests, carryOut, readAutosys, now, leaseMs },
      identifyRun: createIdentifyRun({ table, now }),
    }),
    answerRead: createAnswerRead({ readAutosys, now, timezoneOf: () => 'UTC' }),
    findTaskFault: createFindTaskFault({
      ...{ account, now },
      assumeRole: () => Promise.reject(new Error('measured: no execution of another account')),
    }),
    answerTask: createAnswerTask(calls),
    onHandled: () => undefined,
    onDefect: failMeasurement,
  });
}

/** The wait function: its passes of one minute, and the handling of a notification. */
export interface MeasuredWaitFunction {
  readonly runWaits: () => Promise<unknown>;
  /** `POST /v1/waits`. */
  readonly notify: (job: string) => Promise<unknown>;
}

/** Binds the wait function as `lambda/functions/compose-wait.ts` does, without telemetry. */
export function bindWaitFunction(deps: MeasuredFunctionDeps): MeasuredWaitFunction {
  const { table, calls, time } = deps;
  const bound = bindFor(deps);
  const { now, sleep, newLeaseId } = bound;
  const passes = createWaitPasses({
    ...bound,
    ...{ table, calls, mayKill: () => false, onDefect: failMeasurement },
    requests: createStoredRequests({ table, now }),
    carryOut: createCarryOut(bound),
  });
  const { signal } = new AbortController();
  const runWaits = createRunWaits({
    ...{ table, passes, now, sleep, newLeaseId, onPass: failUnprocessed },
    instances: [measuredInstance],
  });
  const handleHint = createHandleHint({
    rules: { targets: [], callers: [caller], instances: [measuredInstance] },
    notify: async ({ job, instance }, until) => {
      const untilMs = time.now() + functionTimeoutMs;
      const results = await passes.passJob(
        { instance: parseAutosysInstance(instance), job: parseJobName(job) },
        { untilMs, signal: until },
      );
      return { waits: results.length, answered: results.length };
    },
    onAnswer: () => undefined,
    onDefect: failMeasurement,
  });
  return {
    runWaits: () => {
      const leaseUntilMs = time.now() + functionTimeoutMs;
      return runWaits({ untilMs: leaseUntilMs - 2 * reserveMs, leaseUntilMs, signal });
    },
    notify: async (job) => {
      const answer = await handleHint(toNotification(job), signal);
      if (answer.statusCode !== 200) throw new Error(`POST /v1/waits: found ${answer.body}`);
    },
  };
}

/** The only AutoSys instance of a measurement. */
export const measuredInstance = parseAutosysInstance('ACE');
const caller = { name: 'autosys', secret: 'autosys/launch/autosys', targets: [], jobs: [] };

/** The form of a job of type HTTP that `jil-for --notify` prints. */
function toNotification(job: string) {
  return {
    httpMethod: 'POST',
    resource: '/v1/waits',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ job, instance: measuredInstance }).toString(),
    requestContext: { authorizer: { caller: caller.name } },
  };
}

function bindFor({ table, autosys, time }: MeasuredFunctionDeps) {
  const sleep = async (ms: number) => void (await time.sleep(ms));
  return bindDeps({ table, autosys, now: () => new Date(time.now()), sleep });
}

function failMeasurement(error: unknown): never {
  throw error;
}

function failUnprocessed(_: unknown, results: readonly { readonly kind: string }[]): void {
  const failed = results.find(({ kind }) => kind === 'failed');
  if (failed !== undefined) throw new Error(`a wait: found ${JSON.stringify(failed)}`);
}
