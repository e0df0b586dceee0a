import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AutosysClient, decideNext, parseProfile } from '../../autosys/client/index.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { createReadCredentials, createReadSecret } from '../aws/credentials.ts';
import type { ReadSecret } from '../aws/secret-login.ts';
import { createCircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import { createFindOpenWindow } from '../circuit-breaker/maintenance.ts';
import { readFunctionSettings } from '../config.ts';
import type { Autosys } from '../delivery/autosys.ts';
import { createReadGroups, type ReadGroups } from '../delivery/read-port.ts';
import { withSharedReads } from '../delivery/shared-reads.ts';
import { withJobListLogin } from '../delivery/with-job-list-login.ts';
import { withLogin } from '../delivery/with-login.ts';
import { ConfigError } from '../errors.ts';
import { createLaunches } from '../launch/launches.ts';
import { createFindMirror } from '../launch/mirror/find-mirror.ts';
import { createDynamoTable } from '../ledger/store/dynamo-table.ts';
import type { SearchableTable } from '../ledger/table.ts';
import { createReadAuthorities } from '../login/authorities.ts';
import { createCarriedLogin, createLoginSlots } from '../login/carried-login.ts';
import { Login } from '../login/login.ts';
import type { LoginSlotsRegistry } from '../login/slots-registry.ts';
import {
  circuitBelievedMs,
  circuitPolicy,
  leaseMs,
  observationMs,
  retryPolicy,
  secretMaxAgeMs,
  settlePolicy,
} from '../policies.ts';
import type { ReportDeps } from '../report/report.ts';
import { createAllowedAccounts } from '../routing/allowed-accounts.ts';
import type { BridgeConfig, Home, InstanceConfig } from '../routing/routes.ts';
import { createClockTelemetry } from '../telemetry/clock-telemetry.ts';
import { createLogDefect, withDefects } from '../telemetry/defects.ts';
import {
  createAuthorityTelemetry,
  createLoginTelemetry,
  createReleaseTelemetry,
} from '../telemetry/login-telemetry.ts';
import { type BufferedMetrics, createMetrics } from '../telemetry/metrics-port.ts';
import { createCircuitTelemetry, type Log, type Metrics } from '../telemetry/report-telemetry.ts';

/**
 * Dependencies of report and sweep. Without the route index, which only the report needs and which
 * is slow to build.
 */
type Deps = Omit<ReportDeps, 'routes'> & Pick<ReadGroups, 'newReadGroup'>;

/** The dependencies of the handlers, and the settings they need. */
export interface BridgeComposition {
  readonly bridge: BridgeConfig;
  /** The account and Region the function runs in. */
  readonly home: Home;
  readonly deps: Deps & { readonly table: SearchableTable };
  readonly metrics: BufferedMetrics;
  /** Keeps login slots between requests until the work is done; see `LoginSlotsRegistry.during`. */
  readonly keepSlots: LoginSlotsRegistry['during'];
}

/**
 * Reads the settings, and creates the dependencies: clock, network, AutoSys, secrets, ledger,
 * metrics.
 *
 * @param log log for changes of circuit breakers and logins
 * @throws {ConfigError}
 */
export function composeBridge(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): BridgeComposition {
  const settings = readFunctionSettings(env, (path) => readFileSync(path, 'utf8'));
  const { bridge, ledgerTable, account, region } = settings;
  const metrics = createMetrics({ byRoute: bridge.metricPerRoute });
  const now = () => new Date();
  const jitter = () => Math.random();
  const table = createDynamoTable({ tableName: ledgerTable, now });
  const readSecret = createReadSecret();
  const slots = createLoginSlots({ table, now, onUnexpected: createReleaseTelemetry(log) });
  const { members, newReadGroup } = createReadGroups();
  const autosysByName = new Map(
    bridge.instances.map((one) => [
      one.name,
      createAutosys(one, { readSecret, slots, now, log, metrics, members }),
    ]),
  );
  const pause = async (ms: number, signal: AbortSignal) => {
    await sleep(ms, undefined, { signal });
  };
  const launches = createLaunches({ table, now });
  const deps = {
    table,
    findMirror: createFindMirror({ launches, now, sleep: pause }),
    isAllowed: createAllowedAccounts(bridge, account),
    circuitBreakers: createCircuitBreakers({
      table,
      now,
      jitter,
      policy: circuitPolicy,
      believedMs: circuitBelievedMs,
      maintenance: createFindOpenWindow(bridge.instances),
      onChange: createCircuitTelemetry({ log, metrics }),
    }),
    autosysFor: (name: AutosysInstance) => {
      const autosys = autosysByName.get(name);
      if (autosys === undefined)
        throw new ConfigError([`instance ${name} is not in the route file`]);
      return autosys;
    },
    now,
    jitter,
    sleep: pause,
    decideNext: (facts: Parameters<Deps['decideNext']>[0]) =>
      decideNext({ ...facts, jitter: jitter() }, retryPolicy),
    newLeaseId: randomUUID,
    leaseMs,
    observationMs,
    settlePolicy,
    onDefect: createLogDefect(log),
    newReadGroup,
  } satisfies BridgeComposition['deps'];
  const keepSlots: BridgeComposition['keepSlots'] = (work) => slots.during(work);
  return { bridge, home: { account, region }, deps, metrics, keepSlots };
}

interface InstanceDeps {
  readonly readSecret: ReadSecret;
  readonly slots: LoginSlotsRegistry;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly members: ReadGroups['members'];
}

function createAutosys(
  instance: InstanceConfig,
  { readSecret, slots, now, log, metrics, members }: InstanceDeps,
): Autosys {
  const { name, endpoints, profile, secret, timezone } = instance;
  const { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond, requestsUnderWay } = instance;
  const login = new Login({
    instance: name,
    secret,
    readCredentials: createReadCredentials(readSecret),
    slots,
    carried: createCarriedLogin(),
    requestsUnderWay,
    now,
    maxAgeMs: secretMaxAgeMs,
    notify: createLoginTelemetry(log, name, secret),
  });
  const client = new AutosysClient({
    endpoints,
    certificateAuthority: createReadAuthorities(instance, {
      readSecret,
      now,
      maxAgeMs: secretMaxAgeMs,
      notify: createAuthorityTelemetry(log, name),
    }),
    profile: parseProfile(profile),
    timezone,
    credentials: () => login.credentials(),
    now,
    onClockDifference: createClockTelemetry({ log, metrics, now }, name),
  });
  const portWithLogin = withDefects(withLogin(login, client), createLogDefect(log, name));
  const port = withSharedReads(portWithLogin, { members, now });
  const clockDiffers = () => client.clockDiffers;
  const jobs = withJobListLogin(login, client);
  return { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond, port, jobs, clockDiffers };
}
