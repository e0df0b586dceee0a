/**
 * A retrier of a Task state, with the fields of the Amazon States Language, so that a test can pass
 * the `Retry` of a definition. `JitterStrategy` FULL is not emulated.
 */
export interface Retrier {
  /** Error names, such as `AutoSys.JobFailed`, `States.TaskFailed` or `States.ALL`. */
  readonly ErrorEquals: readonly string[];
  /** @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  /** @default - no limit */
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE';
}

/**
 * A Task state that really invokes a function of the embedded Lambda, with the execution role as
 * caller.
 *
 * ```ts
 * workloads.define({
 *   stateMachine: 'settlement',
 *   roleArn: 'arn:aws:iam::111122223333:role/settlement',
 *   runs: {
 *     steps: [
 *       {
 *         kind: 'invoke',
 *         state: 'Load',
 *         functionName: `${requestFunctionArn}:ledger-team`,
 *         payload: {
 *           action: 'runJob',
 *           job: 'LOAD_LEDGER',
 *           'token.$': '$$.Task.Token',
 *           context: { 'execution.$': '$$.Execution.Id', 'retry.$': '$$.State.RetryCount' },
 *         },
 *         waitForTaskToken: true,
 *         heartbeatSeconds: 300,
 *         retry: [{ ErrorEquals: ['AutoSys.JobFailed'], MaxAttempts: 1 }],
 *       },
 *     ],
 *     end: { status: 'SUCCEEDED', outputOf: 'Load' },
 *   },
 * });
 * ```
 */
export interface InvokeStep {
  readonly kind: 'invoke';
  /** Name of the state, 1 to 80 characters. */
  readonly state: string;
  /** Name or ARN of a function, with or without `:QUALIFIER`. */
  readonly functionName: string;
  /**
   * Payload template: `Parameters` of a Task state with the ARN of a function as resource,
   * otherwise its `Payload`. A key that ends in `.$` has a path as value: `$$` and names for the
   * context object, `$` and names for the input of the execution.
   */
  readonly payload: Readonly<Record<string, unknown>>;
  /**
   * `invoke` (`lambda:invoke`), whose output has the answer in `Payload`, or the ARN of the function
   * as resource, whose output is the answer. @default 'invoke'
   */
  readonly integration?: 'invoke' | 'arn';
  /** Whether the state ends with SendTaskSuccess or SendTaskFailure. @default false */
  readonly waitForTaskToken?: boolean;
  /** Only with `waitForTaskToken`. @default - no limit */
  readonly heartbeatSeconds?: number;
  /** Of each attempt. @default - no limit */
  readonly timeoutSeconds?: number;
  /** @default - no retry */
  readonly retry?: readonly Retrier[];
  /**
   * What the state machine does with the last failure: fail too, or catch it. A caught failure is
   * the output of the state. @default 'fail'
   */
  readonly onFailure?: 'fail' | 'continue';
}

/** @throws {Error} for a step that Step Functions would refuse, or that is not emulated */
export function checkInvokeStep(step: InvokeStep): void {
  const {
    state,
    waitForTaskToken,
    integration,
    heartbeatSeconds,
    timeoutSeconds,
    retry = [],
  } = step;
  const refuse = (what: string, found: string, allowed: string): never => {
    throw new Error(`state ${state}, ${what}: found ${found}, allowed: ${allowed}`);
  };
  if (waitForTaskToken && integration === 'arn') {
    refuse('integration', 'arn with waitForTaskToken', 'invoke');
  }
  if (heartbeatSeconds !== undefined && !waitForTaskToken) {
    refuse('heartbeatSeconds', 'no waitForTaskToken', 'a task that waits for its token');
  }
  for (const [name, value] of Object.entries({ heartbeatSeconds, timeoutSeconds })) {
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    refuse(name, String(value), 'a whole number of seconds, 1 or more');
  }
  if (heartbeatSeconds !== undefined && heartbeatSeconds >= (timeoutSeconds ?? Infinity)) {
    refuse('heartbeatSeconds', `${heartbeatSeconds}`, `less than timeoutSeconds ${timeoutSeconds}`);
  }
  for (const { ErrorEquals, JitterStrategy = 'NONE' } of retry) {
    if (ErrorEquals.length === 0) refuse('Retry', 'no ErrorEquals', 'at least one error name');
    if (JitterStrategy !== 'NONE') refuse('JitterStrategy', JitterStrategy, 'NONE');
  }
}
