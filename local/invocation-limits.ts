import type { InvocationResult } from './invocation.ts';

/** Lambda's limits for the payloads of a synchronous invocation, in bytes ("Lambda quotas"). */
export const payloadBytes = 6_291_556;

/** The result of an invocation, or the error of Lambda for an answer that is too large. */
export function limitAnswer(result: InvocationResult): InvocationResult {
  if (result.kind === 'failed' || Buffer.byteLength(result.payload) <= payloadBytes) return result;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadBytes} bytes).`;
  const errorType = 'Function.ResponseSizeTooLarge';
  return { kind: 'failed', functionError: { errorType, errorMessage } };
}
