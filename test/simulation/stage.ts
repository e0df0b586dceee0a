import { createMemoryTable } from '../../lambda/shared/memory-table.ts';
import { Installation } from './autosys/installation.ts';
import { Aws } from './aws/announcer.ts';
import { Describer } from './aws/describe.ts';
import { Queue } from './aws/queue.ts';
import type { Run } from './aws/runs.ts';
import { type DeathAt, Fate } from './bridge/fate.ts';
import { Host } from './bridge/host.ts';
import { createLedger } from './bridge/ledger.ts';
import { Secrets, toPassword } from './bridge/secrets.ts';
import { type Fact, toFact } from './judge/facts.ts';
import { LedgerWatch } from './judge/ledger-watch.ts';
import { Pace } from './judge/pace.ts';
import { RequestWatch } from './judge/requests.ts';
import { Speech } from './judge/speech.ts';
import { config, jil } from './night.ts';
import type { Without } from './protections/without.ts';
import type { World } from './world.ts';

interface Setting {
  readonly runs: readonly Run[];
  readonly deathAt: DeathAt;
  readonly without: Without;
}

/** Sets up everything that a night is played with, and everybody who watches it. */
export function setStage(world: World, { runs, deathAt, without }: Setting) {
  const secrets = new Secrets(world);
  const installations = new Map(
    config.instances.map(({ name, endpoints: origins }) => {
      const password = toPassword(name, 1);
      secrets.put(name, password);
      return [name as string, new Installation({ world, name, jil, origins, password })];
    }),
  );
  const facts = new Map<string, Fact>(
    runs.flatMap(({ changes }) => changes.map((change) => [change.event.id, toFact(change)])),
  );
  const ledger = new LedgerWatch(world);
  const dynamo = createLedger(ledger.over(createMemoryTable({ now: () => world.now() })), world);
  const requests = new RequestWatch([...facts.values()], ledger);
  for (const { name, witness } of installations.values()) {
    witness.onSend = (event, leftMs) => requests.onSend(name, event, leftMs);
  }
  const aws = new Aws(world, runs);
  const describer = new Describer(world, runs);
  const fate = new Fate(world, deathAt);
  const speech = new Speech(world);
  const pace = new Pace(world);
  const surroundings = { world, dynamo, secrets, installations, describer, speech, pace, without };
  const host = new Host(surroundings, fate);
  const queue = new Queue(world, (event, answer) => host.report(event, answer));
  const things = { world, secrets, installations, aws, describer, dynamo, fate, host, queue };
  return { ...things, facts, ledger, requests, speech, pace };
}

export type Stage = ReturnType<typeof setStage>;
