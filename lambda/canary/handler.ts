import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { toSignal } from '../deadline.ts';
import { createCanary } from './canary.ts';
import { compose } from './compose.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
const { powers, metrics } = compose(process.env, logger);
const canary = createCanary(powers);

/** Comes by the clock. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((_event, context, { signal }) => canary(toSignal(context, signal)));
