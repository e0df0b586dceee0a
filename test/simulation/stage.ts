import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { Account } from './autosys/account.ts';
import { Installation } from './autosys/installation.ts';
import { Aws } from './aws/announcer.ts';
import { Describer } from './aws/describe.ts';
import type { OldRun } from './aws/old-events.ts';
import { Queue } from './aws/queue.ts';
import type { Run } from './aws/runs.ts';
import { type DeathAt, Fate } from './bridge/fate.ts';
import { Host } from './bridge/host.ts';
import { createLedger } from './bridge/ledger.ts';
import { Secrets, toPassword } from './bridge/secrets.ts';
import { deploy } from './deployment.ts';
import { jil } from './jobs.ts';
import { afterRename, type Fact, toFact } from './judge/facts.ts';
import { LedgerWatch } from './judge/ledger-watch.ts';
import { Pace } from './judge/pace.ts';
import { RequestWatch } from './judge/requests.ts';
import { Speech } from './judge/speech.ts';
import type { Plan } from './night.ts';
import type { Without } from './protections/without.ts';
import type { World } from './world.ts';

interface Setting {
  readonly plan: Plan;
  readonly runs: readonly Run[];
  /** Runs that the bridge hears of when it is too late. */
  readonly oldRuns: readonly OldRun[];
  readonly deathAt: DeathAt;
  readonly without: Without;
}

/** Sets up everything that a night is played with, and everybody who watches it. */
export function setStage(world: World, { plan, runs, oldRuns, deathAt, without }: Setting) {
  const { sharesSecret } = plan;
  const first = deploy({ sharesSecret, isRenamed: false });
  const deployed = { current: first };
  const secrets = new Secrets(world);
  const accountBySecret = new Map<string, Account>();
  const toAccount = (secret: string) => {
    const known = accountBySecret.get(secret);
    if (known) return known;
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
  const dynamo = createLedger(ledger.over(createMemoryTable({ now: () => world.now() })), world);
  const told = [...facts.values()];
  const isRenamed = plan.renamedMs !== undefined;
  const requests = new RequestWatch(isRenamed ? [...told, ...told.map(afterRename)] : told, ledger);
  for (const { witness } of installations.values()) {
    witness.onSend = (event, { leftMs, via }) => requests.onSend(via, event, leftMs);
  }
  const aws = new Aws(world, runs);
  const describer = new Describer(world, [...oldRuns, ...runs]);
  const fate = new Fate(world, deathAt);
  const speech = new Speech(world);
  const pace = new Pace(world);
  const outside = { world, deployed, dynamo, secrets, installations, describer };
  const surroundings = { ...outside, speech, pace, without };
  const host = new Host(surroundings, fate);
  const queue = new Queue(world, (event, answer) => host.report(event, answer));
  const accounts = [...accountBySecret.values()];
  const things = { ...outside, plan, accounts, aws, fate, host, queue };
  return { ...things, facts, oldFacts, ledger, requests, speech, pace };
}

export type Stage = ReturnType<typeof setStage>;
