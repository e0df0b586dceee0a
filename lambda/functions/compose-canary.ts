import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AutosysClient, parseProfile, probeEndpoint } from '../../autosys/client/index.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import { createReadCredentials, createReadSecret } from '../aws/credentials.ts';
import type { ReadSecret } from '../aws/secret-login.ts';
import type { CanaryDeps, OpenedExamination } from '../canary/canary.ts';
import { SecretSignIn } from '../canary/secret-sign-in.ts';
import { createCanaryTelemetry } from '../canary/telemetry.ts';
import { createCircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import { createFindOpenWindow } from '../circuit-breaker/maintenance.ts';
import { readFunctionSettings } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { createDynamoTable } from '../ledger/store/dynamo-table.ts';
import { createReadAuthorities } from '../login/authorities.ts';
import { createLoginSlots } from '../login/carried-login.ts';
import type { LoginSlotsRegistry } from '../login/slots-registry.ts';
import { circuitBelievedMs, circuitPolicy, secretMaxAgeMs } from '../policies.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../routing/routes.ts';
import { createAuthorityTelemetry } from '../telemetry/login-telemetry.ts';
import { type BufferedMetrics, createMetrics } from '../telemetry/metrics-port.ts';
import { createCircuitTelemetry, type Log } from '../telemetry/report-telemetry.ts';

/** The dependencies of the handler, and its metrics. */
export interface CanaryComposition {
  readonly deps: CanaryDeps;
  readonly metrics: BufferedMetrics;
}

/**
 * Reads the settings, and creates the dependencies of the canary: clock, network, AutoSys, secrets,
 * circuit breakers, metrics.
 *
 * @throws {ConfigError}
 */
export function composeCanary(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): CanaryComposition {
  const { bridge, ledgerTable } = readFunctionSettings(env, (path) => readFileSync(path, 'utf8'));
  const { instances } = bridge;
  const metrics = createMetrics({ byRoute: false });
  const now = () => new Date();
  const table = createDynamoTable({ tableName: ledgerTable, now });
  const readSecret = createReadSecret();
  const slots = createLoginSlots({ table, now });
  const openByName = new Map(
    instances.map((one) => [one.name, createOpen(one, { readSecret, slots, now, log })]),
  );
  const deps: CanaryDeps = {
    instances: instances.map(({ name }) => name),
    open: (name) => {
      const open = openByName.get(name);
      if (open === undefined) throw new ConfigError([`instance ${name} is not in the route file`]);
      return open();
    },
    circuitBreakers: createCircuitBreakers({
      table,
      now,
      jitter: () => Math.random(),
      policy: circuitPolicy,
      believedMs: circuitBelievedMs,
      onChange: createCircuitTelemetry({ log, metrics }),
    }),
    maintenance: createFindOpenWindow(instances),
    now,
    newLeaseId: randomUUID,
    telemetry: createCanaryTelemetry({ log, metrics }),
  };
  return { deps, metrics };
}

interface InstanceDeps {
  readonly readSecret: ReadSecret;
  readonly slots: LoginSlotsRegistry;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Returns a function that opens one examination. The CA certificates are kept between examinations;
 * login and connections are new for each.
 */
function createOpen(
  instance: InstanceConfig,
  { readSecret, slots, now, log }: InstanceDeps,
): () => OpenedExamination {
  const { name, endpoints, profile, secret, timezone, confirmWithinMs, requestsUnderWay } =
    instance;
  const globalVariable = parseGlobalName(instance.canaryGlobal ?? defaultCanaryGlobal);
  const notify = createAuthorityTelemetry(log, name);
  const authorities = { readSecret, now, maxAgeMs: secretMaxAgeMs, notify };
  const certificateAuthority = createReadAuthorities(instance, authorities);
  const readCredentials = createReadCredentials(readSecret);
  const login = { instance: name, secret, readCredentials, slots, requestsUnderWay, now };
  return () => {
    const signIn = new SecretSignIn(login);
    const client = new AutosysClient({
      endpoints,
      certificateAuthority,
      profile: parseProfile(profile),
      timezone,
      credentials: () => signIn.credentials(),
      now,
    });
    const deps = {
      endpoints,
      probe: (endpoint: string, signal: AbortSignal) =>
        probeEndpoint(endpoint, { certificateAuthority, signal }),
      signIn,
      client,
      globalVariable,
      confirmWithinMs,
      now,
      sleep: (ms: number, signal: AbortSignal) => sleepQuietly(ms, signal),
    };
    return { deps, close: () => client.close() };
  };
}

/** Sleeps; returns early, without an error, when the signal aborts. */
async function sleepQuietly(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
