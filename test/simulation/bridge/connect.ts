import { AutosysClient } from '../../../autosys/client/index.ts';
import { createReadCredentials } from '../../../lambda/aws/credentials.ts';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import { withSharedReads } from '../../../lambda/delivery/shared-reads.ts';
import { withLogin } from '../../../lambda/delivery/with-login.ts';
import { createCarriedLogin } from '../../../lambda/login/carried-login.ts';
import { Login } from '../../../lambda/login/login.ts';
import type { LoginSlotsRegistry } from '../../../lambda/login/slots-registry.ts';
import { secretMaxAgeMs } from '../../../lambda/policies.ts';
import type { InstanceConfig } from '../../../lambda/routing/routes.ts';
import { type Deployment, toInstallation } from '../deployment.ts';
import { bendPort } from '../protections/without.ts';
import type { Surroundings } from './bridge.ts';
import { createCarrier } from './carrier.ts';
import { members } from './read-groups.ts';
import type { Sandbox } from './sandbox.ts';

/** Binds the real client and login of one AutoSys inside a sandbox. */
export function connect(
  deployment: Deployment,
  instance: InstanceConfig,
  { sandbox, slots }: { readonly sandbox: Sandbox; readonly slots: LoginSlotsRegistry },
  { world, installations, secrets, without }: Surroundings,
): Autosys {
  const { name, endpoints, secret } = instance;
  const { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond } = instance;
  const installation = installations.get(toInstallation(name));
  if (installation === undefined) throw new Error(`${name} is not installed`);
  const { maintenance } = deployment;
  const now = () => sandbox.now();
  const login = new Login({
    instance: name,
    secret,
    readCredentials: createReadCredentials((wanted, stage) =>
      sandbox.call(`reading ${stage} of secret ${wanted}`, () => secrets.read(wanted, stage)),
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
    carrier: createCarrier(sandbox, { world, installation, without, via: name, maintenance }),
    now,
  });
  const port = bendPort(withSharedReads(withLogin(login, client), { members, now }), without);
  return { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond, port };
}
