import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AutosysClient, parseProfile, probeEndpoint } from '../../autosys/client/index.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import { createLoginSlots } from '../login-port.ts';
import { createMetrics, type KeptMetrics } from '../metrics-port.ts';
import { gateBelievedMs, gatePolicy, secretMaxAgeMs } from '../policies.ts';
import { createGateAccount, type Log } from '../report/account.ts';
import { createGates } from '../report/gates.ts';
import { createAuthorityAccount } from '../report/login-account.ts';
import type { LoginSlotsRegistry } from '../report/login-slots-registry.ts';
import { bindAuthorities } from '../shared/authorities.ts';
import { readSettings } from '../shared/config.ts';
import { createReadCredentials, createReadSecret, type ReadSecret } from '../shared/credentials.ts';
import { createDynamoTable } from '../shared/dynamo-table.ts';
import { ConfigError } from '../shared/errors.ts';
import { bindMaintenance } from '../shared/maintenance.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../shared/routes.ts';
import { createCanaryAccount } from './account.ts';
import type { CanaryPowers, Opened } from './canary.ts';
import { SecretSignIn } from './sign-in.ts';

/** What the handler is bound from. */
export interface Composition {
  readonly powers: CanaryPowers;
  readonly metrics: KeptMetrics;
}

/**
 * Reads the settings and binds the real world: clock, network, AutoSys, secrets, gates, metrics.
 *
 * @throws {ConfigError}
 */
export function compose(env: Readonly<Record<string, string | undefined>>, log: Log): Composition {
  const { bridge, ledgerTable } = readSettings(env, (path) => readFileSync(path, 'utf8'));
  const { instances } = bridge;
  const metrics = createMetrics({ byRoute: false });
  const now = () => new Date();
  const table = createDynamoTable({ tableName: ledgerTable, now });
  const readSecret = createReadSecret();
  const slots = createLoginSlots({ table, now });
  const openByName = new Map(
    instances.map((one) => [one.name, createOpen(one, { readSecret, slots, now, log })]),
  );
  const powers: CanaryPowers = {
    instances: instances.map(({ name }) => name),
    open: (name) => {
      const open = openByName.get(name);
      if (open === undefined) throw new ConfigError([`${name} is no instance of the route file`]);
      return open();
    },
    gates: createGates({
      table,
      now,
      noise: () => Math.random(),
      policy: gatePolicy,
      believedMs: gateBelievedMs,
      tell: createGateAccount({ log, metrics }),
    }),
    maintenance: bindMaintenance(instances),
    now,
    nameHolder: randomUUID,
    account: createCanaryAccount({ log, metrics }),
  };
  return { powers, metrics };
}

interface Surroundings {
  readonly readSecret: ReadSecret;
  readonly slots: LoginSlotsRegistry;
  readonly now: () => Date;
  readonly log: Log;
}

/** The CA is kept between examinations, the login and the connections are made anew for each. */
function createOpen(
  instance: InstanceConfig,
  { readSecret, slots, now, log }: Surroundings,
): () => Opened {
  const { name, endpoints, profile, secret, timezone, confirmWithinMs, requestsUnderWay } =
    instance;
  const globalVariable = parseGlobalName(instance.canaryGlobal ?? defaultCanaryGlobal);
  const tell = createAuthorityAccount(log, name);
  const authorities = { readSecret, now, maxAgeMs: secretMaxAgeMs, tell };
  const certificateAuthority = bindAuthorities(instance, authorities);
  const readCredentials = createReadCredentials(readSecret);
  const login = { instance: name, secret, readCredentials, slots, requestsUnderWay, now };
  return () => {
    const signIn = new SecretSignIn(login);
    const speaker = new AutosysClient({
      endpoints,
      certificateAuthority,
      profile: parseProfile(profile),
      timezone,
      credentials: () => signIn.credentials(),
      now,
    });
    const powers = {
      endpoints,
      probe: (endpoint: string, signal: AbortSignal) =>
        probeEndpoint(endpoint, { certificateAuthority, signal }),
      signIn,
      speaker,
      globalVariable,
      confirmWithinMs,
      now,
      pause: (ms: number, signal: AbortSignal) => pauseQuietly(ms, signal),
    };
    return { powers, close: () => speaker.close() };
  };
}

/** Ends early, and without an error, when the signal falls. */
async function pauseQuietly(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
