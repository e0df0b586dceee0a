import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { ProxyRequest } from '../launch/read-request.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeWait } from './compose-wait.ts';
import { reserveMs, toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { runWaits, handleHint, metrics, now } = composeWait(process.env, logger);

/**
 * Lambda handler of waits for jobs: invoked every minute by a schedule, and by the launch API for a hint
 * that a job has ended (REST API, proxy integration).
 */
export const handler = middy<ProxyRequest | Readonly<Record<string, unknown>>>({
  timeoutEarlyInMillis: 500,
})
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((event, context, { signal }): Promise<unknown> => {
    const until = toSignal(context, signal);
    if (isProxyRequest(event)) return handleHint(event, until);
    const leaseUntilMs = now().getTime() + context.getRemainingTimeInMillis();
    return runWaits({ untilMs: leaseUntilMs - 2 * reserveMs, leaseUntilMs, signal: until });
  });

function isProxyRequest(event: object): event is ProxyRequest {
  return 'httpMethod' in event && 'resource' in event;
}
