import { decideNext } from '../../../autosys/client/index.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { LoginSlotsRegistry } from '../../../lambda/login/slots-registry.ts';
import {
  circuitBelievedMs,
  circuitPolicy,
  leaseMs,
  observationMs,
  retryPolicy,
  settlePolicy,
} from '../../../lambda/policies.ts';
import type { ReportDeps } from '../../../lambda/report/report.ts';
import type { Deployment } from '../deployment.ts';
import { weakenCircuitBreakers, weakenDeps, weakenLoginTable } from '../protections/weaken.ts';
import { type AutosysServices, connect } from './connect.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';

/** What the report and the sweep of one execution environment work with. */
interface BoundServices extends AutosysServices {
  /** The ledger, through the network of the execution environment. */
  readonly table: Table;
  readonly sleep: ReportDeps['sleep'];
}

/** Binds the dependencies of report and sweep inside one execution environment, as `composeBridge`. */
export function bindDeps(
  environment: SimulatedEnvironment,
  deployment: Deployment,
  services: BoundServices,
) {
  const { config, maintenance, routes } = deployment;
  const { world, without, table, sleep } = services;
  const now = () => environment.now();
  const jitter = () => world.random();
  const breakerDeps = {
    table,
    now,
    jitter,
    policy: circuitPolicy,
    believedMs: circuitBelievedMs,
    maintenance,
  };
  let names = 0;
  const slots = new LoginSlotsRegistry({
    table: weakenLoginTable(table, now, without),
    now,
    sleep: (ms) => sleep(ms, new AbortController().signal),
    random: jitter,
    newName: () => {
      names += 1;
      return `environment ${environment.id}, name ${names}`;
    },
  });
  const autosysByName = new Map(
    config.instances.map((instance) => [
      instance.name,
      connect(deployment, instance, { environment, slots }, services),
    ]),
  );
  let leases = 0;
  const deps: ReportDeps = {
    routes,
    isAllowed: () => true,
    table,
    circuitBreakers: weakenCircuitBreakers(breakerDeps, without),
    autosysFor: (name) => {
      const autosys = autosysByName.get(name);
      if (autosys === undefined) throw new Error(`unknown instance ${name}`);
      return autosys;
    },
    now,
    jitter,
    sleep,
    decideNext: (facts) => decideNext({ ...facts, jitter: jitter() }, retryPolicy),
    newLeaseId: () => {
      leases += 1;
      return `environment ${environment.id}, lease ${leases}`;
    },
    leaseMs,
    observationMs,
    settlePolicy,
  };
  return { deps: weakenDeps(deps, without), slots };
}
