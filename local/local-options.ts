import type { LocalClock } from './clock.ts';
import type { FaultInjection } from './fault-injection.ts';
import type { RestFrontSettings } from './rest/rest-front.ts';
import type { WiredFunction } from './wiring.ts';

/** Options of the embedded AWS. */
export interface LocalOptions {
  /** The directory of a cloud assembly, as `cdk synth` or `synthesize` writes it. */
  readonly cloudAssembly: string;
  /**
   * Additional environment variables of one function. They override those of the template. @default
   * - none
   */
  readonly environment?: (target: WiredFunction) => Readonly<Record<string, string>>;
  /** Secrets by name. @default - none; `secrets.put` adds them later */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * The clock of bus, queues and pollers. The functions use real time. @default - the clock of this
   * machine
   */
  readonly clock?: LocalClock;
  /**
   * The clock of the functions, in milliseconds since 1970. Required if `environment` sets another
   * time in their processes; their deadlines are computed with it. @default - the clock of this
   * machine
   */
  readonly functionNow?: () => number;
  /** Faults of the queues that are the source of a function. @default - none */
  readonly faultInjection?: FaultInjection;
  /** Whether the clock invokes scheduled functions, or only `tick`. @default - the clock */
  readonly schedules?: 'byClock' | 'byHand';
  /** Certificate and settings of the REST APIs. @default - no REST API is served */
  readonly rest?: RestFrontSettings;
  /** @default - 000000000000 */
  readonly account?: string;
  /** @default - us-east-1 */
  readonly region?: string;
}
