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
      const { Arn: arn } = await askCaller(createClient(httpsAgent, settings), signal);
      return arn
        ? { kind: 'found', arn }
        : { kind: 'unavailable', reason: 'an answer without ARN' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

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
      const client = createClient(httpsAgent);
      const region = await client.config.region();
      const { Arn: arn, Account: account } = await askCaller(client, signal);
      if (arn && account) return { kind: 'found', arn, account, region };
      return { kind: 'unavailable', reason: 'an answer without ARN and account' };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

function createClient(httpsAgent: Agent | undefined, settings: STSClientConfig = {}): STSClient {
  const limits = toClientSettings({ tries: 3, tryMs: 3_000, httpsAgent });
  return new STSClient({ ...limits, ...settings });
}

function askCaller(client: STSClient, signal: AbortSignal) {
  return client.send(new GetCallerIdentityCommand(), { abortSignal: signal });
}
