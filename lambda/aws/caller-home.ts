import type { Agent } from 'node:https';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { toClientSettings } from './client-timeouts.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** The caller of AWS, and the Region of its environment. */
export interface CallerHome {
  readonly kind: 'found';
  readonly arn: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** Reads account and Region of the caller. Never rejects. It needs no permission. */
export type ReadCallerHome = (signal: AbortSignal) => Promise<CallerHome | FailedCall>;

/**
 * Creates the function that asks STS who the caller is, and the SDK for the Region of its environment
 * or profile.
 *
 * @param httpsAgent such as one for a proxy
 */
export function createReadCallerHome(httpsAgent: Agent | undefined): ReadCallerHome {
  return async function readCallerHome(signal) {
    try {
      const client = new STSClient(toClientSettings({ tries: 3, tryMs: 3_000, httpsAgent }));
      const region = await client.config.region();
      const { Arn: arn, Account: account } = await client.send(new GetCallerIdentityCommand(), {
        abortSignal: signal,
      });
      if (arn && account) return { kind: 'found', arn, account, region };
      return { kind: 'unavailable', reason: 'an answer without ARN and account' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
