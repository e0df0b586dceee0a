import type { Agent } from 'node:https';
import { toClientSettings } from './client-timeouts.ts';

/** Where the client of a check calls AWS, and how. */
export interface LiveClientOptions {
  readonly region: string;
  /** Such as one for a proxy. */
  readonly httpsAgent: Agent | undefined;
}

/**
 * Settings of a client that checks a route file. Eight tries: the SDK waits longer before each, so that
 * a throttled list of thousands of names is still read.
 */
export function toLiveSettings({ region, httpsAgent }: LiveClientOptions) {
  return { region, ...toClientSettings({ tries: 8, tryMs: 5_000, httpsAgent }) };
}

/** Maximum pages of a list: more than the quotas of AWS allow. It ends a list that repeats itself. */
export const maxListPages = 1_000;
