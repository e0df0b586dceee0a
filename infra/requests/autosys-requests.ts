import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RequestAction, RequestEntry } from '../../lambda/routing/requests.ts';
import { AutosysTask } from './autosys-task.ts';
import {
  checkGlobal,
  checkJob,
  checkRunJob,
  checkTask,
  checkValue,
  formatTimeout,
} from './check-task.ts';
import type {
  AutosysChangeOptions,
  AutosysTaskOptions,
  GetAutosysJobStatusProps,
  RequestAutosysProps,
  RunAutosysJobProps,
  SetAutosysGlobalProps,
} from './task-props.ts';

const aliasForm =
  /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+:[A-Za-z][A-Za-z0-9_-]*$/;
const defaultTimeout = Duration.hours(24);

/** The actions that change AutoSys. They take place once for each key. */
const changes: readonly RequestAction[] = ['setGlobal', 'sendEvent', 'runJob'];

/**
 * Creates Step Functions states that ask AutoSys through one alias of the request function.
 *
 * The role of the state machine gets the permission to invoke the alias. The entry of the route
 * file must name that role in `callers`.
 */
export class AutosysRequests {
  /** ARN of the alias, with its name at the end. */
  readonly aliasArn: string;
  readonly #entry: RequestEntry | undefined;

  /**
   * @param entry what the alias allows, so that synth refuses what the function would refuse;
   * without it, only the function checks that
   */
  constructor(aliasArn: string, entry?: RequestEntry) {
    this.aliasArn = aliasArn;
    this.#entry = entry;
  }

  /**
   * The requests of an alias of another stack. Its ARN is the output `RequestFunctionArn` of the
   * bridge, a colon and the name of the entry.
   *
   * @throws {Error} unless it is the ARN of a function with an alias
   */
  static fromAliasArn(aliasArn: string): AutosysRequests {
    if (Token.isUnresolved(aliasArn) || aliasForm.test(aliasArn)) {
      return new AutosysRequests(aliasArn);
    }
    throw new Error(
      `aliasArn: found ${JSON.stringify(aliasArn)}, allowed: the ARN of the request function with the alias of an entry at its end, such as arn:aws:lambda:eu-west-1:111122223333:function:NAME:ledger-team`,
    );
  }

  /** A state that runs a job, and continues with its exit code when that run has ended. */
  runAutosysJob(scope: Construct, id: string, props: RunAutosysJobProps): AutosysTask {
    const { job, start = 'STARTJOB', timeout = defaultTimeout, onAbort = 'leave' } = props;
    const { waitForEnd = true } = props;
    checkTask('runJob', props, this.#entry);
    checkJob(job, this.#entry);
    checkRunJob(props, this.#entry);
    const fields = {
      job,
      start,
      ...(waitForEnd && { timeout: formatTimeout(timeout), onAbort }),
    };
    return this.#create(scope, id, 'runJob', fields, props, waitForEnd ? timeout : undefined);
  }

  /** A state that sets a global variable, and continues when AutoSys shows the value. */
  setAutosysGlobal(scope: Construct, id: string, props: SetAutosysGlobalProps): AutosysTask {
    const { global, value } = props;
    checkTask('setGlobal', props, this.#entry);
    checkGlobal(global, this.#entry);
    checkValue(value);
    return this.#create(scope, id, 'setGlobal', { global, value }, props);
  }

  /** A state whose result is the status of a job, with its last run. */
  getAutosysJobStatus(scope: Construct, id: string, props: GetAutosysJobStatusProps): AutosysTask {
    checkTask('jobStatus', props, this.#entry);
    checkJob(props.job, this.#entry);
    return this.#create(scope, id, 'jobStatus', { job: props.job }, props);
  }

  /** A state for any other request. Its fields are checked by the request function only. */
  requestAutosys(scope: Construct, id: string, props: RequestAutosysProps): AutosysTask {
    const { action, fields } = props;
    checkTask(action, props, this.#entry);
    const own = ['action', 'token', 'key', 'context', 'instance'].filter((name) => name in fields);
    if (own.length > 0) {
      throw new Error(
        `fields: found ${own.join(', ')}, which the state adds; allowed: the other fields of ${action}`,
      );
    }
    return this.#create(scope, id, action, fields, props);
  }

  #create(
    scope: Construct,
    id: string,
    action: RequestAction,
    fields: Readonly<Record<string, unknown>>,
    { inMap = false, key, instance, ...options }: AutosysTaskOptions & AutosysChangeOptions,
    waitsFor?: Duration,
  ): AutosysTask {
    const { comment, stateName, queryLanguage, resultPath, outputs, assign } = options;
    return new AutosysTask(scope, id, {
      aliasArn: this.aliasArn,
      request: {
        action,
        ...(instance !== undefined && { instance }),
        ...fields,
        ...(key !== undefined && { key }),
      },
      hasContext: changes.includes(action),
      inMap,
      ...(waitsFor && { waitsFor }),
      ...(comment !== undefined && { comment }),
      ...(stateName !== undefined && { stateName }),
      ...(queryLanguage && { queryLanguage }),
      ...(resultPath !== undefined && { resultPath }),
      ...(outputs !== undefined && { outputs }),
      ...(assign && { assign: { ...assign } }),
    });
  }
}
