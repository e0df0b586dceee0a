import { randomUUID } from 'node:crypto';
import { createFindBatchJobs, createReadChildExits } from '../aws/find-jobs.ts';
import { createReadHistory, wholeHistory } from '../aws/read-history.ts';
import { createReadFailedChildren, createReadJobLogs } from '../aws/read-job-logs.ts';
import { createReadLog } from '../aws/read-log.ts';
import { createReadFailedMapChildren } from '../aws/read-map-children.ts';
import { createReadRevisions } from '../aws/read-revisions.ts';
import { createRedriveExecution } from '../aws/redrive-execution.ts';
import { createStartExecution } from '../aws/start-execution.ts';
import { createDescribeExecution } from '../aws/step-functions.ts';
import { createSubmitJob } from '../aws/submit-job.ts';
import { createCompleteEnd } from '../launch/array-exit.ts';
import { createFindActiveTry } from '../launch/find-active-try.ts';
import { createFindBatchStart } from '../launch/find-batch-start.ts';
import { createFindLogSources } from '../launch/find-log-sources.ts';
import { createFindRuns } from '../launch/find-runs.ts';
import { createHandleLaunchRequest } from '../launch/handle-request.ts';
import { createDuplicateTelemetry, createLaunchTelemetry } from '../launch/launch-telemetry.ts';
import { createLaunchedRuns } from '../launch/launched-runs.ts';
import { createLaunches } from '../launch/launches.ts';
import { createFinishMirror } from '../launch/mirror/finish-mirror.ts';
import { createSetMirror } from '../launch/mirror/set-mirror.ts';
import { createShowRunning } from '../launch/mirror/show-running.ts';
import { createReadRunLog } from '../launch/read-run-log.ts';
import { createRedrives } from '../launch/restart/redrives.ts';
import { createRestarts } from '../launch/restart/restarts.ts';
import { createAnswerLaunch, createRunStatus } from '../launch/run-status.ts';
import { createTakeSlot } from '../launch/slots.ts';
import { createStartRun } from '../launch/start-run.ts';
import { createStarter } from '../launch/starter.ts';
import { createBeginStop } from '../launch/stop/carry-out-stop.ts';
import { createStopRun } from '../launch/stop/stop-run.ts';
import { launchFoundForMs, launchLeaseMs } from '../policies.ts';
import type { Home } from '../routing/routes.ts';
import { createLogDefect } from '../telemetry/defects.ts';
import type { Log } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';
import { createStopCalls } from './compose-launch-checks.ts';

/**
 * Creates the handling of requests to the launch API.
 *
 * @throws {ConfigError}
 */
export function composeLaunch(env: Readonly<Record<string, string | undefined>>, log: Log) {
  const { bridge, home, deps, metrics, keepSlots } = composeBridge(env, log);
  const { table, now, jitter, sleep, autosysFor } = deps;
  const { targets, callers, instances } = bridge;
  const names = instances.map(({ name }) => name);
  const rules = { targets, callers, instances: names };
  const launches = createLaunches({ table, now });
  const runs = createLaunchedRuns({ table, now, home, targets });
  const completeEnd = createCompleteEnd({
    ...{ launches, targets },
    readChildExits: createReadChildExits(),
  });
  const status = {
    launches,
    runs,
    completeEnd,
    targets,
    region: home.region,
    now,
    random: jitter,
    sleep,
  };
  const answerLaunch = createAnswerLaunch(status);
  const setMirror = createSetMirror({ ...deps, home, targets });
  const calls = createStopCalls();
  const beginStop = createBeginStop({ launches, runs, targets, calls, home, now });
  const describeExecution = createDescribeExecution(() => ({}));
  const redriveExecution = createRedriveExecution();
  const start = {
    ...{ rules, launches, runs, beginStop, now, newId: randomUUID },
    ...createRedrives({ launches, runs, describeExecution, redriveExecution, now }),
    starter: createAwsStarter(home, now),
    findBatchStart: createFindBatchStart({ table, findJobs: createFindBatchJobs(), home }),
    takeSlot: createTakeSlot({ table, runs, now }),
    showRunning: createShowRunning({ setMirror, now, sleep }),
    finishMirror: createFinishMirror({ launches, setMirror }),
    onDuplicate: createDuplicateTelemetry({ log, metrics }),
    findActiveTry: createFindActiveTry((instance, job, signal) =>
      autosysFor(instance).port.readJob(job, { signal }),
    ),
    ...{ leaseMs: launchLeaseMs, foundForMs: launchFoundForMs },
  };
  const handleRequest = createHandleLaunchRequest({
    rules,
    runs,
    completeEnd,
    answerLaunch,
    startRun: createStartRun(start),
    ...createRestarts({
      ...{ ...start, home, describeExecution },
      readHistory: createReadHistory(undefined, wholeHistory),
      readRevisions: createReadRevisions(),
      describeBatchJobs: calls.describeBatchJobs,
    }),
    runStatus: createRunStatus(status),
    readRunLog: createReadRunLog({
      ...{ launches, runs, region: home.region, now },
      ...createLogReads(),
    }),
    stopRun: createStopRun({ launches, runs, targets, beginStop, now }),
    findRuns: createFindRuns({ table, launches, runs, instances: names, answerLaunch }),
    onAnswer: createLaunchTelemetry({ log }),
    onDefect: createLogDefect(log),
  });
  return { handleRequest, metrics, keepSlots };
}

function createAwsStarter(home: Home, now: () => Date) {
  return createStarter({
    ...{ home, now, foundForMs: launchFoundForMs },
    startExecution: createStartExecution(),
    describeExecution: createDescribeExecution(() => ({})),
    submitJob: createSubmitJob({ now }),
  });
}

function createLogReads() {
  return {
    findLogSources: createFindLogSources({
      readJobLogs: createReadJobLogs(),
      readFailedChildren: createReadFailedChildren(),
      readFailedMapChildren: createReadFailedMapChildren(),
      readHistory: createReadHistory(),
    }),
    readLog: createReadLog(),
  };
}
