import type { Agent } from 'node:https';

/** What every read of the live checks needs. */
export interface LiveDeps {
  /** Such as one for a proxy. */
  readonly httpsAgent: Agent | undefined;
  /** Aborts at the time limit, and when the command is cancelled. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
