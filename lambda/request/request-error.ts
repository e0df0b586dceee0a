import type { RequestFailure } from './result.ts';

/**
 * Failure of a request, as Lambda reports it: its name is the `errorType` and its message the
 * `errorMessage` (Lambda developer guide, errors of Node.js functions). Step Functions compares the
 * name with `ErrorEquals`.
 *
 * The message never contains a task token, or the value of a variable from the request.
 */
export class RequestError extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure, cause: string) {
    super(cause);
    this.failure = failure;
    this.name = failure;
    // Lambda logs the stack of a thrown error. It says nothing that the name does not.
    this.stack = `${failure}: ${cause}`;
  }
}
