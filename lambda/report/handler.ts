import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { compose } from '../compose.ts';
import { toSignal } from '../deadline.ts';
import { createRouteIndex } from '../shared/routes.ts';
import { createAccount, createFailureAccount } from './account.ts';
import { createBatch } from './batch.ts';
import { createReport } from './report.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
const { bridge, home, powers, metrics, keepSlots } = compose(process.env, logger);

const batch = createBatch({
  report: createReport({ ...powers, routes: createRouteIndex(bridge.routes, home) }),
  account: createAccount({ log: logger, metrics }),
  onUnexpected: createFailureAccount({ log: logger }),
  newReadGroup: powers.newReadGroup,
});

/** SQS batch of EventBridge events in, `batchItemFailures` out. */
export const handler = middy<SQSEvent>({ timeoutEarlyInMillis: 500 })
  // Batch events carry environment variables in clear: not even POWERTOOLS_LOGGER_LOG_EVENT may have one logged.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((event, context, { signal }) =>
    keepSlots(() => batch(event, toSignal(context, signal))),
  );
