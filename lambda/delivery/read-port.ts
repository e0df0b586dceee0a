import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Alongside, type Member, type MemberStore, ReadGroup } from './read-groups.ts';

/** What the works of a batch or a drain share their reads by; one for each sandbox. */
export interface ReadGroups {
  readonly members: MemberStore;
  readonly newReadGroup: () => Alongside;
}

/** Binds groups of reads to the real world: the asynchronous context, and timers that keep no process alive. */
export function createReadGroups(): ReadGroups {
  const members = new AsyncLocalStorage<Member>();
  const deps = {
    members,
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false }),
  };
  return { members, newReadGroup: () => new ReadGroup(deps).alongside };
}
