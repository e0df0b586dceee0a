import { randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import type { Invocable, InvocationResult } from './invocation.ts';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/**
 * The interval of `rate(1 minute)` in milliseconds; `undefined` for a cron expression, which is not
 * emulated.
 */
export function readRate(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(expression) ?? [];
  const ms = Object.hasOwn(unitMs, unit) ? unitMs[unit] : undefined;
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}

/** A rule with a rate, or a schedule of EventBridge Scheduler. */
export type ScheduleSource = 'aws.events' | 'aws.scheduler';

export interface ScheduleOptions {
  /** The ARN of the rule or schedule. */
  readonly arn: string;
  readonly source: ScheduleSource;
  readonly everyMs: number;
  /** JSON text that the function receives. @default - the scheduled event */
  readonly input?: string;
  readonly target: Invocable;
  readonly clock: LocalClock;
  readonly account: string;
  readonly region: string;
}

/** The result of one scheduled invocation. */
export interface Tick {
  readonly functionName: string;
  readonly result: InvocationResult;
}

/**
 * Invokes a function at a rate, as EventBridge does: first after one interval, and regardless of
 * whether the previous invocation has ended.
 */
export class LocalSchedule {
  readonly #options: ScheduleOptions;
  readonly #running = new Set<Promise<unknown>>();
  #cancel: (() => void) | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** The name of the function that it invokes. */
  get functionName(): string {
    return this.#options.target.name;
  }

  /** Invokes the function by the clock from now on. */
  start(): void {
    const { clock, everyMs } = this.#options;
    this.#cancel = clock.setTimer(everyMs, () => {
      this.start();
      void this.tick();
    });
  }

  /** Invokes the function now. */
  async tick(): Promise<Tick> {
    const { target, clock, arn, source, account, region, input } = this.#options;
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source,
      account,
      time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      region,
      resources: [arn],
      // Scheduler's default event has a text here (AWS documentation, templated targets).
      detail: source === 'aws.scheduler' ? '{}' : {},
    };
    const running = target.invoke(input ?? JSON.stringify(event));
    this.#running.add(running);
    const result = await running;
    this.#running.delete(running);
    return { functionName: target.name, result };
  }

  /** Invokes the function no more, and resolves when the running invocations have ended. */
  async stop(): Promise<void> {
    this.#cancel?.();
    await Promise.all(this.#running);
  }
}
