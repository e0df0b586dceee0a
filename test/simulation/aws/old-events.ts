import type { AwsEvent } from '../../support/builders.ts';
import type { World } from '../world.ts';
import type { Queue } from './queue.ts';
import { playBatchJob, playExecution, type Run } from './runs.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Numbers of runs that AWS tells of far too late, apart from those of the night. */
const firstNumber = 500;

/** A run of which the bridge hears when it is far too late, or from an archive; nothing may come of it. */
export interface OldRun extends Run {
  /** The name of the archive replay that tells of it; absent where an old message is delivered. */
  readonly replay?: string;
  /** When the night hears of it, in milliseconds. */
  readonly toldMs: number;
}

/** Runs that ended days ago, and runs of this night of which only an archive replay tells. */
export function playOldRuns(
  world: World,
  { startMs, untilMs }: { readonly startMs: number; readonly untilMs: number },
): readonly OldRun[] {
  const count = world.pick([0, 0, 0, 1, 2]);
  return Array.from({ length: count }, (_, at) => {
    const number = firstNumber + at;
    const name = world.pick(['a', 'b', 'c', 'r']);
    const toldMs = world.between(startMs + hourMs, untilMs);
    const isReplay = world.chance(0.5);
    const beganMs = isReplay ? startMs : startMs - world.pick([2, 30, 120]) * dayMs;
    const run =
      name === 'r'
        ? playBatchJob(world, { name, number, startMs: beganMs })
        : playExecution(world, { machine: name, number, startMs: beganMs });
    // The last is told, in an archive's case long after the run was over.
    const endMs = run.changes.at(-1)?.atMs ?? 0;

    return {
      ...run,
      toldMs: Math.max(toldMs, endMs + minuteMs),
      ...(isReplay && { replay: `replay-${number}` }),
    };
  });
}

/** Tells of old runs: of all that happened, within seconds, in any order, ends before beginnings too. */
export function tellOldRuns(world: World, runs: readonly OldRun[], queue: Queue): void {
  for (const { changes, toldMs, replay } of runs) {
    // What a replay tells of a run that goes on would be asked about, and then be news.
    const told = replay === undefined ? changes : changes.slice(-1);
    for (const { event } of told) {
      world.count(replay === undefined ? 'old events' : 'replayed events');
      world.at(toldMs + world.between(0, 5_000), () => {
        queue.send(withReplay(event, replay), { isOld: true });
      });
    }
  }
}

/** An archive replay of what the bridge has handled: each event again, with the name of the replay. */
export function replayArchive(world: World, queue: Queue): void {
  const handled = queue.messages.filter(({ isAcknowledged, isOld }) => isAcknowledged && !isOld);
  for (const { event } of handled) {
    world.count('events replayed again');
    // In no order: an archive replays by slices of a minute.
    world.after(world.between(0, minuteMs), () => {
      queue.send(withReplay(event, 'replay-night'), { isOld: true });
    });
  }
}

function withReplay(event: AwsEvent, replay: string | undefined): AwsEvent {
  return replay === undefined ? event : Object.assign({ ...event }, { 'replay-name': replay });
}
