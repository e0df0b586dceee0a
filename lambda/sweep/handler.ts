import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { compose } from '../compose.ts';
import { toSignal } from '../deadline.ts';
import { createDrainAccount } from '../report/account.ts';
import { createDrain } from '../report/drain.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
const { bridge, powers, metrics } = compose(process.env, logger);
const drain = createDrain(powers);
const account = createDrainAccount({ log: logger, metrics });

/** Comes by the clock: brings about what is due, one AutoSys beside the other. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger))
  .use(metrics.middleware)
  .handler(async (_event, context, { signal }) => {
    const deadline = toSignal(context, signal);
    await Promise.all(
      bridge.instances.map(async ({ name }) => {
        for await (const drained of drain(name, deadline)) account(drained);
      }),
    );
  });
