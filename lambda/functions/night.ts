import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { logFunctionStart } from '../telemetry/log-function-start.ts';
import { composeNight } from './compose-night.ts';
import { toSignal } from './deadline.ts';

/**
 * Time limit of the reads of AutoSys, in milliseconds. The rest of the minute is for the ledger and
 * the bucket, so that a page is written although AutoSys does not answer.
 */
const readForMs = 25_000;

const logger = new Logger({ serviceName: 'autosys-bridge' });
logFunctionStart(logger);
const { writeNightPages, metrics, keepSlots, now } = composeNight(process.env, logger);

/** Lambda handler, invoked by a schedule: writes the page of the night of each instance. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((_event, context, { signal }) => {
    const until = toSignal(context, signal);
    return keepSlots(() =>
      writeNightPages({
        readUntilMs: now().getTime() + readForMs,
        readSignal: AbortSignal.any([until, AbortSignal.timeout(readForMs)]),
        signal: until,
      }),
    );
  });
