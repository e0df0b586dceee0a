import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { createDescribeBatchJobs } from '../aws/batch.ts';
import { createToAccess } from '../aws/source-roles.ts';
import { createDescribeExecution } from '../aws/step-functions.ts';
import { createFindOpenWindow } from '../circuit-breaker/maintenance.ts';
import { readSourceRole } from '../config.ts';
import { createDrain } from '../delivery/drain.ts';
import {
  createDuplicateTelemetry,
  createLaunchCheckTelemetry,
} from '../launch/launch-telemetry.ts';
import { telemetryReserveMs } from '../policies.ts';
import { createReport } from '../report/report.ts';
import { createSendGroupState } from '../report/send-group-state.ts';
import { createRouteIndex } from '../routing/routes.ts';
import { toMatchedRoutes } from '../routing/target-routes.ts';
import { type AskDeps, createAsk } from '../sweep/ask.ts';
import { createCheckObserved, findObservedTimezones } from '../sweep/check-observed.ts';
import { createHealth } from '../sweep/health.ts';
import { createOpenGroupDays } from '../sweep/open-group-days.ts';
import { createRecheck } from '../sweep/recheck.ts';
import { createReconcileOutages } from '../sweep/reconcile-outages.ts';
import { createSweep } from '../sweep/sweep.ts';
import { createSweepTelemetry } from '../sweep/telemetry.ts';
import { createParkUnknown } from '../sweep/unknown-instances.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { createDrainTelemetry, createReportTelemetry } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';
import { composeLaunchChecks } from './compose-launch-checks.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { bridge, home, deps, metrics, keepSlots } = composeBridge(process.env, logger);
const toAccess = createToAccess({
  account: home.account,
  sourceRole: readSourceRole(process.env),
});

/**
 * Created at the first recovered event, which is rare: the index of ten thousand routes takes time
 * to build.
 */
let reporting: AskDeps['report'] | undefined;
const report: AskDeps['report'] = (message, signal) => {
  reporting ??= createReport({ ...deps, routes: createRouteIndex(toMatchedRoutes(bridge), home) });
  return reporting(message, signal);
};

const recordReport = createReportTelemetry({ log: logger, metrics });
const recordLaunchCheck = createLaunchCheckTelemetry({ log: logger, metrics });
const checkLaunches = composeLaunchChecks(
  { bridge, home, deps },
  createDuplicateTelemetry({ log: logger, metrics }),
);
const sweep = createSweep({
  instances: bridge.instances,
  drain: createDrain(deps),
  recheck: createRecheck(deps),
  checkObserved: createCheckObserved({
    ...deps,
    timezones: findObservedTimezones(bridge),
  }),
  parkUnknown: createParkUnknown({
    ...deps,
    names: bridge.instances.map(({ name }) => name),
    timezones: Object.fromEntries(bridge.instances.map(({ name, timezone }) => [name, timezone])),
    groups: Object.fromEntries((bridge.groups ?? []).map(({ name, to }) => [name, to])),
  }),
  ask: createAsk({
    ...deps,
    report,
    describeExecution: createDescribeExecution(toAccess),
    describeBatchJobs: createDescribeBatchJobs(toAccess),
  }),
  openDays: createOpenGroupDays({
    ...deps,
    groups: bridge.groups ?? [],
    home,
    send: createSendGroupState(deps),
  }),
  checkLaunches: (deadline) => checkLaunches(deadline, recordLaunchCheck),
  reconcileOutages: createReconcileOutages({
    ...deps,
    maintenance: createFindOpenWindow(bridge.instances),
  }),
  health: createHealth(deps),
  telemetry: {
    ...createSweepTelemetry({ log: logger, metrics, recordReport }),
    drained: createDrainTelemetry({ log: logger, metrics }),
    dayOpened: ({ group, day, event, settled }) => {
      recordReport(`group ${group} ${day}`, { kind: 'reported', event, settled });
    },
  },
});

/** Lambda handler, invoked every minute by a schedule. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((_event, context, { signal }) =>
    keepSlots(() =>
      sweep({
        untilMs: deps.now().getTime() + context.getRemainingTimeInMillis() - telemetryReserveMs,
        signal: toSignal(context, signal),
      }),
    ),
  );
