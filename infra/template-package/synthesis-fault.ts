import { Errors } from 'aws-cdk-lib';

/** The message of a fault of the route file, the settings or the stack. Undefined for a bug. */
export function describeSynthesisFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The constructs of the bridge throw plain errors.
  if (error.constructor === Error || Errors.isConstructError(error)) return error.message;
  return undefined;
}
