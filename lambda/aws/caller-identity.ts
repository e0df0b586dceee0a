import type { Agent } from 'node:https';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { toClientSettings } from './client-timeouts.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** Reads the ARN of the caller. Never rejects. */
export type ReadCallerArn = (
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly arn: string } | FailedCall>;

/**
 * Creates the function that asks STS who the caller is. It needs no permission.
 *
 * @param httpsAgent such as one for a proxy
 * @param settings of the client, in addition to its time limits
 */
export function createReadCallerArn(
  httpsAgent: Agent | undefined,
  settings: STSClientConfig = {},
): ReadCallerArn {
  return async function readCallerArn(signal) {
    try {
      const limits = toClientSettings({ tries: 3, tryMs: 3_000, httpsAgent });
      const client = new STSClient({ ...limits, ...settings });
      const { Arn: arn } = await client.send(new GetCallerIdentityCommand(), {
        abortSignal: signal,
      });
      return arn
        ? { kind: 'found', arn }
        : { kind: 'unavailable', reason: 'an answer without ARN' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
