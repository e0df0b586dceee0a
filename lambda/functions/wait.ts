import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';

const logger = new Logger({ serviceName: 'autosys-bridge' });

/** Lambda handler, invoked every minute by a schedule. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .handler(() => Promise.resolve());
