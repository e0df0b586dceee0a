import { AsyncLocalStorage } from 'node:async_hooks';
import { type Alongside, type Member, ReadGroup } from '../../../lambda/delivery/read-groups.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';

/** Identifies the member of a read group, in all execution environments. */
export const members = new AsyncLocalStorage<Member>();

/** Binds read groups to the clock of an execution environment. */
export function createNewReadGroup(environment: SimulatedEnvironment): () => Alongside {
  const deps = {
    members,
    sleep: (ms: number, signal: AbortSignal) => environment.sleep(ms, signal),
  };
  return () => new ReadGroup(deps).alongside;
}
