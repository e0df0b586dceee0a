import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createReadSecret } from '../aws/credentials.ts';
import { createStartExecution } from '../aws/start-execution.ts';
import { createDescribeExecution } from '../aws/step-functions.ts';
import { readFunctionSettings } from '../config.ts';
import { createAuthorize } from '../launch/authorize.ts';
import { createFindActiveTry } from '../launch/find-active-try.ts';
import { createFindRuns } from '../launch/find-runs.ts';
import { createHandleRequest } from '../launch/handle-request.ts';
import { createCallerTelemetry, createLaunchTelemetry } from '../launch/launch-telemetry.ts';
import { createLaunchedRuns } from '../launch/launched-runs.ts';
import { createLaunches } from '../launch/launches.ts';
import { createAnswerLaunch, createRunStatus } from '../launch/run-status.ts';
import { createStartRun } from '../launch/start-run.ts';
import { createStarter } from '../launch/starter.ts';
import { createBeginStop } from '../launch/stop/carry-out-stop.ts';
import { createStopRun } from '../launch/stop/stop-run.ts';
import { launchFoundForMs, launchLeaseMs, secretMaxAgeMs } from '../policies.ts';
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
  const status = { launches, runs, targets, region: home.region, now, random: jitter, sleep };
  const answerLaunch = createAnswerLaunch(status);
  const calls = createStopCalls();
  const beginStop = createBeginStop({ launches, runs, targets, calls, home, now });
  const handleRequest = createHandleRequest({
    rules,
    runs,
    answerLaunch,
    startRun: createStartRun({
      rules,
      launches,
      runs,
      starter: createStarter({
        home,
        startExecution: createStartExecution(),
        describeExecution: createDescribeExecution(() => ({})),
      }),
      findActiveTry: createFindActiveTry((instance, job, signal) =>
        autosysFor(instance).port.readJob(job, { signal }),
      ),
      now,
      newId: randomUUID,
      beginStop,
      leaseMs: launchLeaseMs,
      foundForMs: launchFoundForMs,
    }),
    runStatus: createRunStatus(status),
    stopRun: createStopRun({ launches, runs, targets, beginStop, now }),
    findRuns: createFindRuns({ table, launches, runs, instances: names, answerLaunch }),
    onAnswer: createLaunchTelemetry({ log }),
    onDefect: createLogDefect(log),
  });
  return { handleRequest, metrics, keepSlots };
}

/**
 * Creates the check of logins.
 *
 * @throws {ConfigError}
 */
export function composeAuthorizer(env: Readonly<Record<string, string | undefined>>, log: Log) {
  const { bridge } = readFunctionSettings(env, (path) => readFileSync(path, 'utf8'));
  return createAuthorize({
    callers: bridge.callers,
    readSecret: createReadSecret(),
    now: () => new Date(),
    maxAgeMs: secretMaxAgeMs,
    onFailure: createCallerTelemetry({ log }),
  });
}
