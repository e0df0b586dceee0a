import type { AwsEvent } from '../../support/builders.ts';
import type { World } from '../world.ts';
import type { Queue } from './queue.ts';
import { drawBatchJob, drawExecution, type Run } from './runs.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Number of the first old run. The other runs of a scenario have lower numbers. */
const firstNumber = 500;

/**
 * A run whose events reach the bridge after the deadline, or from an archive replay. They must have
 * no effect.
 */
export interface OldRun extends Run {
  /** Name of the archive replay that emits its events. Absent for old messages. */
  readonly replay?: string;
  /** When its events are emitted, in milliseconds. */
  readonly emittedMs: number;
}

/**
 * Draws runs that ended days ago, and runs of this scenario whose events come only from an archive
 * replay.
 */
export function drawOldRuns(
  world: World,
  { startMs, untilMs }: { readonly startMs: number; readonly untilMs: number },
): readonly OldRun[] {
  const count = world.pick([0, 0, 0, 1, 2]);
  return Array.from({ length: count }, (_, at) => {
    const number = firstNumber + at;
    const name = world.pick(['a', 'b', 'c', 'r']);
    const emittedMs = world.between(startMs + hourMs, untilMs);
    const isReplay = world.chance(0.5);
    const startedMs = isReplay ? startMs : startMs - world.pick([2, 30, 120]) * dayMs;
    const run =
      name === 'r'
        ? drawBatchJob(world, { name, number, startMs: startedMs })
        : drawExecution(world, { machine: name, number, startMs: startedMs });
    // An archive replays a run after it has ended.
    const endMs = run.changes.at(-1)?.atMs ?? 0;

    return {
      ...run,
      emittedMs: Math.max(emittedMs, endMs + minuteMs),
      ...(isReplay && { replay: `replay-${number}` }),
    };
  });
}

/** Schedules the events of old runs, within five seconds and in any order. */
export function emitOldRuns(world: World, runs: readonly OldRun[], queue: Queue): void {
  for (const { changes, emittedMs, replay } of runs) {
    // A replay emits only the end. After a replayed beginning the sweep would ask about the run,
    // and its answer would be a valid change.
    const emitted = replay === undefined ? changes : changes.slice(-1);
    for (const { event } of emitted) {
      world.count(replay === undefined ? 'old events' : 'replayed events');
      world.at(emittedMs + world.between(0, 5_000), () => {
        queue.send(withReplay(event, replay), { isOld: true });
      });
    }
  }
}

/** Replays every handled event from an archive, with the name of the replay. */
export function replayArchive(world: World, queue: Queue): void {
  const handled = queue.messages.filter(({ isAcknowledged, isOld }) => isAcknowledged && !isOld);
  for (const { event } of handled) {
    world.count('handled events replayed');
    // Unordered, as an archive replays in slices of a minute.
    world.after(world.between(0, minuteMs), () => {
      queue.send(withReplay(event, 'replay-scenario'), { isOld: true });
    });
  }
}

function withReplay(event: AwsEvent, replay: string | undefined): AwsEvent {
  return replay === undefined ? event : Object.assign({ ...event }, { 'replay-name': replay });
}
