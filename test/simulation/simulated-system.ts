import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { Account } from './autosys/account.ts';
import { Installation } from './autosys/installation.ts';
import { DescribeApi } from './aws/describe-api.ts';
import { EventSource } from './aws/event-source.ts';
import type { OldRun } from './aws/old-events.ts';
import { Queue } from './aws/queue.ts';
import type { Run } from './aws/runs.ts';
import { type CrashAt, CrashPlan } from './bridge/crash-plan.ts';
import { Host } from './bridge/host.ts';
import { Secrets, toPassword } from './bridge/secrets.ts';
import { createSimulatedTable } from './bridge/simulated-table.ts';
import { deploy } from './deployment.ts';
import { jil } from './jobs.ts';
import { DrainRateWatch } from './judge/drain-rate.ts';
import { afterRename, type Fact, toFact } from './judge/facts.ts';
import { LedgerWatch } from './judge/ledger-watch.ts';
import { LogWatch } from './judge/log-watch.ts';
import { ObservedWatch } from './judge/observed.ts';
import { RequestWatch } from './judge/requests.ts';
import type { DisabledProtection } from './protections/weaken.ts';
import type { Plan } from './scenario-plan.ts';
import type { World } from './world.ts';

interface SystemOptions {
  readonly plan: Plan;
  readonly runs: readonly Run[];
  /** Runs whose events reach the bridge after the deadline, or from an archive replay. */
  readonly oldRuns: readonly OldRun[];
  readonly crashAt: CrashAt;
  readonly without: DisabledProtection;
}

/** Creates the simulated services, the bridge and the watches of the judge. */
export function createSimulatedSystem(
  world: World,
  { plan, runs, oldRuns, crashAt, without }: SystemOptions,
) {
  const { sharesSecret, group, hasObserved } = plan;
  const first = deploy({
    ...{ sharesSecret, isRenamed: false, hasObserved },
    ...(group && { group }),
  });
  const deployed = { current: first };
  const secrets = new Secrets(world);
  const accountBySecret = new Map<string, Account>();
  const toAccount = (secret: string) => {
    const existing = accountBySecret.get(secret);
    if (existing) return existing;
    const password = toPassword(secret, 1);
    const account = new Account(world, { secret, password });
    secrets.put(secret, password);
    accountBySecret.set(secret, account);
    return account;
  };
  const installations = new Map(
    first.config.instances.map(({ name, endpoints: origins, secret }) => {
      const account = toAccount(secret);
      return [name as string, new Installation({ world, name, jil, origins, account })];
    }),
  );
  const facts = new Map<string, Fact>(
    runs.flatMap(({ changes }) =>
      changes.map((change) => [change.event.id, toFact(change, first)]),
    ),
  );
  const oldFacts = oldRuns.flatMap(({ changes }) => changes.map((change) => toFact(change, first)));
  const ledger = new LedgerWatch(world);
  const observed = new ObservedWatch(world);
  const dynamo = createSimulatedTable(
    observed.over(ledger.over(createMemoryTable({ now: () => world.now() }))),
    world,
  );
  const allFacts = [...facts.values()];
  const isRenamed = plan.renamedMs !== undefined;
  const requests = new RequestWatch(
    isRenamed ? [...allFacts, ...allFacts.map(afterRename)] : allFacts,
    ledger,
  );
  for (const { recorder } of installations.values()) {
    recorder.onSend = (event, { sentMs, configuredName }) => {
      requests.onSend(configuredName, event, sentMs);
      observed.onSend(configuredName, event);
    };
  }
  const eventSource = new EventSource(world, runs);
  const describeApi = new DescribeApi(world, [...oldRuns, ...runs]);
  const crashPlan = new CrashPlan(world, crashAt);
  const logWatch = new LogWatch(world);
  const drainRate = new DrainRateWatch(world);
  const external = { world, deployed, dynamo, secrets, installations, describeApi };
  const services = { ...external, logWatch, drainRate, without };
  const host = new Host(services, crashPlan);
  const queue = new Queue(world, (event, answer) => host.report(event, answer));
  const accounts = [...accountBySecret.values()];
  const parts = { ...external, plan, accounts, eventSource, crashPlan, host, queue };
  return { ...parts, facts, oldFacts, ledger, observed, requests, logWatch, drainRate };
}

export type SimulatedSystem = ReturnType<typeof createSimulatedSystem>;
