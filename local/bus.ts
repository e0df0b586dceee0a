import { randomUUID } from 'node:crypto';
import {
  acceptPattern,
  matchesPattern,
  type Pattern,
  rulesPerBus,
} from '../event-pattern/index.ts';
import type { LocalClock } from './clock.ts';
import { type EventBridgeEvent, readEnvelope } from './envelope.ts';

/** A target of a rule. It receives the JSON text of the whole envelope. */
export interface RuleTarget {
  readonly id: string;
  deliver(event: string): void;
}

/** A rule: its pattern and its targets. */
export interface Rule {
  readonly name: string;
  /** The event pattern as JSON. */
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
}

/** The result of putting an event on the bus. */
export interface BusPlacement {
  /** The event as delivered, including the fields that PutEvents fills in. */
  readonly event: EventBridgeEvent;
  /** The names of the rules that matched; empty if no rule matched. */
  readonly matched: readonly string[];
}

/** Account, Region and clock of a bus. */
export interface BusOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  /** Called for every event before it is delivered. @default - no callback */
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
 * Accepts events of AWS services too, which PutEvents accepts only from AWS. A delivery succeeds or
 * throws: EventBridge's retries and the dead-letter queue of a target are not emulated.
 */
export class Bus {
  readonly #location: { readonly account: string; readonly region: string };
  readonly #clock: LocalClock;
  readonly #onPut: (event: EventBridgeEvent) => void;
  readonly #rules = new Map<
    string,
    { readonly pattern: Pattern; readonly targets: readonly RuleTarget[] }
  >();

  constructor({ account, region, clock, onPut = () => {} }: BusOptions) {
    this.#location = { account, region };
    this.#clock = clock;
    this.#onPut = onPut;
  }

  /**
   * Adds a rule, or replaces the rule of the same name.
   *
   * @throws {PatternError} when EventBridge would refuse its pattern: its form, its size, or its
   * complexity
   * @throws {RuleQuotaError} when the bus has as many rules as the default quota of its Region
   * allows
   */
  putRule({ name, pattern, targets }: Rule): void {
    const compiled = acceptPattern(pattern);
    const quota = rulesPerBus(this.#location.region);
    if (!this.#rules.has(name) && this.#rules.size >= quota) throw new RuleQuotaError(name, quota);
    this.#rules.set(name, { pattern: compiled, targets });
  }

  /**
   * Puts an event on the bus and delivers it to the targets of every rule that matches.
   *
   * @throws {EnvelopeError} when EventBridge would not accept the envelope
   */
  put(event: unknown): BusPlacement {
    const envelope = readEnvelope(event, {
      ...this.#location,
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
