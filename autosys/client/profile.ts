import type { AutosysEventKind } from '../event.ts';

/**
 * The evidence for a request. The documentation lists it.
 *
 * - `documented`: vendor documentation or knowledge base
 * - `seen`: sent by an independent client, or run successfully
 * - `inferred`: deduced by analogy; unverified until `doctor` has tried it
 * - `site`: from the configuration of this installation
 */
export type Evidence = 'documented' | 'seen' | 'inferred' | 'site';

/**
 * The fields that a template may contain in braces, such as `{job}`.
 *
 * `command` is the whole event as a command line of sendevent, or the command to run.
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

/** A name that is allowed in braces in a path or a body. */
export type ProfileField = (typeof profileFields)[number];

/**
 * The rule which 2xx replies to an event are an acceptance.
 *
 * For every rule, a page of markup is unreadable, and a `CAUAJM_E` line or a `stdErr` with text is
 * a rejection.
 *
 * - `status`: the status is sufficient; AEWS documents no body
 * - `text`: the body must also contain this text
 * - `stdOut`: the body must be a reply of `command/run`
 */
export type SuccessRule =
  | { readonly kind: 'status' }
  | { readonly kind: 'text'; readonly contains: string }
  | { readonly kind: 'stdOut' };

/** One request as data: method, address, body and evidence. */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  /**
   * Relative to the base path, without a leading slash, optionally with a query. Percent-encoded.
   */
  readonly path: string;
  /** The fields of the JSON body. A field whose template contains an absent value is omitted. */
  readonly body?: Readonly<Record<string, string>>;
  /** @default - the rule of the profile */
  readonly success?: SuccessRule;
  readonly evidence: Evidence;
}

/**
 * A request that reads a job.
 *
 * - `json`: any of the JSON shapes of `/job` and `/job-run-info`
 * - `summary`: `autorep -J` text, from `command/run`
 */
export interface JobRead extends RequestTemplate {
  readonly reads: 'json' | 'summary';
}

/**
 * A request that reads a global variable.
 *
 * - `stdOut`: the output of `autorep -G NAME`, from `command/run`
 * - `text`: the value is the body
 * - `json`: a field `value` or `globalValue`
 *
 * 404 means `unset` if the path contains the variable. Otherwise the release has no such request.
 */
export interface GlobalVariableRead extends RequestTemplate {
  readonly reads: 'stdOut' | 'text' | 'json';
}

/** A request that reads JIL: from the body, or from the output of `command/run`. */
export interface JilRead extends RequestTemplate {
  readonly reads: 'text' | 'stdOut';
}

/**
 * The requests of one AEWS installation.
 *
 * They are data, because they are not published for every release. For a request that a profile
 * lacks, the client throws `UnsupportedByProfileError`.
 */
export interface WireProfile {
  readonly name: string;
  /** The source of the profile, one phrase for the documentation. */
  readonly about: string;
  /** Such as `/AEWS`, with a leading slash and no trailing slash. */
  readonly basePath: string;
  readonly success: SuccessRule;
  readonly events: Readonly<Partial<Record<AutosysEventKind, RequestTemplate>>>;
  /**
   * Sent in this order until status and last run are known. The first decides if the job exists.
   */
  readonly readJob: readonly JobRead[];
  readonly readGlobalVariable?: GlobalVariableRead;
  /**
   * Requests for the output of `autorep -J … -d`: of the current run, of the run before it, and so
   * on.
   *
   * Empty or absent if the release cannot list the events of a job.
   */
  readonly readJobEvents?: readonly RequestTemplate[];
  readonly readJil?: JilRead;
  /** The JIL is the body. */
  readonly loadJil?: RequestTemplate;
  readonly runCommand?: RequestTemplate;
}
