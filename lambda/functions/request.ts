import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';

const logger = new Logger({ serviceName: 'autosys-bridge' });

/** Lambda handler of requests: invoked by Step Functions and other callers, each by its alias. */
export const handler = middy<unknown>({ timeoutEarlyInMillis: 500 })
  // Requests carry task tokens: they are never logged.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .handler(() => Promise.reject(new Error('requests are not answered yet')));
