import type { AutosysInstance } from '../../../autosys/names.ts';
import type { Table } from '../../ledger/table.ts';
import type { WaitPasses } from './wait-pass.ts';
import type { PassResult } from './work-on-waits.ts';

/** Time from the start of one pass to the start of the next, in milliseconds. */
export const passEveryMs = 30_000;
/** Passes of one invocation, which a schedule makes every minute. */
const passesPerRun = 2;
/** Time that a pass needs at least, in milliseconds. */
const shortestPassMs = 5_000;

export interface RunWaitsDeps {
  readonly table: Pick<Table, 'get' | 'put'>;
  readonly passes: Pick<WaitPasses, 'hasWaits' | 'pass'>;
  readonly instances: readonly AutosysInstance[];
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly newLeaseId: () => string;
  /** Called after each pass over an instance, and with no results for an instance without waits. */
  readonly onPass: (instance: AutosysInstance, results: readonly PassResult[]) => void;
}

/** Time limits of an invocation. */
export interface RunLimits {
  /** After this instant no read starts, in epoch milliseconds. */
  readonly untilMs: number;
  /** When the invocation is over at the latest, in epoch milliseconds. The lease ends then. */
  readonly leaseUntilMs: number;
  readonly signal: AbortSignal;
}

/** What an invocation did. `busy`: another one works. */
export type RunWaitsResult = 'idle' | 'busy' | 'worked';

/** Row of the lease under which one invocation at a time works. */
const leaseKey = 'lease wait';
const leaseKeptMs = 86_400_000;

interface WaitLease {
  readonly format: 1;
  readonly kind: 'waitLease';
  readonly owner: string;
  readonly untilMs: number;
}

/**
 * Creates the scheduled work on waits: two passes, 30 s apart, one invocation at a time. Without waits
 * it makes one query for each instance and ends.
 *
 * An instance that fails does not stop the others; the first failure is thrown at the end.
 */
export function createRunWaits(deps: RunWaitsDeps) {
  const { table, passes, instances, now, sleep, newLeaseId, onPass } = deps;

  return async function runWaits(limits: RunLimits): Promise<RunWaitsResult> {
    const busy = await findBusy();
    if (busy.length === 0) return 'idle';
    const owner = newLeaseId();
    if (!(await takeLease(owner, limits.leaseUntilMs))) return 'busy';
    try {
      await runPasses(busy, limits);
    } finally {
      // If this fails, the lease ends by itself.
      await releaseLease(owner).catch(() => undefined);
    }
    return 'worked';
  };

  async function findBusy(): Promise<readonly AutosysInstance[]> {
    const found = await Promise.all(
      instances.map(async (instance) => ({ instance, has: await passes.hasWaits(instance) })),
    );
    for (const { instance, has } of found) if (!has) onPass(instance, []);
    return found.flatMap(({ instance, has }) => (has ? [instance] : []));
  }

  async function runPasses(busy: readonly AutosysInstance[], limits: RunLimits): Promise<void> {
    const { untilMs, signal } = limits;
    const startedMs = now().getTime();
    let failure: { readonly reason: unknown } | undefined;
    for (let pass = 0; pass < passesPerRun && !signal.aborted; pass += 1) {
      const atMs = startedMs + pass * passEveryMs;
      if (atMs + shortestPassMs > untilMs) break;
      const waitMs = atMs - now().getTime();
      if (waitMs > 0) await sleep(waitMs, signal).catch(() => undefined);
      const isLast = pass === passesPerRun - 1;
      const endMs = isLast ? untilMs : Math.min(untilMs, atMs + passEveryMs - shortestPassMs);
      const done = await Promise.allSettled(
        busy.map(async (one) => onPass(one, await passes.pass(one, { untilMs: endMs, signal }))),
      );
      failure ??= done.find(({ status }) => status === 'rejected') as typeof failure;
    }
    if (failure !== undefined) throw failure.reason;
  }

  async function takeLease(owner: string, untilMs: number): Promise<boolean> {
    const row = await table.get(leaseKey);
    const nowMs = now().getTime();
    if (isWaitLease(row?.body) && row.body.untilMs > nowMs) return false;
    return writeLease({ owner, untilMs }, row?.revision);
  }

  async function releaseLease(owner: string): Promise<void> {
    const row = await table.get(leaseKey);
    if (!isWaitLease(row?.body) || row.body.owner !== owner) return;
    await writeLease({ owner, untilMs: 0 }, row?.revision);
  }

  async function writeLease(
    { owner, untilMs }: Pick<WaitLease, 'owner' | 'untilMs'>,
    seen: number | undefined,
  ): Promise<boolean> {
    const body: WaitLease = { format: 1, kind: 'waitLease', owner, untilMs };
    const expiresAt = new Date(now().getTime() + leaseKeptMs);
    return (await table.put({ key: leaseKey, body, expiresAt }, seen)) !== undefined;
  }
}

function isWaitLease(body: unknown): body is WaitLease {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'waitLease';
}
