import type { AutosysEventKind } from '../event.ts';

/**
 * How well a request is known, printed into the documentation.
 *
 * - `documented`: vendor documentation or knowledge base
 * - `seen`: an independent client sends it, or somebody ran it
 * - `inferred`: deduced by analogy, a hypothesis until `doctor` has tried it
 * - `site`: given in the configuration of this installation
 */
export type Evidence = 'documented' | 'seen' | 'inferred' | 'site';

/**
 * The fields a template may name in braces, such as `{job}`.
 *
 * `command` is the whole event as sendevent's command line, or the command to run.
 */
export const profileFields = [
  'job',
  'status',
  'globalVariable',
  'value',
  'comment',
  'alarm',
  'machine',
  'signals',
  'priority',
  'response',
  'command',
] as const;

/** A name that may stand in braces in a path or a body. */
export type ProfileField = (typeof profileFields)[number];

/**
 * How a 2xx answer to an event is read.
 *
 * Under every rule a page of markup is unreadable, and a `CAUAJM_E` line or a filled `stdErr` is a refusal.
 *
 * - `status`: the status is enough; AEWS promises no body
 * - `text`: the body must also hold this text
 * - `stdOut`: the body must be the answer of `command/run`
 */
export type SuccessRule =
  | { readonly kind: 'status' }
  | { readonly kind: 'text'; readonly contains: string }
  | { readonly kind: 'stdOut' };

/** One request as data: what is said, where, and who says so. */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  /** Under the base path, without a slash in front; a query may follow. Fields are percent-encoded. */
  readonly path: string;
  /** The fields of the JSON body; one whose template names an absent field is left out. */
  readonly body?: Readonly<Record<string, string>>;
  /** Instead of the profile's own rule. */
  readonly success?: SuccessRule;
  readonly evidence: Evidence;
}

/**
 * A request whose answer tells of a job.
 *
 * - `json`: any of the JSON shapes of `/job` and `/job-run-info`
 * - `summary`: `autorep -J` text, from `command/run`
 */
export interface JobRead extends RequestTemplate {
  readonly reads: 'json' | 'summary';
}

/**
 * A request whose answer tells of a global variable.
 *
 * - `stdOut`: what `autorep -G NAME` prints, from `command/run`
 * - `text`: the bare value as body
 * - `json`: a field `value` or `globalValue`
 *
 * 404 means unset where the path names the variable, and elsewhere that the release has no such request.
 */
export interface GlobalVariableRead extends RequestTemplate {
  readonly reads: 'stdOut' | 'text' | 'json';
}

/** A request whose answer is JIL: the body itself, or the lines that `command/run` printed. */
export interface JilRead extends RequestTemplate {
  readonly reads: 'text' | 'stdOut';
}

/**
 * What one AEWS installation speaks; nobody publishes it for every release, so it is data.
 *
 * What a profile lacks it has no way to say, and the client throws `UnsupportedByProfileError`.
 */
export interface WireProfile {
  readonly name: string;
  /** Where the profile comes from, one sentence for the documentation. */
  readonly about: string;
  /** Such as `/AEWS`, with a slash in front and none behind. */
  readonly basePath: string;
  readonly success: SuccessRule;
  readonly events: Readonly<Partial<Record<AutosysEventKind, RequestTemplate>>>;
  /** Asked in this order, until status and last run are known; the first decides whether the job exists. */
  readonly readJob: readonly JobRead[];
  readonly readGlobalVariable?: GlobalVariableRead;
  /**
   * Answered with what `autorep -J … -d` prints: the first of the present run, the next of the run before it, and so on.
   *
   * Empty or absent where the release cannot tell what happened to a job.
   */
  readonly readJobEvents?: readonly RequestTemplate[];
  readonly readJil?: JilRead;
  /** The JIL is the body. */
  readonly loadJil?: RequestTemplate;
  readonly runCommand?: RequestTemplate;
}
