import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { createCanary } from '../canary/canary.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeCanary } from './compose-canary.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { deps, metrics } = composeCanary(process.env, logger);
const canary = createCanary(deps);

/** Lambda handler, invoked by a schedule. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((_event, context, { signal }) => canary(toSignal(context, signal)));
