import { AutosysClient } from '../../../autosys/client/index.ts';
import { createReadCredentials } from '../../../lambda/aws/credentials.ts';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import { withSharedReads } from '../../../lambda/delivery/shared-reads.ts';
import { withJobListLogin } from '../../../lambda/delivery/with-job-list-login.ts';
import { withLogin } from '../../../lambda/delivery/with-login.ts';
import { createCarriedLogin } from '../../../lambda/login/carried-login.ts';
import { Login } from '../../../lambda/login/login.ts';
import type { LoginSlotsRegistry } from '../../../lambda/login/slots-registry.ts';
import { secretMaxAgeMs } from '../../../lambda/policies.ts';
import type { InstanceConfig } from '../../../lambda/routing/routes.ts';
import type { Installation } from '../autosys/installation.ts';
import { type Deployment, toInstallation } from '../deployment.ts';
import { type DisabledProtection, weakenPort } from '../protections/weaken.ts';
import type { World } from '../world.ts';
import { createCarrier } from './carrier.ts';
import { members } from './read-groups.ts';
import type { Secrets } from './secrets.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';

/** The simulated services that deliver to AutoSys. */
export interface AutosysServices {
  readonly world: World;
  readonly secrets: Secrets;
  readonly installations: ReadonlyMap<string, Installation>;
  /** The protection that is disabled, if any. */
  readonly without: DisabledProtection;
}

/** Binds the real client and login of one AutoSys inside an execution environment. */
export function connect(
  { maintenance }: Pick<Deployment, 'maintenance'>,
  instance: InstanceConfig,
  {
    environment,
    slots,
  }: { readonly environment: SimulatedEnvironment; readonly slots: LoginSlotsRegistry },
  { world, installations, secrets, without }: AutosysServices,
): Autosys {
  const { name, endpoints, secret } = instance;
  const { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond } = instance;
  const installation = installations.get(toInstallation(name));
  if (installation === undefined) throw new Error(`no AutoSys installation for instance ${name}`);
  const now = () => environment.now();
  const login = new Login({
    instance: name,
    secret,
    readCredentials: createReadCredentials((requested, stage) =>
      environment.call(`read ${stage} of secret ${requested}`, () =>
        secrets.read(requested, stage),
      ),
    ),
    slots,
    carried: createCarriedLogin(),
    requestsUnderWay: instance.requestsUnderWay,
    now,
    maxAgeMs: secretMaxAgeMs,
  });
  const client = new AutosysClient({
    endpoints,
    credentials: () => login.credentials(),
    carrier: createCarrier(environment, {
      world,
      installation,
      without,
      configuredName: name,
      maintenance,
    }),
    now,
  });
  const port = weakenPort(withSharedReads(withLogin(login, client), { members, now }), without);
  const jobs = withJobListLogin(login, client);
  return { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond, port, jobs };
}
