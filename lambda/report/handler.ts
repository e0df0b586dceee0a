import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { AutosysClient, decideNext, parseProfile } from '../../autosys/client/index.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { metrics as metricNames } from '../contract.ts';
import { readSettings } from '../shared/config.ts';
import { createReadCredentials } from '../shared/credentials.ts';
import { ConfigError, describeError } from '../shared/errors.ts';
import { createRouteIndex, type InstanceConfig } from '../shared/routes.ts';
import { createAccount } from './account.ts';
import { createBatch } from './batch.ts';
import { createMemoryLedger } from './ledger.ts';
import { Login } from './login.ts';
import { createReport } from './report.ts';
import type { Autosys } from './settle.ts';

/** A secret is read at most every five minutes: read for each event it would cost more than all the rest. */
const secretMaxAgeMs = 5 * 60_000;
/** Two short tries more in the invocation; what takes longer waits in the queue. */
const retryPolicy = { maxAttempts: 3, firstDelayMs: 200, maxDelayMs: 2_000 };
/** Kept of the function's time to account for what is unfinished and give it back. */
const reserveMs = 2_000;

const logger = new Logger({ serviceName: 'autosys-bridge' });
const metrics = new Metrics({ namespace: metricNames.namespace, serviceName: 'report' });
const now = () => new Date();
const { bridge } = readSettings(process.env, (path) => readFileSync(path, 'utf8'));
const readCredentials = createReadCredentials();
const autosysByName = new Map(bridge.instances.map((one) => [one.name, createAutosys(one)]));

const batch = createBatch({
  report: createReport({
    routes: createRouteIndex(bridge.routes),
    ledger: createMemoryLedger(),
    autosysFor,
    now,
    pause: async (ms, signal) => {
      await pause(ms, undefined, { signal });
    },
    decideNext: (facts) => decideNext({ ...facts, noise: Math.random() }, retryPolicy),
  }),
  account: createAccount({
    log: logger,
    metrics: {
      count: (name) => metrics.addMetric(name, MetricUnit.Count, 1),
      milliseconds: (name, ms) => metrics.addMetric(name, MetricUnit.Milliseconds, ms),
    },
  }),
  onUnexpected: (messageId, error) => logger.error('retry', { messageId, ...describeError(error) }),
});

/** SQS batch of EventBridge events in, `batchItemFailures` out. */
export const handler = middy<SQSEvent>({ timeoutEarlyInMillis: 500 })
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (event, context, { signal }) => {
    const remainingMs = Math.max(0, context.getRemainingTimeInMillis() - reserveMs);
    return batch(event, AbortSignal.any([signal, AbortSignal.timeout(remainingMs)]));
  });

function autosysFor(name: AutosysInstance): Autosys {
  const autosys = autosysByName.get(name);
  if (autosys === undefined) throw new ConfigError([`${name} is no instance of the route file`]);
  return autosys;
}

function createAutosys(instance: InstanceConfig): Autosys {
  const { endpoints, certificateAuthority, profile, secret, timezone, confirmWithinMs } = instance;
  const login = new Login({ secret, readCredentials, now, maxAgeMs: secretMaxAgeMs });
  const client = new AutosysClient({
    endpoints,
    certificateAuthority,
    profile: parseProfile(profile),
    timezone,
    credentials: () => login.credentials(),
    now,
  });
  return {
    confirmWithinMs,
    port: {
      sendEvent: (event, options) => login.call(() => client.sendEvent(event, options)),
      readJob: (job, options) => login.call(() => client.readJob(job, options)),
      readGlobalVariable: (globalVariable, options) =>
        login.call(() => client.readGlobalVariable(globalVariable, options)),
    },
  };
}
