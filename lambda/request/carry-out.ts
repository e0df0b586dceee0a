import { createClaim } from '../delivery/claim.ts';
import { createExecute, type ExecuteDeps, type Executed } from '../delivery/execute.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseEntry, toKey } from '../ledger/entry-row.ts';
import { createRecordInstance } from '../ledger/instance-names.ts';
import { compareToKnown } from '../workload/version.ts';

export interface CarryOutDeps extends ExecuteDeps {
  readonly newLeaseId: () => string;
}

/** What came of the effect of a request. */
export type CarriedOut =
  /** Its entry is confirmed or parked. */
  | { readonly kind: 'decided'; readonly entry: Entry }
  /** It waits in the ledger; the drain or another function continues it. */
  | { readonly kind: 'pending'; readonly entry?: Entry; readonly reason: string }
  /**
   * A newer request for the target was recorded, so this one is not sent from now on. `wasRecorded`:
   * this call had recorded it before, so it may have been sent.
   */
  | { readonly kind: 'superseded'; readonly reason: string; readonly wasRecorded: boolean };

/** Carries out the effect of a request, or continues it. @throws {LedgerError} */
export type CarryOut = (request: EffectRequest, signal: AbortSignal) => Promise<CarriedOut>;

/** How often, and at what distance in milliseconds, an entry under another lease is read again. */
const otherLease = { reads: 20, sleepMs: 500 };

/**
 * Creates the work on the effect of a request.
 *
 * It is an entry of the ledger like the effects of events: a repeated attempt continues an open one,
 * and finds a decided one; the drain continues it if no attempt follows.
 */
export function createCarryOut(deps: CarryOutDeps): CarryOut {
  const { table, newLeaseId, now, sleep } = deps;
  const { admitRequest } = createClaim(deps);
  const execute = createExecute(deps);
  const recordInstance = createRecordInstance(deps);

  return async function carryOut(request, signal) {
    await recordInstance(request.to);
    const leaseOwner = newLeaseId();
    for (let reads = 0; ; reads += 1) {
      const claim = await admitRequest(request, { leaseOwner, signal });
      switch (claim.kind) {
        case 'taken':
          // Where a newer request came meanwhile, the entry that was executed last is that one.
          return (
            toState(request, await execute(claim, signal)) ??
            readState(request, {
              reason: 'another request took its place',
              wasRecorded: true,
            })
          );
        case 'parked':
          return { kind: 'decided', entry: claim.entry };
        case 'unreached':
          return { kind: 'pending', entry: claim.entry, reason: claim.error.message };
        case 'dropped':
          return readState(request, { reason: claim.reason, wasRecorded: reads > 0 });
        default: {
          const state = await readState(request, { reason: claim.reason, wasRecorded: true });
          const isWorkedOn = state.kind === 'pending' && isLeased(state.entry);
          if (!isWorkedOn || reads >= otherLease.reads || signal.aborted) return state;
          await sleep(otherLease.sleepMs, signal).catch(() => undefined);
        }
      }
    }
  };

  /** The state after the execution; `undefined` if only the ledger shows it. */
  function toState(request: EffectRequest, { entry, result }: Executed): CarriedOut | undefined {
    return result.kind === 'lost' || !isOwn(request, entry) ? undefined : toOwnState(entry, '');
  }

  function isLeased(entry: Entry | undefined): boolean {
    return entry?.lease !== undefined && entry.lease.untilMs > now().getTime();
  }

  /** The state of the request's own entry, as the ledger has it now. */
  async function readState(
    request: EffectRequest,
    { reason, wasRecorded }: { readonly reason: string; readonly wasRecorded: boolean },
  ): Promise<CarriedOut> {
    const row = await table.get(toKey(request));
    const entry = row && parseEntry(row);
    if (entry === undefined || !isOwn(request, entry))
      return { kind: 'superseded', reason, wasRecorded };
    return toOwnState(entry, reason);
  }
}

/** @param reason why the entry is not worked on, if its history does not say so */
function toOwnState(entry: Entry, reason: string): CarriedOut {
  if (entry.stage === 'confirmed' || entry.stage === 'parked') return { kind: 'decided', entry };
  const last = entry.history.at(-1)?.text ?? reason;
  const isOnlyRequested = last.startsWith('requested by') && reason !== '';
  return { kind: 'pending', entry, reason: isOnlyRequested ? reason : last };
}

function isOwn(request: EffectRequest, entry: Entry): boolean {
  const { kind, version } = request;
  return kind === 'once' || compareToKnown(version, entry.version) === 'duplicate';
}
