import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';

/** A Map Run at one moment. Instants are milliseconds since 1970. */
export interface MapRunRecord {
  readonly mapRunArn: string;
  readonly executionArn: string;
  /** With the label of the Map state. */
  readonly stateMachineArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  /** Number of items, which is the number of children. */
  readonly items: number;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
  /** ARNs of the children that were started, by the index of their item. */
  readonly children: Map<number, string>;
}

/** The settings of a Map state. */
export type MapRunSettings = Pick<
  MapRunRecord,
  'executionArn' | 'stateMachineArn' | 'maxConcurrency' | 'toleratedFailureCount' | 'items'
>;

/** The Map Runs of all executions. */
export class PlannedMapRuns {
  readonly #clock: LocalClock;
  readonly #byArn = new Map<string, MapRunRecord>();

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  start(settings: MapRunSettings): MapRunRecord {
    const base = settings.stateMachineArn.replace(':stateMachine:', ':mapRun:');
    return this.#put({
      ...settings,
      mapRunArn: `${base}:${randomUUID()}`,
      status: 'RUNNING',
      startedAt: this.#clock.now(),
      stoppedAt: undefined,
      redriveCount: 0,
      redrivenAt: undefined,
      children: new Map(),
    });
  }

  /** Continues a Map Run because its parent is redriven. */
  redrive(mapRunArn: string): MapRunRecord {
    const before = this.get(mapRunArn);
    const redriveCount = before.redriveCount + 1;
    const now = { redriveCount, redrivenAt: this.#clock.now(), stoppedAt: undefined };
    return this.#put({ ...before, ...now, status: 'RUNNING' });
  }

  end(mapRunArn: string, status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
    this.#put({ ...this.get(mapRunArn), status, stoppedAt: this.#clock.now() });
  }

  find(mapRunArn: string): MapRunRecord | undefined {
    return this.#byArn.get(mapRunArn);
  }

  /** @throws {Error} for an unknown Map Run */
  get(mapRunArn: string): MapRunRecord {
    const found = this.#byArn.get(mapRunArn);
    if (found === undefined) throw new Error(`unknown Map Run ${mapRunArn}`);
    return found;
  }

  /** The Map Runs of an execution, the newest first. */
  of(executionArn: string): readonly MapRunRecord[] {
    return [...this.#byArn.values()]
      .filter((one) => one.executionArn === executionArn)
      .toReversed();
  }

  #put(record: MapRunRecord): MapRunRecord {
    this.#byArn.set(record.mapRunArn, record);
    return record;
  }
}
