import type { AwsEvent } from '../../support/builders.ts';
import type { World } from '../world.ts';
import type { Change, Run } from './runs.ts';

const minuteMs = 60_000;

/** How EventBridge treats the events of a night. */
export interface Announcing {
  /** The chance that an event of Step Functions, which are best effort, is never told. */
  readonly dropped: number;
}

/**
 * AWS in a night: tells of each change late, repeatedly, or not at all; and answers who asks.
 *
 * Events of Batch are durable and never lost; those of Step Functions are best effort (AWS documentation).
 */
export class Aws {
  readonly runs: readonly Run[];
  /** What was told at least once. */
  readonly told = new Set<Change>();
  readonly #world: World;

  constructor(world: World, runs: readonly Run[]) {
    this.#world = world;
    this.runs = runs;
  }

  /** Tells of everything that happens, in its time. */
  announce(send: (event: AwsEvent) => void, { dropped }: Announcing): void {
    for (const run of this.runs) {
      for (const change of run.changes) {
        this.#world.count('changes on AWS');
        if (run.kind === 'execution' && this.#world.chance(dropped)) {
          this.#world.count('dropped events');
          this.#world.note(() => `${change.event.id} will never be told`);
        } else this.#tell(change, send);
      }
    }
  }

  #tell(change: Change, send: (event: AwsEvent) => void): void {
    const world = this.#world;
    this.told.add(change);
    const copies = world.pick([1, 1, 1, 2, 3]);
    for (let copy = 0; copy < copies; copy += 1) {
      const lateMs = world.chance(0.8) ? world.between(50, 2_000) : world.between(0, 20 * minuteMs);
      // What AWS itself emits once more has another id; what a queue delivers once more has not.
      const id =
        copy > 0 && world.chance(0.5) ? `${change.event.id}-emitted-again` : change.event.id;
      if (copy > 0) world.count('repeated events');
      world.at(change.atMs + lateMs, () => send({ ...change.event, id }));
    }
  }
}
