import {
  AutosysClient,
  type AutosysClientOptions,
  parseProfile,
  type WireProfile,
} from '../../autosys/client/index.ts';
import type { JobName } from '../../autosys/names.ts';
import {
  createReadCredentials,
  createReadSecret,
  createSecretsClient,
} from '../../lambda/aws/credentials.ts';
import type { SecretCredentials } from '../../lambda/aws/secret-login.ts';
import type { SkipReason } from '../../lambda/canary/examine.ts';
import { SecretSignIn } from '../../lambda/canary/secret-sign-in.ts';
import { createGivenSignIn, type SignIn } from '../../lambda/canary/sign-in.ts';
import { readCircuit } from '../../lambda/circuit-breaker/circuit-breakers.ts';
import { createFindOpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { createReadAuthorities } from '../../lambda/login/authorities.ts';
import type { LoginSlotsRegistry } from '../../lambda/login/slots-registry.ts';
import { secretMaxAgeMs } from '../../lambda/policies.ts';
import type { InstanceConfig } from '../../lambda/routing/routes.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';
import { createDoctorTarget } from './create-target.ts';
import type { DoctorTarget } from './target.ts';

/** Options of {@link createConfiguredTarget} that are not in the route file. */
export interface ConfiguredTargetOptions {
  /** Login to use instead of the one in the secret. */
  readonly credentials: SecretCredentials | undefined;
  /** The ledger, which stores the circuit breaker and the rejected logins. */
  readonly table: Table | undefined;
  /** Counts rejected logins: in the ledger, or in this process without a ledger. */
  readonly slots: LoginSlotsRegistry;
  readonly globalVariable: string | undefined;
  readonly job: JobName | undefined;
  readonly io: Io;
}

/** Access to an AutoSys instance of the route file, with its secret, CA and profile. */
export interface InstanceAccess {
  readonly signIn: SignIn;
  readonly certificateAuthority: ReturnType<typeof createReadAuthorities>;
  /** Creates a client with the login of `signIn`. */
  readonly createClient: (
    profile: WireProfile,
    more?: Partial<AutosysClientOptions>,
  ) => AutosysClient;
  readonly findSkipReason: () => Promise<SkipReason | undefined>;
}

/** Creates the access to an instance. Reads nothing. @param command its name, for messages */
export function createInstanceAccess(
  command: string,
  instance: InstanceConfig,
  options: Pick<ConfiguredTargetOptions, 'credentials' | 'table' | 'slots' | 'io'>,
): InstanceAccess {
  const { io, table, slots, credentials } = options;
  const now = () => io.clock.now();
  const readSecret = createReadSecret(createSecretsClient(createProxyAgent(command, io.env)));
  const signIn = credentials
    ? createGivenSignIn(credentials)
    : new SecretSignIn({
        instance: instance.name,
        secret: instance.secret,
        readCredentials: createReadCredentials(readSecret),
        slots,
        requestsUnderWay: instance.requestsUnderWay,
        now,
        alone: table === undefined,
      });
  const authorities = { readSecret, now, maxAgeMs: secretMaxAgeMs };
  const certificateAuthority = createReadAuthorities(instance, authorities);
  const { endpoints, timezone } = instance;
  const common = {
    endpoints,
    certificateAuthority,
    timezone,
    credentials: () => signIn.credentials(),
    now,
  };
  return {
    signIn,
    certificateAuthority,
    createClient: (profile, more) => new AutosysClient({ ...common, ...more, profile }),
    findSkipReason: () => findSkipReason(instance, table, now()),
  };
}

/**
 * Creates the target for an instance of the route file, with its secret, CA and profile. Reads
 * nothing.
 */
export function createConfiguredTarget(
  instance: InstanceConfig,
  options: ConfiguredTargetOptions,
): DoctorTarget {
  const access = createInstanceAccess('doctor', instance, options);
  const { name, endpoints, confirmWithinMs } = instance;
  return createDoctorTarget(
    {
      instance: name,
      endpoints,
      certificateAuthority: access.certificateAuthority,
      profile: parseProfile(instance.profile),
      withProfile: (profile) => access.createClient(profile),
      signIn: access.signIn,
      confirmWithinMs,
      globalVariable: options.globalVariable ?? instance.canaryGlobal,
      job: options.job,
      findSkipReason: access.findSkipReason,
    },
    options.io,
  );
}

async function findSkipReason(
  instance: InstanceConfig,
  table: Table | undefined,
  now: Date,
): Promise<SkipReason | undefined> {
  const window = createFindOpenWindow([instance])(instance.name, now.getTime());
  if (window) return { kind: 'maintenance', reason: window.reason };
  if (table === undefined) return undefined;
  const { openedMs, openUntilMs, reason } = await readCircuit(table, instance.name);
  if (openedMs === undefined || now.getTime() >= openUntilMs) return undefined;
  const until = new Date(openUntilMs).toISOString();
  return { kind: 'circuitOpen', reason: `the circuit breaker is open until ${until}: ${reason}` };
}
