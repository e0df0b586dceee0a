import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { ProxyRequest } from '../launch/read-request.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeHold } from './compose-hold.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const handleHold = composeHold(process.env, logger);

/**
 * Lambda handler of requests that are held (API Gateway REST API, proxy integration).
 *
 * A scheduled call, which keeps the network interface of an idle function, is answered at once.
 */
export const handler = middy<ProxyRequest | { readonly keepWarm: true }>({
  timeoutEarlyInMillis: 500,
})
  .use(injectLambdaContext(logger, { logEvent: false }))
  .handler((event, context, { signal }) =>
    'keepWarm' in event
      ? Promise.resolve({ warm: true })
      : handleHold(event, toSignal(context, signal)),
  );
