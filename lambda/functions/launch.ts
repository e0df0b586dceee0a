import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { ProxyRequest } from '../launch/read-request.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeLaunch } from './compose-launch.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { handleRequest, metrics, keepSlots } = composeLaunch(process.env, logger);

/**
 * Lambda handler of the launch API (API Gateway REST API, proxy integration).
 *
 * A scheduled call, which keeps the network interface of an idle function, is answered at once.
 */
export const handler = middy<ProxyRequest | { readonly keepWarm: true }>({
  timeoutEarlyInMillis: 500,
})
  // Requests carry inputs and logins: they are never logged.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((event, context, { signal }) =>
    'keepWarm' in event
      ? Promise.resolve({ warm: true })
      : keepSlots(() => handleRequest(event, toSignal(context, signal))),
  );
