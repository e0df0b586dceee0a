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
  /** @param payload the event as JSON text */
  invoke(payload: string): Promise<InvocationResult>;
}
