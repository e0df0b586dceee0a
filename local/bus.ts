import { randomUUID } from 'node:crypto';
import {
  acceptPattern,
  matchesPattern,
  type Pattern,
  rulesPerBus,
} from '../event-pattern/index.ts';
import type { LocalClock } from './clock.ts';
import { type EventBridgeEvent, readEnvelope } from './envelope.ts';

/** Takes an event that a rule matched: the JSON text of the whole envelope. */
export interface RuleTarget {
  readonly id: string;
  deliver(event: string): void;
}

/** What a rule listens for and whom it tells. */
export interface Rule {
  readonly name: string;
  /** The event pattern as JSON. */
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
}

/** What became of an event. */
export interface BusPlacement {
  /** The event as it was delivered, with what PutEvents fills in. */
  readonly event: EventBridgeEvent;
  /** The names of the rules that matched; none means that nobody heard it. */
  readonly matched: readonly string[];
}

/** Where a bus is, and its time. */
export interface BusOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  /** Hears of every event before its targets do. @default - nobody does */
  readonly onPut?: (event: EventBridgeEvent) => void;
}

/** A rule beyond the quota of a bus, which EventBridge refuses with `LimitExceededException`. */
export class RuleQuotaError extends Error {
  override readonly name = 'RuleQuotaError';

  constructor(rule: string, quota: number) {
    super(`rule ${rule}: found ${quota} rules on the bus already, allowed: at most ${quota}`);
  }
}

/**
 * The default event bus of one account and Region.
 *
 * Takes the events of AWS services as well, which PutEvents would refuse from anyone but AWS. Deliveries here succeed or
 * throw: EventBridge's own retries and the dead letters of a rule's target are absent.
 */
export class Bus {
  readonly #home: { readonly account: string; readonly region: string };
  readonly #clock: LocalClock;
  readonly #onPut: (event: EventBridgeEvent) => void;
  readonly #rules = new Map<
    string,
    { readonly pattern: Pattern; readonly targets: readonly RuleTarget[] }
  >();

  constructor({ account, region, clock, onPut = () => {} }: BusOptions) {
    this.#home = { account, region };
    this.#clock = clock;
    this.#onPut = onPut;
  }

  /**
   * Adds a rule or replaces the one of the same name.
   *
   * @throws {PatternError} when EventBridge would refuse its pattern: its form, its size, or its complexity
   * @throws {RuleQuotaError} when the bus has as many rules as the default quota of its Region allows
   */
  putRule({ name, pattern, targets }: Rule): void {
    const compiled = acceptPattern(pattern);
    const quota = rulesPerBus(this.#home.region);
    if (!this.#rules.has(name) && this.#rules.size >= quota) throw new RuleQuotaError(name, quota);
    this.#rules.set(name, { pattern: compiled, targets });
  }

  /**
   * Puts an event on the bus and delivers it to the targets of every rule that matches.
   *
   * @throws {EnvelopeError} when the envelope is none that EventBridge could carry
   */
  put(event: unknown): BusPlacement {
    const envelope = readEnvelope(event, {
      ...this.#home,
      id: randomUUID(),
      time: `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`,
    });
    this.#onPut(envelope);
    const text = JSON.stringify(envelope);
    const matched = [...this.#rules].filter(([, { pattern }]) => matchesPattern(pattern, envelope));
    for (const [, { targets }] of matched) {
      for (const target of targets) target.deliver(text);
    }
    return { event: envelope, matched: matched.map(([name]) => name) };
  }
}
