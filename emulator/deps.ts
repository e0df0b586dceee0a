import type { Permission } from './accounts.ts';
import type { HttpAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Fields } from './fields.ts';
import type { Instance } from './instance.ts';
import type { QueuedEvent, QueueEventOptions } from './instance-types.ts';
import type { EmulatedProfile } from './wire.ts';

/**
 * The shape of the answer to `GET /AEWS/job`: `{"job":[…]}`, one job flat (about 2014), or a bare
 * array (docs/autosys.md, question 6).
 */
export type JobShape = 'wrapped' | 'flat' | 'array';

/**
 * The answer to an event for an unknown job; undocumented, hence a setting (docs/autosys.md,
 * question 10).
 */
export type UnknownJobStatus = 404 | 400 | 201;

/** Dependencies of the actions. Each action declares the ones that it uses. */
export interface Deps {
  readonly instance: Instance;
  readonly clock: Clock;
  /** The wire profiles that are enabled. */
  readonly profiles: ReadonlySet<EmulatedProfile>;
  readonly jobShape: JobShape;
  readonly unknownJobStatus: UnknownJobStatus;
  /**
   * Queues an event in the name of the requesting user. Under `acceptAndLose` the event is
   * discarded.
   */
  readonly send: (event: QueuedEvent, options?: QueueEventOptions) => void;
  /** True when EEM allows the requesting user this action. */
  readonly mayDo: (permission: Permission) => boolean;
}

/** One request, after authentication and parsing. */
export interface AewsRequest {
  /** `{name}` of the path, decoded. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  /** The JSON body; without fields if the endpoint requires no JSON. */
  readonly fields: Fields;
  /** The body as text; empty if the endpoint requires none. */
  readonly body: string;
}

/**
 * The implementation of an endpoint: dependencies are bound once per request, then the request is
 * passed.
 */
export type Action = (deps: Deps) => (request: AewsRequest) => HttpAnswer;
