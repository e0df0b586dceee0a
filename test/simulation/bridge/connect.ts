import { AutosysClient } from '../../../autosys/client/index.ts';
import { refusalPolicy, secretMaxAgeMs } from '../../../lambda/policies.ts';
import type { Autosys } from '../../../lambda/report/autosys.ts';
import { Login, withLogin } from '../../../lambda/report/login.ts';
import { createRefusedLogins } from '../../../lambda/report/refused-logins.ts';
import { withSharedReads } from '../../../lambda/report/shared-reads.ts';
import { createReadCredentials } from '../../../lambda/shared/credentials.ts';
import type { InstanceConfig } from '../../../lambda/shared/routes.ts';
import type { Table } from '../../../lambda/shared/table.ts';
import { type Deployment, toInstallation } from '../deployment.ts';
import { bendPort, bendRefusedLogins } from '../protections/without.ts';
import type { Surroundings } from './bridge.ts';
import { createCarrier } from './carrier.ts';
import { members } from './read-groups.ts';
import type { Sandbox } from './sandbox.ts';

/** Binds the real client and login of one AutoSys inside a sandbox. */
export function connect(
  deployment: Deployment,
  { name, endpoints, secret, confirmWithinMs, deadlineMs, drainPerSecond }: InstanceConfig,
  { sandbox, table }: { readonly sandbox: Sandbox; readonly table: Table },
  { world, installations, secrets, without }: Surroundings,
): Autosys {
  const installation = installations.get(toInstallation(name));
  if (installation === undefined) throw new Error(`${name} is not installed`);
  const { maintenance } = deployment;
  const now = () => sandbox.now();
  const refusedLogins = createRefusedLogins({ table, instance: name, now, policy: refusalPolicy });
  const login = new Login({
    secret,
    readCredentials: createReadCredentials((wanted, stage) =>
      sandbox.call(`reading ${stage} of secret ${wanted}`, () => secrets.read(wanted, stage)),
    ),
    refusedLogins: bendRefusedLogins(refusedLogins, without),
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
  return { confirmWithinMs, deadlineMs, drainPerSecond, port };
}
