import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Alongside, type Member, type MemberStore, ReadGroup } from './read-groups.ts';

/** Shares the reads of one batch or drain; one for each sandbox. */
export interface ReadGroups {
  readonly members: MemberStore;
  readonly newReadGroup: () => Alongside;
}

/** Creates read groups on the asynchronous context, with timers that keep no process alive. */
export function createReadGroups(): ReadGroups {
  const members = new AsyncLocalStorage<Member>();
  const deps = {
    members,
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false }),
  };
  return { members, newReadGroup: () => new ReadGroup(deps).alongside };
}
