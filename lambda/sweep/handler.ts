import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { compose } from '../compose.ts';
import { toSignal } from '../deadline.ts';
import { tellMs } from '../policies.ts';
import { createAccount, createDrainAccount } from '../report/account.ts';
import { createDrain } from '../report/drain.ts';
import { createReport } from '../report/report.ts';
import { createDescribeBatchJobs } from '../shared/batch.ts';
import { readSourceRole } from '../shared/config.ts';
import { createRouteIndex } from '../shared/routes.ts';
import { createToAccess } from '../shared/source-roles.ts';
import { createDescribeExecution } from '../shared/step-functions.ts';
import { createSweepAccount } from './account.ts';
import { type AskPowers, createAsk } from './ask.ts';
import { createReread } from './reread.ts';
import { createStanding } from './standing.ts';
import { createSweep } from './sweep.ts';
import { createParkUnknown } from './unknown-instances.ts';

const logger = new Logger({ serviceName: 'autosys-bridge' });
const { bridge, home, powers, metrics, keepSlots } = compose(process.env, logger);
const toAccess = createToAccess({
  account: home.account,
  sourceRole: readSourceRole(process.env),
});

/** Made when something is recovered, which is seldom: ten thousand routes take their time to be made findable. */
let reporting: AskPowers['report'] | undefined;
const report: AskPowers['report'] = (message, signal) => {
  reporting ??= createReport({ ...powers, routes: createRouteIndex(bridge.routes, home) });
  return reporting(message, signal);
};

const account = createAccount({ log: logger, metrics });
const sweep = createSweep({
  instances: bridge.instances,
  drain: createDrain(powers),
  reread: createReread(powers),
  parkUnknown: createParkUnknown({ ...powers, names: bridge.instances.map(({ name }) => name) }),
  ask: createAsk({
    ...powers,
    report,
    describeExecution: createDescribeExecution(toAccess),
    describeBatchJobs: createDescribeBatchJobs(toAccess),
  }),
  standing: createStanding(powers),
  account: {
    ...createSweepAccount({ log: logger, metrics, account }),
    drained: createDrainAccount({ log: logger, metrics }),
  },
});

/** Comes by the clock, every minute. */
export const handler = middy({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger, { logEvent: false }))
  .use(metrics.middleware)
  .handler((_event, context, { signal }) =>
    keepSlots(() =>
      sweep({
        untilMs: powers.now().getTime() + context.getRemainingTimeInMillis() - tellMs,
        signal: toSignal(context, signal),
      }),
    ),
  );
