import type { Permission } from './accounts.ts';
import type { HttpAnswer } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Fields } from './fields.ts';
import type { Instance } from './instance.ts';
import type { QueuedEvent, QueueEventOptions } from './instance-types.ts';
import type { EmulatedProfile } from './wire.ts';

/**
 * How `GET /AEWS/job` wraps what it answers: `{"job":[…]}`, one job flat (about 2014), or a bare array
 * (docs/autosys.md, question 6).
 */
export type JobShape = 'wrapped' | 'flat' | 'array';

/** What an event for an unknown job is answered with; undocumented, hence a setting (docs/autosys.md, question 10). */
export type UnknownJobStatus = 404 | 400 | 201;

/** What the actions may use; each takes from it what its signature names. */
export interface Deps {
  readonly instance: Instance;
  readonly clock: Clock;
  /** The dialects that are spoken. */
  readonly profiles: ReadonlySet<EmulatedProfile>;
  readonly jobShape: JobShape;
  readonly unknownJobStatus: UnknownJobStatus;
  /** Queues an event in the name of the user who asks; under `acceptAndLose` it goes nowhere. */
  readonly send: (event: QueuedEvent, options?: QueueEventOptions) => void;
  /** Whether EEM lets the user who asks do it. */
  readonly mayDo: (permission: Permission) => boolean;
}

/** One request, framed, authenticated and read. */
export interface AewsRequest {
  /** `{name}` of the path, decoded. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  /** The JSON body; without fields where the endpoint takes none. */
  readonly fields: Fields;
  /** The body as text; empty where the endpoint takes none. */
  readonly body: string;
}

/** What one endpoint does: powers first, bound once a request; the request later. */
export type Action = (powers: Deps) => (asked: AewsRequest) => HttpAnswer;
