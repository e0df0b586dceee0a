/** An error as Lambda reports it, such as `Error`, `Runtime.ExitError` or `Sandbox.Timedout`. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The result of one invocation: the payload as JSON text, or why the function failed. */
export type InvocationResult =
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly functionError: FunctionError };

/** A function, as its callers see it. Never rejects: a failure is a result. */
export interface Invocable {
  readonly name: string;
  /**
   * @param payload the event as JSON text
   * @param invokedArn `context.invokedFunctionArn`. @default - the ARN of the function
   */
  invoke(payload: string, invokedArn?: string): Promise<InvocationResult>;
}

/** A synchronous invocation by a principal of IAM. */
export interface DirectInvocation {
  /** Name or ARN, with or without `:QUALIFIER`, which is an alias, a version or `$LATEST`. */
  readonly functionName: string;
  /**
   * `aws:PrincipalArn` of the caller: the ARN of a role, also for an assumed role, of a user, or of
   * the root user. Undefined for a caller that has none, such as a service that calls as itself.
   */
  readonly callerArn: string | undefined;
  /** The event as JSON text. */
  readonly payload: string;
}

/** The result of a direct invocation. A refused one has not reached the function. */
export type DirectInvocationResult =
  | (InvocationResult & {
      /** A version number, or `$LATEST`. */
      readonly executedVersion: string;
    })
  | {
      readonly kind: 'refused';
      /** Name of the error in the API model, such as `AccessDeniedException`. */
      readonly error: string;
      readonly message: string;
      /** HTTP status. */
      readonly status: number;
    };

/**
 * Invokes a function. A failure and a refusal are results; it rejects only for a `callerArn` that no
 * principal can have.
 */
export type InvokeFunction = (invocation: DirectInvocation) => Promise<DirectInvocationResult>;
