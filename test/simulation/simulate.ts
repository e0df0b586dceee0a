import { playOldRuns, replayArchive, tellOldRuns } from './aws/old-events.ts';
import type { DeathAt } from './bridge/fate.ts';
import { deadlineMs } from './deployment.ts';
import { judge } from './judge/judge.ts';
import { isSecret } from './judge/speech.ts';
import { drawPlan, playRuns } from './night.ts';
import type { Protection } from './protections/protections.ts';
import { type Stage, setStage } from './stage.ts';
import { playTroubles } from './troubles.ts';
import { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse('2026-11-20T00:00:00Z');
/** After the troubles there is time for all to come right: a run is left alone for an hour, a value read after six. */
const calmMs = 8 * hourMs;

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
  /** A brief night with little in it, in which a sandbox dies at this instant, and no other does. @default - by chance */
  readonly deathAt?: DeathAt;
}

/** Plays one night: many runs, several sandboxes, two AutoSys that are not always well; the same for the same seed. */
export async function simulate(seed: number, playing: Playing = {}): Promise<Night> {
  const { without, traced = false, deathAt } = playing;
  const world = new World(seed, { startMs, traced });
  const isBrief = deathAt !== undefined;
  const plan = drawPlan(world, { startMs, isBrief });
  const runs = playRuns(world, {
    reused: isBrief ? 0 : 0.15,
    count: isBrief ? 1 : world.pick([1, 1, 2, 2, 3, 5]),
    firstMs: startMs + world.between(0, (isBrief ? 10 : 40) * minuteMs),
    // Some nights are even, in others everything comes within a minute or two.
    withinMs: world.pick([hourMs, 100_000, 30_000]),
  });
  const troubledUntilMs = startMs + (isBrief ? 1 : world.pick([1, 2, 3])) * hourMs;
  const told = { startMs, untilMs: troubledUntilMs + hourMs };
  const oldRuns = isBrief ? [] : playOldRuns(world, told);
  const stage = setStage(world, { plan, runs, oldRuns, deathAt, without });
  const { aws, queue } = stage;
  aws.announce((event) => queue.send(event), { dropped: world.pick([0, 0.1, 0.3]) });
  tellOldRuns(world, oldRuns, queue);
  if (!isBrief) tellAgain(stage, troubledUntilMs);
  playTroubles({ ...stage, troubledUntilMs, hasDeaths: !isBrief });
  const endMs = troubledUntilMs + calmMs;
  // Once it has been quiet for two hours there is little left to do, and it may take its time.
  sweepUntil(endMs - hourMs, troubledUntilMs + 2 * hourMs, stage);

  await withoutStacks(() => world.run(endMs));
  for (const { instance } of stage.installations.values()) instance.stop();
  const violations = [
    ...judge(stage),
    ...stage.requests.violations,
    ...stage.pace.violations,
    ...world.trace.filter(isSecret),
  ];
  return { violations, trace: world.trace, tally: world.tally, instants: stage.fate.instants };
}

/** What operators deliver again: dead letters, in time or too late, and the archive of the night. */
function tellAgain({ world, queue }: Stage, troubledUntilMs: number): void {
  const lateMs = world.pick([undefined, 30 * minuteMs, deadlineMs + 1.5 * hourMs]);
  if (lateMs !== undefined) {
    const olderThanMs = lateMs > deadlineMs ? deadlineMs + hourMs : 0;
    world.at(troubledUntilMs + lateMs, () => queue.moveBack({ olderThanMs }));
  }
  if (world.chance(0.15)) {
    world.at(troubledUntilMs + world.between(0, hourMs), () => replayArchive(world, queue));
  }
}

type Sweeping = Pick<Stage, 'world' | 'dynamo' | 'host'>;

/**
 * The clock calls each minute, and every four once all is quiet; now and then it misses one, or two come at once.
 *
 * Less often, and an effect that is looked for would be looked at with gaps in which nobody was there (`lookForMs`).
 */
function sweepUntil(endMs: number, quietMs: number, { world, dynamo, host }: Sweeping): void {
  const everyMs = world.nowMs < quietMs ? minuteMs : 4 * minuteMs;
  const nextMs = world.nowMs + everyMs;
  if (nextMs >= endMs) return;
  world.at(nextMs, () => {
    // Where nothing waits the sweep finds nothing, and a night has more of these minutes than of any other.
    if (dynamo.isWorkDue()) {
      for (let times = world.pick([0, 0, 1, 1, 1, 2]); times > 0; times -= 1) host.sweep();
    }
    sweepUntil(endMs, quietMs, { world, dynamo, host });
  });
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
