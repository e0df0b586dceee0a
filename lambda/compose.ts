import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AutosysClient, decideNext, parseProfile } from '../autosys/client/index.ts';
import type { AutosysInstance } from '../autosys/names.ts';
import { createCarriedLogin, createLoginSlots } from './login-port.ts';
import { createMetrics, type KeptMetrics } from './metrics-port.ts';
import {
  gateBelievedMs,
  gatePolicy,
  leaseMs,
  lookForMs,
  retryPolicy,
  secretMaxAgeMs,
  settlePolicy,
} from './policies.ts';
import { createReadGroups, type ReadGroups } from './read-port.ts';
import { createGateAccount, type Log, type Metrics } from './report/account.ts';
import type { Autosys } from './report/autosys.ts';
import { createClockAccount } from './report/clock-account.ts';
import { createTellDefect, withDefects } from './report/defects.ts';
import { createGates } from './report/gates.ts';
import { Login } from './report/login.ts';
import {
  createAuthorityAccount,
  createLoginAccount,
  createReleaseAccount,
} from './report/login-account.ts';
import type { LoginSlotsRegistry } from './report/login-slots-registry.ts';
import type { ReportPowers } from './report/report.ts';
import { withSharedReads } from './report/shared-reads.ts';
import { withLogin } from './report/with-login.ts';
import { createAdmission } from './shared/admission.ts';
import { bindAuthorities } from './shared/authorities.ts';
import { readSettings } from './shared/config.ts';
import { createReadCredentials, createReadSecret, type ReadSecret } from './shared/credentials.ts';
import { createDynamoTable } from './shared/dynamo-table.ts';
import { ConfigError } from './shared/errors.ts';
import { bindMaintenance } from './shared/maintenance.ts';
import type { BridgeConfig, Home, InstanceConfig } from './shared/routes.ts';

/** What report and sweep share; the routes are the report's alone, and dear to make findable. */
type Powers = Omit<ReportPowers, 'routes'> & Pick<ReadGroups, 'newReadGroup'>;

/** What the handlers of the bridge are bound from. */
export interface Composition {
  readonly bridge: BridgeConfig;
  /** The account and Region the function runs in. */
  readonly home: Home;
  readonly powers: Powers;
  readonly metrics: KeptMetrics;
  /** Keeps what the logins may send from one request to the next until the work is done; see `LoginSlotsRegistry.during`. */
  readonly keepSlots: LoginSlotsRegistry['during'];
}

/**
 * Reads the settings and binds the real world: clock, network, AutoSys, secrets, ledger, metrics.
 *
 * @param log where gates and logins tell of themselves
 * @throws {ConfigError}
 */
export function compose(env: Readonly<Record<string, string | undefined>>, log: Log): Composition {
  const settings = readSettings(env, (path) => readFileSync(path, 'utf8'));
  const { bridge, ledgerTable, account, region } = settings;
  const metrics = createMetrics({ byRoute: bridge.metricPerRoute });
  const now = () => new Date();
  const noise = () => Math.random();
  const table = createDynamoTable({ tableName: ledgerTable, now });
  const readSecret = createReadSecret();
  const slots = createLoginSlots({ table, now, onUnexpected: createReleaseAccount(log) });
  const { members, newReadGroup } = createReadGroups();
  const autosysByName = new Map(
    bridge.instances.map((one) => [
      one.name,
      createAutosys(one, { readSecret, slots, now, log, metrics, members }),
    ]),
  );
  const powers = {
    table,
    isAdmitted: createAdmission(bridge, account),
    gates: createGates({
      table,
      now,
      noise,
      policy: gatePolicy,
      believedMs: gateBelievedMs,
      maintenance: bindMaintenance(bridge.instances),
      tell: createGateAccount({ log, metrics }),
    }),
    autosysFor: (name: AutosysInstance) => {
      const autosys = autosysByName.get(name);
      if (autosys === undefined)
        throw new ConfigError([`${name} is no instance of the route file`]);
      return autosys;
    },
    now,
    noise,
    pause: async (ms: number, signal: AbortSignal) => {
      await pause(ms, undefined, { signal });
    },
    decideNext: (facts: Parameters<Powers['decideNext']>[0]) =>
      decideNext({ ...facts, noise: noise() }, retryPolicy),
    nameHolder: randomUUID,
    leaseMs,
    lookForMs,
    settlePolicy,
    tellDefect: createTellDefect(log),
    newReadGroup,
  } satisfies Powers;
  const keepSlots: Composition['keepSlots'] = (work) => slots.during(work);
  return { bridge, home: { account, region }, powers, metrics, keepSlots };
}

interface Surroundings {
  readonly readSecret: ReadSecret;
  readonly slots: LoginSlotsRegistry;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly members: ReadGroups['members'];
}

function createAutosys(
  instance: InstanceConfig,
  { readSecret, slots, now, log, metrics, members }: Surroundings,
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
    tell: createLoginAccount(log, name, secret),
  });
  const client = new AutosysClient({
    endpoints,
    certificateAuthority: bindAuthorities(instance, {
      readSecret,
      now,
      maxAgeMs: secretMaxAgeMs,
      tell: createAuthorityAccount(log, name),
    }),
    profile: parseProfile(profile),
    timezone,
    credentials: () => login.credentials(),
    now,
    onClockDifference: createClockAccount({ log, metrics, now }, name),
  });
  const guarded = withDefects(withLogin(login, client), createTellDefect(log, name));
  const port = withSharedReads(guarded, { members, now });
  const clockDiffers = () => client.clockDiffers;
  return { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond, port, clockDiffers };
}
