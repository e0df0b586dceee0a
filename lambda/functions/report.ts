import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { createBatch } from '../report/batch.ts';
import { createReport } from '../report/report.ts';
import { createRouteIndex } from '../routing/routes.ts';
import { toMatchedRoutes } from '../routing/target-routes.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { createFailureTelemetry, createReportTelemetry } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { bridge, home, deps, metrics, keepSlots } = composeBridge(process.env, logger);

const batch = createBatch({
  report: createReport({ ...deps, routes: createRouteIndex(toMatchedRoutes(bridge), home) }),
  telemetry: createReportTelemetry({ log: logger, metrics }),
  onUnexpected: createFailureTelemetry({ log: logger }),
  newReadGroup: deps.newReadGroup,
});

/** Lambda handler: takes an SQS batch of EventBridge events and returns `batchItemFailures`. */
export const handler = middy<SQSEvent>({ timeoutEarlyInMillis: 500 })
  // Batch events contain environment variables in clear text, so events are never logged, whatever
  // POWERTOOLS_LOGGER_LOG_EVENT says.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((event, context, { signal }) =>
    keepSlots(() => batch(event, toSignal(context, signal))),
  );
