import type { AwsEvent } from '../../support/builders.ts';
import type { World } from '../world.ts';
import type { Change, Run } from './runs.ts';

const minuteMs = 60_000;

/** How EventBridge delivers the events of a scenario. */
export interface DeliveryOptions {
  /** Probability that an event of Step Functions, which is delivered with best effort, is lost. */
  readonly lossProbability: number;
}

/**
 * The simulated EventBridge: emits the event of each change late, repeatedly, or not at all.
 *
 * Events of Batch are durable and never lost; those of Step Functions are best effort (AWS
 * documentation).
 */
export class EventSource {
  readonly runs: readonly Run[];
  readonly #world: World;

  constructor(world: World, runs: readonly Run[]) {
    this.#world = world;
    this.runs = runs;
  }

  /** Schedules the events of all changes. */
  schedule(send: (event: AwsEvent) => void, { lossProbability }: DeliveryOptions): void {
    for (const run of this.runs) {
      for (const change of run.changes) {
        this.#world.count('changes on AWS');
        if (isBestEffort(run) && this.#world.chance(lossProbability)) {
          this.#world.count('lost events');
          this.#world.log(() => `${change.event.id} is lost`);
        } else this.#emit(change, send);
      }
    }
  }

  #emit(change: Change, send: (event: AwsEvent) => void): void {
    const world = this.#world;
    const copies = world.pick([1, 1, 1, 2, 3]);
    for (let copy = 0; copy < copies; copy += 1) {
      const lateMs = world.chance(0.8) ? world.between(50, 2_000) : world.between(0, 20 * minuteMs);
      // A repetition by AWS has another id; a redelivery by the queue has the same id.
      const id =
        copy > 0 && world.chance(0.5) ? `${change.event.id}-emitted-again` : change.event.id;
      if (copy > 0) world.count('repeated events');
      const event = copy > 0 ? this.#shorten(change.event) : change.event;
      world.at(change.atMs + lateMs, () => send({ ...event, id }));
    }
  }

  /** A repeated end event of a Batch job may list fewer attempts than the first. */
  #shorten(event: AwsEvent): AwsEvent {
    const { attempts, stoppedAt } = event.detail;
    if (!Array.isArray(attempts) || stoppedAt === undefined || attempts.length === 0) return event;
    if (!this.#world.chance(0.5)) return event;
    this.#world.count('end events with fewer attempts');
    return { ...event, detail: { ...event.detail, attempts: attempts.slice(0, -1) } };
  }
}

/**
 * Events of a run whose ARN is reused are never lost, because AWS could not be asked about the run
 * any more.
 */
function isBestEffort({ kind, reusedMs }: Run): boolean {
  return kind === 'execution' && reusedMs === undefined;
}
