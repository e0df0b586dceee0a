import { createMemoryTable } from '../../lambda/shared/memory-table.ts';
import { Installation } from './autosys/installation.ts';
import { Aws } from './aws/announcer.ts';
import { Describer } from './aws/describe.ts';
import { Queue } from './aws/queue.ts';
import { type DeathAt, Fate } from './bridge/fate.ts';
import { Host } from './bridge/host.ts';
import { createLedger } from './bridge/ledger.ts';
import { Secrets, toPassword } from './bridge/secrets.ts';
import { type Fact, toFact } from './judge/facts.ts';
import { judge } from './judge/judge.ts';
import { LedgerWatch } from './judge/ledger-watch.ts';
import { Pace } from './judge/pace.ts';
import { RequestWatch } from './judge/requests.ts';
import { isSecret, Speech } from './judge/speech.ts';
import { config, jil, playRuns } from './night.ts';
import type { Protection } from './protections/protections.ts';
import { playTroubles } from './troubles.ts';
import { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse('2026-11-20T00:00:00Z');
/** Until then anything may go wrong; after that there is time for all to come right. */
const troubledMs = 3 * hourMs;
const calmMs = 3 * hourMs;

/** What a night came to. */
export interface Night {
  /** What must never be, in words; none of them is the aim. */
  readonly violations: readonly string[];
  /** Empty where nobody asked for it. */
  readonly trace: readonly string[];
  /** How often what happened. */
  readonly tally: ReadonlyMap<string, number>;
  /** At how many instants a sandbox could have died. */
  readonly instants: number;
}

export interface Playing {
  /** Plays without one of the protections, to show what that one is for. */
  readonly without?: Protection;
  /** @default - nobody reads a trace */
  readonly traced?: boolean;
  /** A sandbox dies at this instant of the night, from 1, and at no other. @default - by chance */
  readonly deathAt?: DeathAt;
}

/** Plays one night: many runs, several sandboxes, two AutoSys that are not always well; the same for the same seed. */
export async function simulate(
  seed: number,
  { without, traced = false, deathAt }: Playing = {},
): Promise<Night> {
  const world = new World(seed, { startMs, traced });
  const troubledUntilMs = startMs + troubledMs;
  const installations = new Map(
    config.instances.map(({ name, endpoints: origins }) => {
      const password = toPassword(name, 1);
      return [name as string, new Installation({ world, name, jil, origins, password })];
    }),
  );
  const secrets = new Secrets(world);
  for (const name of installations.keys()) secrets.put(name, toPassword(name, 1));

  const withinMs = world.pick([hourMs, 100_000, 30_000]);
  const runs = playRuns(world, { firstMs: startMs + world.between(0, hourMs), withinMs });
  const aws = new Aws(world, runs);
  const facts = new Map<string, Fact>(
    runs.flatMap(({ changes }) => changes.map((change) => [change.event.id, toFact(change)])),
  );
  const ledger = new LedgerWatch(world);
  const dynamo = createLedger(ledger.over(createMemoryTable({ now: () => world.now() })), world);
  const requests = new RequestWatch([...facts.values()], ledger.confirmedByTarget);
  for (const { name, witness } of installations.values()) {
    witness.onSend = (event) => requests.onSend(name, event);
  }
  const describer = new Describer(world, runs);
  const fate = new Fate(world, deathAt);
  const speech = new Speech(world);
  const pace = new Pace(world);
  const host = new Host(
    { world, table: dynamo.table, secrets, installations, describer, speech, pace, without },
    fate,
  );
  const queue = new Queue(world, (event, answer) => host.report(event, answer));

  aws.announce((event) => queue.send(event), { dropped: world.pick([0, 0.1, 0.3]) });
  const hasDeaths = deathAt === undefined;
  playTroubles({
    world,
    installations,
    secrets,
    dynamo,
    host,
    describer,
    fate,
    troubledUntilMs,
    hasDeaths,
  });
  const endMs = troubledUntilMs + calmMs;
  for (let atMs = startMs; atMs < endMs - hourMs; atMs += minuteMs) {
    world.at(atMs, () => {
      // Where nothing waits the sweep finds nothing; a night has more of these minutes than of any other.
      if (!dynamo.isWorkDue((list) => list !== 'parked', 5_000)) return;
      for (let times = world.pick([1, 1, 2]); times > 0; times -= 1) host.sweep();
    });
  }
  await withoutStacks(() => world.run(endMs));
  for (const { instance } of installations.values()) instance.stop();
  const evidence = { world, aws, queue, ledger, installations, facts, speech };
  const violations = [
    ...judge(evidence),
    ...requests.violations,
    ...pace.violations,
    ...world.trace.filter(isSecret),
  ];
  return { violations, trace: world.trace, tally: world.tally, instants: fate.instants };
}

/** Nobody reads where the thousand failures of a night were made, and their stacks are a tenth of its price. */
async function withoutStacks(work: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
