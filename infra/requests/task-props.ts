import type { Duration } from 'aws-cdk-lib';
import type { QueryLanguage } from 'aws-cdk-lib/aws-stepfunctions';
import type { JobStart, RequestAction } from '../../lambda/routing/requests.ts';

/** Properties of every state that asks AutoSys. */
export interface AutosysTaskOptions {
  /**
   * AutoSys instance, three characters.
   *
   * @default - that of the entry, which is the only one allowed
   */
  readonly instance?: string;
  /** Comment in the definition. @default - none */
  readonly comment?: string;
  /** Name of the state. @default - the construct id */
  readonly stateName?: string;
  /** @default - the query language of the state machine */
  readonly queryLanguage?: QueryLanguage;
  /** JSONPath only: where the answer goes in the state's output. @default - `$`, the whole output */
  readonly resultPath?: string;
  /** JSONata only: the state's output. @default - the answer */
  readonly outputs?: unknown;
  /** Variables that get a part of the answer. @default - none */
  readonly assign?: Readonly<Record<string, unknown>>;
}

/** Properties of a state that changes something in AutoSys, once for each entry into the state. */
export interface AutosysChangeOptions extends AutosysTaskOptions {
  /**
   * Whether the state is in a Map. The index of the iteration then belongs to the key of the
   * request, so that two iterations that ask for the same are two requests.
   *
   * @default false
   */
  readonly inMap?: boolean;
  /**
   * Key of the request, instead of execution, state and entry time. The same key with the same
   * content is the same request, also from another execution.
   *
   * @default - a key for each entry into the state
   */
  readonly key?: string;
}

/** Properties of `runAutosysJob`. */
export interface RunAutosysJobProps extends AutosysChangeOptions {
  /** Name of the job: up to 64 characters, a JSONPath (`JsonPath.stringAt`) or JSONata. */
  readonly job: string;
  /** How the job gets a run. @default STARTJOB */
  readonly start?: JobStart;
  /**
   * How long to wait for the end of the run: whole minutes, 1 minute to 365 days.
   *
   * @default - 24 hours
   */
  readonly timeout?: Duration;
  /**
   * What happens to the job when the execution is aborted or times out. `kill` sends KILLJOB, and is
   * allowed only if the entry has `onAbort: kill`.
   *
   * @default leave
   */
  readonly onAbort?: 'leave' | 'kill';
  /** `false`: the state starts the job and continues without its end. @default true */
  readonly waitForEnd?: boolean;
}

/** Properties of `setAutosysGlobal`. */
export interface SetAutosysGlobalProps extends AutosysChangeOptions {
  /** Name of the variable: up to 64 characters, a JSONPath or JSONata. */
  readonly global: string;
  /** The value: up to 100 characters, a JSONPath or JSONata. */
  readonly value: string;
}

/** Properties of `getAutosysJobStatus`. */
export interface GetAutosysJobStatusProps extends AutosysTaskOptions {
  /** Name of the job: up to 64 characters, a JSONPath or JSONata. */
  readonly job: string;
}

/** Properties of `requestAutosys`. */
export interface RequestAutosysProps extends AutosysChangeOptions {
  readonly action: Exclude<RequestAction, 'runJob'>;
  /**
   * The other fields of the request, see docs/requests.md: `{ global: 'LEDGER_DAY' }` for
   * `getGlobal`. Without token, key and context, which the state adds.
   */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Properties with the entry by which a state of a bridge asks. */
export type ByEntry<Props> = Props & {
  /** Name of the entry in `requests:`. @default - the entry, if there is one */
  readonly entry?: string;
};
