import { AutosysUnreachableError, JobNotFoundError } from '../../../../autosys/errors.ts';
import { createCompleteEnd, createDeferEnd } from '../../../../lambda/launch/array-exit.ts';
import { createLookUpStart } from '../../../../lambda/launch/check/look-up-start.ts';
import {
  createReadAutosysRun,
  type ReadAutosysRun,
} from '../../../../lambda/launch/check/read-autosys-run.ts';
import { createCheckDuplicates } from '../../../../lambda/launch/check-duplicates.ts';
import { createCheckLaunches } from '../../../../lambda/launch/check-launches.ts';
import {
  createFindActiveTry,
  type ReadShownJob,
} from '../../../../lambda/launch/find-active-try.ts';
import {
  createFindBatchStart,
  type FindBatchStart,
  toOldestStart,
} from '../../../../lambda/launch/find-batch-start.ts';
import { createFindRuns } from '../../../../lambda/launch/find-runs.ts';
import { createHandleHold } from '../../../../lambda/launch/handle-hold.ts';
import { createHandleLaunchRequest } from '../../../../lambda/launch/handle-request.ts';
import { createLaunchedRuns } from '../../../../lambda/launch/launched-runs.ts';
import { createLaunches } from '../../../../lambda/launch/launches.ts';
import { createRedrives } from '../../../../lambda/launch/restart/redrives.ts';
import { createAnswerLaunch, createRunStatus } from '../../../../lambda/launch/run-status.ts';
import { createTakeSlot } from '../../../../lambda/launch/slots.ts';
import { createStartRun } from '../../../../lambda/launch/start-run.ts';
import { createStarter } from '../../../../lambda/launch/starter.ts';
import { createBeginStop } from '../../../../lambda/launch/stop/carry-out-stop.ts';
import { createStopRun } from '../../../../lambda/launch/stop/stop-run.ts';
import { agendaLists } from '../../../../lambda/ledger/agenda.ts';
import {
  launchFoundForMs,
  launchLeaseMs,
  telemetryReserveMs,
} from '../../../../lambda/policies.ts';
import { createReport } from '../../../../lambda/report/report.ts';
import { createAsk } from '../../../../lambda/sweep/ask.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';
import type { SimulatedJobs } from '../autosys-jobs.ts';
import { bindAwsCalls, type SimulatedAws } from '../aws/aws-calls.ts';
import { simulatedHome as home } from '../aws/work.ts';
import { launchCallers, launchInstance, launchTargets } from '../launch-deployment.ts';
import { bindMirrors } from '../mirror/bind-mirrors.ts';
import type { MirroredAutosys } from '../mirror/mirrored-autosys.ts';
import type { LaunchLedger } from './launch-ledger.ts';
import {
  type DisabledLaunchProtection,
  weakenLaunchTable,
  weakenStopCalls,
  weakenSubmitJob,
  weakenTargets,
} from './weaken-launches.ts';

/** The simulated services around the functions of launches. */
export interface LaunchServices {
  readonly world: World;
  readonly ledger: LaunchLedger;
  readonly aws: SimulatedAws;
  readonly jobs: SimulatedJobs;
  readonly autosys: MirroredAutosys;
  readonly without: DisabledLaunchProtection;
  /** Called with an error that no code expects. */
  readonly onDefect: (error: unknown) => void;
}

const rules = { targets: launchTargets, callers: launchCallers, instances: [launchInstance] };

/** Binds the functions of launches inside one execution environment, as their handlers do. */
export function bindLaunches(environment: SimulatedEnvironment, services: LaunchServices) {
  const { world, without, onDefect } = services;
  const now = () => environment.now();
  const table = weakenLaunchTable(services.ledger.bind(environment), now, without);
  const random = () => world.random();
  // Events of AWS have whole milliseconds.
  const sleep = (ms: number, signal: AbortSignal) => environment.sleep(Math.ceil(ms), signal);
  const targets = weakenTargets(launchTargets, without);
  const awsCalls = bindAwsCalls(services.aws, environment);
  const launches = createLaunches({ table, now });
  const runs = createLaunchedRuns({ table, now, home, targets });
  const mirrors = bindMirrors(environment, { ...services, table, launches, sleep });
  const readJob = bindReadJob(environment, services, mirrors);
  const completeEnd = createCompleteEnd({
    ...{ launches, targets, readChildExits: awsCalls.readChildExits },
  });
  const calls = weakenStopCalls(awsCalls.stopCalls, without);
  const base = { launches, runs, targets, region: home.region, now, random, table, sleep, home };
  const findBatchStart = createFindBatchStart({ table, findJobs: awsCalls.findJobs, home });
  const onDuplicate = () => world.count('duplicates noticed');
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `environment-${environment.id}-${ids}`;
  };
  const parts = {
    ...{ ...base, completeEnd, calls, findBatchStart, onDuplicate, newId, onDefect },
    ...{ mirrors, awsCalls, readJob },
  };
  const { slots } = mirrors;
  const launch = bindLaunch({ ...parts, without });
  const sweep = bindLaunchSweep({ ...parts, environment, services });
  const report = createReport(mirrors.deps);
  return {
    launch: (...args: Parameters<typeof launch>) => slots.during(() => launch(...args)),
    hold: createHandleHold({
      rules,
      onAnswer: () => {},
      onDefect,
      runStatus: createRunStatus({
        ...base,
        completeEnd: createDeferEnd({ targets }),
        // The rows change only by a write: the reads between two writes take most of the time.
        sleep: (ms, signal) => services.ledger.sleepUntilWrite(environment, ms, signal),
      }),
    }),
    sweep: (...args: Parameters<typeof sweep>) => slots.during(() => sweep(...args)),
    report: (...args: Parameters<typeof report>) => slots.during(() => report(...args)),
  };
}

type BaseParts = Omit<
  Parameters<typeof createRunStatus>[0] &
    Parameters<typeof createFindBatchStart>[0] &
    Pick<Parameters<typeof createBeginStop>[0], 'calls'>,
  'findJobs'
> & {
  readonly findBatchStart: FindBatchStart;
  readonly onDuplicate: () => void;
  readonly newId: () => string;
  readonly onDefect: (error: unknown) => void;
  readonly mirrors: ReturnType<typeof bindMirrors>;
  readonly awsCalls: ReturnType<typeof bindAwsCalls>;
  readonly readJob: ReadShownJob;
};

function bindLaunch(parts: BaseParts & { readonly without: DisabledLaunchProtection }) {
  const { launches, runs, targets, now, table, awsCalls, without, completeEnd, newId } = parts;
  const { startExecution, describeExecution, redriveExecution } = awsCalls;
  const answerLaunch = createAnswerLaunch(parts);
  const beginStop = createBeginStop(parts);
  const findBatchStart: FindBatchStart =
    without === 'look-up' ? async () => ({ kind: 'notFound' }) : parts.findBatchStart;
  const start: Parameters<typeof createStartRun>[0] = {
    ...createRedrives({ launches, runs, describeExecution, redriveExecution, now }),
    ...{ rules, launches, runs, beginStop, now, newId, findBatchStart },
    starter: createStarter({
      ...{ home, now, foundForMs: launchFoundForMs, startExecution, describeExecution },
      submitJob: weakenSubmitJob(awsCalls.submitJob, without),
    }),
    takeSlot:
      without === 'slots' ? async () => ({ kind: 'taken' }) : createTakeSlot({ table, runs, now }),
    showRunning: parts.mirrors.showRunning,
    finishMirror: parts.mirrors.finishMirror,
    onDuplicate: parts.onDuplicate,
    findActiveTry: createFindActiveTry(parts.readJob),
    leaseMs: without === 'lease before SubmitJob' ? 3_600_000 : launchLeaseMs,
    foundForMs: launchFoundForMs,
  };
  return createHandleLaunchRequest({
    ...{ rules, runs, completeEnd, answerLaunch, startRun: createStartRun(start) },
    ...{ restartRun: refuseCall, planRestart: refuseCall },
    runStatus: createRunStatus(parts),
    readRunLog: () => Promise.reject(new Error('no command of the simulation prints a log')),
    stopRun: createStopRun({ launches, runs, targets, beginStop, now }),
    findRuns: createFindRuns({ table, launches, runs, instances: [launchInstance], answerLaunch }),
    onAnswer: () => {},
    onDefect: parts.onDefect,
  });
}

function refuseCall(): Promise<never> {
  return Promise.reject(new Error('no run of the simulation is restarted'));
}

function bindLaunchSweep(
  parts: BaseParts & {
    readonly environment: SimulatedEnvironment;
    readonly services: LaunchServices;
  },
) {
  const { launches, findBatchStart, onDuplicate, now, targets, awsCalls, readJob } = parts;
  const { environment, services } = parts;
  const { ledger, without, world } = services;
  const { describeExecution, describeBatchJobs } = awsCalls;
  const lookUpBatchStart =
    without === 'look-up'
      ? async () => ({ kind: 'unknown' as const })
      : async (
          ...[launch, , signal]: Parameters<
            Parameters<typeof createLookUpStart>[0]['lookUpBatchStart']
          >
        ) => toOldestStart(await findBatchStart(launch, signal));
  const check = createCheckLaunches({
    ...parts,
    setMirror: parts.mirrors.setMirror,
    lookUpStart:
      without === 'intent lookup'
        ? async () => ({ kind: 'unavailable', reason: 'disabled' })
        : createLookUpStart({ home, targets, describeExecution, lookUpBatchStart }),
    checkDuplicates: createCheckDuplicates({ launches, findBatchStart, onDuplicate, now }),
    readAutosysRun:
      without === 'absence watch'
        ? async () => ({ kind: 'notNow', reason: 'disabled' })
        : bindReadAutosysRun(readJob, parts, without),
    ...(without === 'stop until proven' && { calls: noStops(parts.calls) }),
  });
  const ask = createAsk({
    ...parts,
    report: createReport(parts.mirrors.deps),
    describeExecution,
    describeBatchJobs,
  });
  return async function sweep(signal: AbortSignal, timeMs: number): Promise<void> {
    const deadline = { untilMs: environment.now().getTime() + timeMs - telemetryReserveMs, signal };
    const work = await Promise.allSettled([
      parts.mirrors.deliver(signal),
      ledger.isDue(agendaLists.launch) &&
        check(deadline, ({ kind, ...checked }) => {
          world.count(`check ${kind}`);
          if ('launch' in checked) world.log(() => `sweep: ${kind} ${checked.launch.name}`);
        }),
      ledger.isDue(agendaLists.open) &&
        without !== 'AWS lookup of launches' &&
        ask(deadline, ({ kind }) => world.count(`ask ${kind}`)),
    ]);
    for (const one of work) if (one.status === 'rejected') throw one.reason;
  };
}

function noStops(calls: BaseParts['calls']): BaseParts['calls'] {
  const none = async () => ({ kind: 'unavailable' as const, reason: 'disabled' });
  return { ...calls, stopExecution: none, terminateJob: none };
}

/**
 * Reads a job through the network of the function: a job that starts targets in the simulated
 * AutoSys, any other in the embedded one.
 */
function bindReadJob(
  environment: SimulatedEnvironment,
  { jobs }: LaunchServices,
  { deps }: ReturnType<typeof bindMirrors>,
): ReadShownJob {
  return (instance, job, signal) => {
    if (!job.startsWith('JOB_')) return deps.autosysFor(instance).port.readJob(job, { signal });
    return environment.call(`read job ${job}`, () => {
      if (jobs.isAway) {
        throw new AutosysUnreachableError({ endpoint: 'ace.example.com:9443', reason: 'away' });
      }
      const shown = jobs.show(job);
      if (shown === undefined) throw new JobNotFoundError({ job });
      return shown;
    });
  };
}

function bindReadAutosysRun(
  readJob: ReadShownJob,
  { mirrors, newId: newLeaseId }: BaseParts,
  without: DisabledLaunchProtection,
): ReadAutosysRun {
  const { circuitBreakers } = mirrors.deps;
  const instances = [launchInstance];
  const read = createReadAutosysRun({ circuitBreakers, readJob, instances, newLeaseId });
  return async (job, signal) =>
    without === 'mirror job watch' && !job.job.startsWith('JOB_')
      ? { kind: 'notNow', reason: 'disabled' }
      : read(job, signal);
}
