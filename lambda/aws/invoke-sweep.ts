import type { Agent } from 'node:https';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { toClientSettings } from './client-timeouts.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Five seconds longer than the timeout of the sweep function, which is one minute. */
const tryMs = 65_000;

/** Invokes the sweep function once, and waits for its end. Never rejects. */
export type InvokeSweep = (
  functionName: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'done' }
  /** The function itself failed. */
  | { readonly kind: 'failed'; readonly reason: string }
  | FailedCall
>;

/**
 * Creates the invocation of the sweep function. One try: the caller decides on each repetition.
 *
 * @param httpsAgent such as one for a proxy
 */
export function createInvokeSweep(httpsAgent: Agent | undefined): InvokeSweep {
  return async function invokeSweep(functionName, signal) {
    try {
      const client = new LambdaClient(toClientSettings({ tries: 1, tryMs, httpsAgent }));
      const command = new InvokeCommand({ FunctionName: functionName, Payload: '{}' });
      const { FunctionError, Payload } = await client.send(command, { abortSignal: signal });
      if (FunctionError === undefined) return { kind: 'done' };
      return { kind: 'failed', reason: toErrorType(Payload) ?? FunctionError };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

/** Name of the error of a function. Its message is left out, since it may quote data. */
function toErrorType(payload: { transformToString(): string } | undefined): string | undefined {
  try {
    const parsed: unknown = JSON.parse(payload?.transformToString() ?? '');
    const type: unknown = typeof parsed === 'object' && parsed && Reflect.get(parsed, 'errorType');
    return typeof type === 'string' ? type : undefined;
  } catch {
    return undefined;
  }
}
