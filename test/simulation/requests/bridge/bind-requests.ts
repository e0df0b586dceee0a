import { parseJobName } from '../../../../autosys/names.ts';
import { agendaLists } from '../../../../lambda/ledger/agenda.ts';
import { createAnswerRead } from '../../../../lambda/request/answer-read.ts';
import { createAnswerRequest } from '../../../../lambda/request/answer-request.ts';
import { createAnswerTask } from '../../../../lambda/request/answer-task.ts';
import { createCarryOut } from '../../../../lambda/request/carry-out.ts';
import { createFindRequest } from '../../../../lambda/request/find-request.ts';
import { createFindTaskFault } from '../../../../lambda/request/find-task-fault.ts';
import { createIdentifyRun } from '../../../../lambda/request/identify-run.ts';
import { createReadAutosys } from '../../../../lambda/request/read-autosys.ts';
import { createTakeRate } from '../../../../lambda/request/request-rate.ts';
import { createStoredRequests } from '../../../../lambda/request/requests.ts';
import { createRunJob } from '../../../../lambda/request/run-job.ts';
import { createRunWaits } from '../../../../lambda/request/wait/run-waits.ts';
import { createWaitPasses } from '../../../../lambda/request/wait/wait-pass.ts';
import type { PassResult } from '../../../../lambda/request/wait/work-on-waits.ts';
import { bindDeps } from '../../bridge/bind-deps.ts';
import { bindDeliver } from '../../bridge/deliver.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { LaunchLedger } from '../../launch/bridge/launch-ledger.ts';
import type { World } from '../../world.ts';
import type { RequestedAutosys } from '../autosys/requested-autosys.ts';
import type { StepFunctions } from '../callers/step-functions.ts';
import { requestDeployment, requestHome, requestInstance } from '../requests-deployment.ts';
import {
  type DisabledRequestProtection,
  weakenAutosys,
  weakenEntries,
  weakenKills,
  weakenRequestTable,
  weakenTaskCalls,
} from './weaken-requests.ts';

/** The simulated services around the functions of requests. */
export interface RequestServices {
  readonly world: World;
  readonly ledger: LaunchLedger;
  readonly autosys: RequestedAutosys;
  readonly stepFunctions: StepFunctions;
  readonly without: DisabledRequestProtection;
  /** Called with an error that no code expects. */
  readonly onDefect: (error: unknown) => void;
}

/** Time limit of the work on one hint, in milliseconds. */
const hintMs = 20_000;
/** Time reserved at the end of the wait function, twice that of every function. */
const waitReserveMs = 10_000;

/** Binds the request, wait and sweep functions in one execution environment, as their handlers do. */
export function bindRequests(environment: SimulatedEnvironment, services: RequestServices) {
  const { world, ledger, autosys, stepFunctions, without, onDefect } = services;
  const table = weakenRequestTable(ledger.bind(environment), without);
  // Events of AutoSys have whole milliseconds.
  const sleep = (ms: number, signal: AbortSignal) => environment.sleep(Math.ceil(ms), signal);
  const { installation, secrets } = autosys;
  const { deps, slots } = bindDeps(environment, requestDeployment, {
    ...{ world, secrets, table, sleep, without: undefined },
    installations: new Map([[installation.name as string, installation]]),
  });
  const { autosysFor, now } = deps;
  const all = {
    ...{ ...deps, table, onDefect },
    autosysFor: (name: Parameters<typeof autosysFor>[0]) =>
      weakenAutosys(autosysFor(name), without),
  };
  const calls = weakenTaskCalls(stepFunctions.bind(environment), without);
  const requests = createStoredRequests({ table, now });
  const carryOut = createCarryOut(all);
  const parts = { all, calls, requests, carryOut, services };
  return {
    keepSlots: <Result>(work: () => Promise<Result>) => slots.during(work),
    answerRequest: bindAnswerRequest(parts),
    ...bindWaits(parts),
    sweep: bindDeliver(environment, all, {
      ...{ world, instances: requestDeployment.config.instances },
      isDue: (list) => ledger.isDue(list),
    }),
  };
}

type AllDeps = ReturnType<typeof bindDeps>['deps'] & {
  readonly table: ReturnType<LaunchLedger['bind']>;
  readonly onDefect: (error: unknown) => void;
};

interface Parts {
  readonly all: AllDeps;
  readonly calls: ReturnType<StepFunctions['bind']>;
  readonly requests: ReturnType<typeof createStoredRequests>;
  readonly carryOut: ReturnType<typeof createCarryOut>;
  readonly services: RequestServices;
}

function bindAnswerRequest({ all, calls, requests, carryOut, services }: Parts) {
  const { table, now, leaseMs, onDefect } = all;
  const readAutosys = createReadAutosys(all);
  const isUnordered = services.without === 'order of receipt';
  return createAnswerRequest({
    entries: weakenEntries(requestDeployment.config.requests ?? [], services.without),
    takeRate: createTakeRate({ table, now, random: () => services.world.random() }),
    findRequest: createFindRequest({
      ...{ requests, now },
      table: isUnordered ? { get: async () => undefined } : table,
    }),
    runJob: createRunJob({
      ...{ table, requests, carryOut, readAutosys, now, leaseMs },
      identifyRun: createIdentifyRun({ table, now }),
    }),
    answerRead: createAnswerRead({ readAutosys, now, timezoneOf: () => 'UTC' }),
    findTaskFault: createFindTaskFault({
      ...{ account: requestHome.account, now },
      assumeRole: () => Promise.resolve(),
    }),
    answerTask: createAnswerTask(calls),
    ...{ requests, carryOut, now, onDefect, onHandled: () => {} },
  });
}

function bindWaits({ all, calls, carryOut, services }: Parts) {
  const { table, now, sleep, newLeaseId } = all;
  const { ledger, world } = services;
  const entries = requestDeployment.config.requests ?? [];
  const record = (results: readonly PassResult[]) => {
    for (const result of results) {
      world.count(`wait ${result.kind}`);
      if (result.kind === 'failed') world.log(() => `wait failed: ${result.error.message}`);
      else if (result.kind !== 'waiting') {
        world.log(() => `wait ${result.kind}: ${result.about.request}`);
      }
    }
  };
  const weakened = weakenKills(all, services.without);
  const passes = createWaitPasses({
    ...weakened,
    mayKill: (entry) => entries.some((one) => one.name === entry && one.mayKill),
    requests: createStoredRequests({ table: weakened.table, now }),
    ...{ carryOut, calls },
  });
  const runWaits = createRunWaits({
    ...{ table, passes, now, sleep, newLeaseId, instances: [requestInstance] },
    onPass: (_, results) => record(results),
  });
  return {
    wait: async (signal: AbortSignal, ms: number) => {
      if (!ledger.isDue(agendaLists.wait(requestInstance))) return;
      const leaseUntilMs = now().getTime() + ms;
      const done = await runWaits({ untilMs: leaseUntilMs - waitReserveMs, leaseUntilMs, signal });
      world.count(`wait function ${done}`);
    },
    hint: async (job: string, signal: AbortSignal) => {
      const untilMs = now().getTime() + hintMs;
      const about = { instance: requestInstance, job: parseJobName(job) };
      record(await passes.passJob(about, { untilMs, signal }));
    },
  };
}
