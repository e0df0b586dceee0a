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
        if (isBestEffort(run) && this.#world.chance(dropped)) {
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
      const event = copy > 0 ? this.#shorten(change.event) : change.event;
      world.at(change.atMs + lateMs, () => send({ ...event, id }));
    }
  }

  /** The end of a Batch job may be told again with fewer attempts than before. */
  #shorten(event: AwsEvent): AwsEvent {
    const { attempts, stoppedAt } = event.detail;
    if (!Array.isArray(attempts) || stoppedAt === undefined || attempts.length === 0) return event;
    if (!this.#world.chance(0.5)) return event;
    this.#world.count('ends with fewer attempts');
    return { ...event, detail: { ...event.detail, attempts: attempts.slice(0, -1) } };
  }
}

/** Of a run whose ARN is used again nothing is lost: AWS could not be asked about it any more. */
function isBestEffort({ kind, reusedMs }: Run): boolean {
  return kind === 'execution' && reusedMs === undefined;
}
