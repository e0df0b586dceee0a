import type { RunAnswer } from '../../lambda/launch/api.ts';
import type { LaunchRules } from '../../lambda/launch/check-start.ts';
import type { Home } from '../../lambda/routing/routes.ts';
import type { LaunchCaller, LaunchTarget } from '../../lambda/routing/targets.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';
import type { DirectCalls } from './aws-calls.ts';
import type { RunMemory } from './run-memory.ts';

/** What direct mode needs. */
export interface DirectDeps {
  readonly calls: DirectCalls;
  /** Account of the credentials, and Region. */
  readonly home: Home;
  /** Name of the target. */
  readonly targetName: string;
  /** Reads the route file, once for each start. @throws {AgentError} */
  readonly readRules: () => LaunchRules;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What the parts of direct mode share. */
export interface DirectFacts extends DirectDeps {
  readonly memory: RunMemory;
  readonly caller: LaunchCaller;
  /** The target, as it is in the route file that was read last. */
  readonly target: () => LaunchTarget | undefined;
}

/** How a part of a call ended: it goes on, or this is the outcome of the call. */
export type DirectStep = { readonly kind: 'done' } | ApiOutcome<RunAnswer>;

/** The call goes on. */
export const stepDone: DirectStep = { kind: 'done' };

/** The target as a list, which is empty if the route file no longer has it. */
export function toTargetList({ target }: DirectFacts): readonly LaunchTarget[] {
  return [target()].flatMap((one) => one ?? []);
}
