import type { Origin } from './origin.ts';

/** What a target starts. `targets:` of the route file, compiled. */
export type LaunchTarget = ExecutionTarget | BatchJobTarget;

/** Fields that targets of both kinds have. */
interface TargetBase {
  /** Key in `targets:`. */
  readonly name: string;
  /**
   * Workloads that the target starts, matched like those of a route without actions.
   *
   * By name, or by ARN if the file names one. A state machine is matched without its qualifier: the
   * version and alias in an event are documented, but in no recorded event.
   */
  readonly from: Origin;
  /**
   * Input of the run: the caller's own JSON, or a JSON value whose texts are templates
   * (`LaunchTemplate`).
   *
   * For a Batch job it is an object of texts, which become the `parameters` of SubmitJob.
   */
  readonly input: 'given' | { readonly template: LaunchJson };
  /** Parameters that a caller may give, each with its pattern for {@link toParamPattern}. */
  readonly params: Readonly<Record<string, string>>;
  /** Time in which a run usually ends. After it, the sweep asks AWS about the run. */
  readonly endsWithinMs: number;
  /** What happens to the run when AutoSys kills the job that waits for it. */
  readonly onKill: 'stop' | 'leave';
  /** Exit codes, 0 to 255, by status (`TIMED_OUT`) or by error name (`Rates.NoData`). */
  readonly exitCodes: Readonly<Record<string, number>>;
  /** Other workloads that a stop of a run may end, besides the run itself. */
  readonly children: TargetChildren;
  /** Maximum runs at once. A further start is answered with 429. @default - no maximum */
  readonly maxRunning?: number;
  /** False while nothing may be started. A start is answered with 503. */
  readonly enabled: boolean;
  /**
   * What shows the state of a run in AutoSys, in the instance of the job that starts it. @default -
   * nothing
   */
  readonly mirror?: Mirror;
  /**
   * `redrive`: a restart of the AutoSys job continues the failed execution of the earlier try, where
   * AWS allows it. @default - each try starts a new run
   */
  readonly onRetry?: 'redrive';
}

/** A global variable, or the status of a job, that shows the state of a run. */
export interface Mirror {
  readonly kind: 'global' | 'job';
  /** Name of the variable or job. */
  readonly name: string;
}

/** A JSON value. */
export type LaunchJson =
  | string
  | number
  | boolean
  | null
  | readonly LaunchJson[]
  | { readonly [key: string]: LaunchJson };

/**
 * Names of the workloads in the account and Region of the bridge that a stop may end, without
 * version or revision. A `*` at the end stands for any text.
 */
export interface TargetChildren {
  readonly stateMachines: readonly string[];
  readonly jobQueues: readonly string[];
  readonly jobDefinitions: readonly string[];
}

/** A Step Functions state machine, in the account and Region of the bridge. */
export interface ExecutionTarget extends TargetBase {
  readonly kind: 'execution';
  /** Name, also if the file has an ARN. */
  readonly stateMachine: string;
  /** Name of an alias, or number of a version. @default - the unqualified state machine */
  readonly qualifier?: string;
}

/** An AWS Batch job, in the account and Region of the bridge. */
export interface BatchJobTarget extends TargetBase {
  readonly kind: 'batchJob';
  /** Name, also if the file has an ARN. */
  readonly jobQueue: string;
  /** Name, with `:revision` if the file names one. */
  readonly jobDefinition: string;
  /** Number of children of an array job, 2 to 10,000, or a template for it. */
  readonly arraySize?: number | string;
  readonly overrides: BatchOverrides;
  /** Templates of the ids of Batch jobs that must end first. At most 20. */
  readonly dependsOn: readonly string[];
}

/** Overrides of the job definition. Texts are templates (`LaunchTemplate`). */
export interface BatchOverrides {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** 0.25, 0.5 or a whole number. */
  readonly vcpus?: number;
  /** MiB. */
  readonly memory?: number;
  /** Number of attempts, 1 to 10. */
  readonly attempts?: number;
  /** Time limit of each attempt, in seconds, at least 60. */
  readonly timeoutSeconds?: number;
}

/** Who may start which targets. `callers:` of the route file, compiled. */
export interface LaunchCaller {
  /** Key in `callers:`; the user name of its login. */
  readonly name: string;
  /**
   * Name or ARN of the Secrets Manager secret that holds `{"password"}` or `{"token"}` of the
   * caller.
   */
  readonly secret: string;
  /** Names of the targets that it may use, sorted. The patterns of the file are resolved. */
  readonly targets: readonly string[];
  /** Patterns of the AutoSys jobs that it may act for; `*` is any text. */
  readonly jobs: readonly string[];
}

/**
 * Fields that a launch template may name: `${job}`, `${run}`, `${try}`, `${instance}`, `${name}`
 * (the name of the run in AWS), `${param.NAME}`.
 */
export const launchFields = ['job', 'run', 'try', 'instance', 'name'] as const;
export type LaunchField = (typeof launchFields)[number];

/** The pattern of a parameter: it matches the whole value. @throws {SyntaxError} */
export function toParamPattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

/** A placeholder of a launch template. */
export interface LaunchPlaceholder {
  /** Offset into the text. */
  readonly start: number;
  /** As it is written, such as `${job}`. */
  readonly written: string;
  /** `undefined` if it is not closed. */
  readonly field: string | undefined;
}

/** The placeholders of a launch template, in order. A pair `$$` is a literal `$` and none. */
export function findLaunchPlaceholders(text: string): readonly LaunchPlaceholder[] {
  return [...text.matchAll(/\$\$|\$\{([^}]*)\}|\$\{/g)]
    .filter(([written]) => written !== '$$')
    .map(({ index: start, 0: written, 1: field }) => ({ start, written, field }));
}

/**
 * Whether a text is a valid launch template: literal text, `${field}` and `${param.NAME}`; `$$` is a
 * literal `$`.
 *
 * @param params names of the declared parameters
 * @returns the unknown field or unclosed placeholder, as it is written, or `undefined`
 */
export function findLaunchTemplateFault(
  text: string,
  params: readonly string[],
): string | undefined {
  return findLaunchPlaceholders(text).find(
    ({ field }) => field === undefined || !isLaunchField(field, params),
  )?.written;
}

/** Whether a placeholder may have this field. @param params names of the declared parameters */
export function isLaunchField(field: string, params: readonly string[]): boolean {
  const fields: readonly string[] = launchFields;
  return fields.includes(field) || (field.startsWith('param.') && params.includes(field.slice(6)));
}
