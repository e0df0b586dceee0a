import { AsyncLocalStorage } from 'node:async_hooks';
import { type Alongside, type Member, ReadGroup } from '../../../lambda/delivery/read-groups.ts';
import type { Sandbox } from './sandbox.ts';

/** Tells whose reads are whose, in all sandboxes. */
export const members = new AsyncLocalStorage<Member>();

/** Binds groups of reads to the time of a sandbox. */
export function createNewReadGroup(sandbox: Sandbox): () => Alongside {
  const deps = { members, sleep: (ms: number, signal: AbortSignal) => sandbox.sleep(ms, signal) };
  return () => new ReadGroup(deps).alongside;
}
