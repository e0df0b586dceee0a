import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { isObject } from '../request/payload-faults.ts';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeRequest } from './compose-request.ts';
import { composeTaskCalls } from './compose-task-calls.ts';
import { toSignal } from './deadline.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { answerRequest, metrics, keepSlots } = composeRequest(process.env, logger, (home) =>
  composeTaskCalls(process.env, home),
);

/**
 * Lambda handler of requests of AWS processes: a Step Functions task, another function, or
 * `aws lambda invoke`, each through the alias of its entry.
 *
 * A failure is thrown: its name is the `errorType`, which `ErrorEquals` compares. A scheduled call,
 * which keeps the network interface of an idle function, is answered at once.
 */
export const handler = middy<unknown>({ timeoutEarlyInMillis: 500 })
  // Requests carry values and task tokens: they are never logged.
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((payload, context, { signal }) =>
    isObject(payload) && payload['keepWarm'] === true
      ? Promise.resolve({ warm: true })
      : keepSlots(() =>
          answerRequest(
            { payload, invokedFunctionArn: context.invokedFunctionArn },
            toSignal(context, signal),
          ),
        ),
  );
