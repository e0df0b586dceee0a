import { eventFailed } from '../../delivery/decide-next.ts';
import type { EffectRequest } from '../../ledger/admit.ts';
import type { Entry } from '../../ledger/entry.ts';
import { parseEntry, toKey } from '../../ledger/entry-row.ts';
import type { Table } from '../../ledger/table.ts';
import { toStartRequest } from '../effect-request.ts';
import type { StoredRequest } from '../stored-request.ts';
import { type StartFacts, sendsStart } from './find-run.ts';

/** A request with its wait. */
export type WaitingRequest = StoredRequest & Required<Pick<StoredRequest, 'wait'>>;

/** What the ledger knows of the start, with its entry. */
export interface KnownStart {
  readonly facts: StartFacts;
  /** What is to be sent. @default - nothing */
  readonly start?: EffectRequest;
  readonly entry?: Entry;
}

/** Reads what the ledger knows of the start of a request. @throws {LedgerError} */
export async function readStart(
  request: WaitingRequest,
  { table, clockDiffers }: { readonly table: Pick<Table, 'get'>; readonly clockDiffers: boolean },
): Promise<KnownStart> {
  const start = sendsStart(request.wait.start) ? toStartRequest(request) : undefined;
  if (start === undefined) return { facts: { kind: 'none' } };
  const row = await table.get(toKey(start));
  if (row === undefined) return { facts: { kind: 'absent' }, start };
  const entry = parseEntry(row);
  return { facts: toStartFacts(entry, clockDiffers), entry, start };
}

/**
 * What the entry of a start tells about it. Pure.
 *
 * A start that AutoSys has accepted is not failed because no run shows: the job may be on hold, or its
 * conditions may not be met. After the observation window the ledger counts it as done, or parks it
 * if AutoSys does not list it among the events of the job.
 */
export function toStartFacts(entry: Entry, clockDiffers: boolean): StartFacts {
  const { stage, sent, confirmedMs, parked } = entry;
  const delivered: StartFacts = {
    kind: 'delivered',
    ...(sent?.job && { job: sent.job }),
    ...(sent && { sentMs: sent.sentMs }),
    ...(sent && !clockDiffers && { sentAt: new Date(sent.sentMs) }),
    ...(confirmedMs !== undefined && !clockDiffers && { confirmedAt: new Date(confirmedMs) }),
  };
  switch (stage) {
    case 'due':
    case 'sending':
      return { kind: 'pending', mayBeSent: stage === 'sending' };
    case 'accepted':
      return delivered;
    case 'confirmed':
      return sent === undefined ? toWithdrawn(entry) : delivered;
    case 'parked': {
      const { code = '', reason = 'the start is parked in the ledger' } = parked ?? {};
      if (sent === undefined || code === eventFailed) {
        return { kind: 'failed', failure: 'AutoSys.Rejected', cause: reason };
      }
      if (sent.acceptedMs !== undefined) return delivered;
      return { kind: 'failed', failure: 'AutoSys.Unknown', cause: reason };
    }
    default:
      return stage satisfies never;
  }
}

/** The start was discarded before it was sent. */
function toWithdrawn({ history }: Entry): StartFacts {
  const cause = `nothing was sent: ${history.at(-1)?.text ?? 'the start was withdrawn'}`;
  return { kind: 'failed', failure: 'AutoSys.Rejected', cause };
}
