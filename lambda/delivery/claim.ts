import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import { type ErrorDescription, LedgerError } from '../errors.ts';
import {
  type AdmitContext,
  type AdmitResult,
  admit,
  type EffectRequest,
  resume,
} from '../ledger/admit.ts';
import { type Entry, predecessorParked } from '../ledger/entry.ts';
import { isWaitingForPerson, parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import { type InvalidEffectEntry, parseAnyEntry } from '../ledger/invalid-effect.ts';
import { parseRun, toRunKey } from '../ledger/run-row.ts';
import { park, type SettlePolicy, settle } from '../ledger/settle.ts';
import type { StoredRow, Table } from '../ledger/table.ts';
import { discard, withoutOvertaken } from '../ledger/withdraw.ts';
import { isPredecessorOf } from '../workload/version.ts';
import type { Autosys, ClaimedEntry } from './autosys.ts';
import { describeOvertaken } from './overtaken.ts';
import type { SendDeps } from './send.ts';
import { takeSnapshot } from './snapshot.ts';

export interface ClaimDeps extends Pick<SendDeps, 'decideNext' | 'sleep'> {
  readonly table: Table;
  readonly circuitBreakers: CircuitBreakers;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly now: () => Date;
  /** Longer than any piece of work on one entry takes. */
  readonly leaseMs: number;
  readonly settlePolicy: Pick<SettlePolicy, 'firstWaitMs' | 'maxWaitMs'>;
  readonly jitter: () => number;
}

/** What the ledger gave: work under a lease, or none and why. */
export type ClaimResult =
  | ({ readonly kind: 'taken' } & ClaimedEntry)
  /** `behind` where only its turn has not come. */
  | { readonly kind: 'left'; readonly reason: string; readonly behind?: true }
  /** AutoSys could not be read before it was sent: it waits in the ledger for another try. */
  | { readonly kind: 'unreached'; readonly entry: Entry; readonly error: ErrorDescription }
  /** It had waited too long. */
  | { readonly kind: 'parked'; readonly entry: Entry }
  | { readonly kind: 'dropped'; readonly reason: string; readonly stage?: 'parked' };

/** Who claims, and until when. */
interface Claimant {
  /** One name for each message in each sandbox. */
  readonly leaseOwner: string;
  readonly signal: AbortSignal;
}

/** What the ledger answers, or that AutoSys could not be read before the event was sent. */
type Asked =
  | AdmitResult
  | { readonly kind: 'discard'; readonly entry: Entry; readonly reason: string }
  | { readonly kind: 'unreached'; readonly entry: Entry; readonly error: ErrorDescription };

/** Races are lost to others who get on with it; more than a few in a row mean that something is wrong. */
const maxRaces = 10;

const forgotten = 'the ledger has forgotten it';

/** Binds the ways into the ledger: for a new wish, and for an entry that waits there. */
export function createClaim(deps: ClaimDeps) {
  const { table, circuitBreakers, autosysFor, now, leaseMs } = deps;
  return {
    /** Puts a wish into the ledger, and takes it under a lease where it is ours. */
    admitRequest: (request: EffectRequest, claimant: Claimant) =>
      claim(toKey(request), request, claimant, (known, asker) => admit(known, request, asker)),

    /** Takes up an entry that is due. */
    takeUp: (key: string, claimant: Claimant) =>
      claim(key, undefined, claimant, (known, asker) =>
        known ? resume(known, asker) : { kind: 'drop', reason: forgotten },
      ),
  };

  async function claim(
    key: string,
    request: EffectRequest | undefined,
    claimant: Claimant,
    decide: (known: Entry | undefined, asker: AdmitContext) => AdmitResult,
  ): Promise<ClaimResult> {
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const known = row && parseEntry(row);
      const told = request ?? known;
      if (told === undefined) return { kind: 'dropped', reason: forgotten };
      const asked = await ask(decide, known, { told, ...claimant });
      const claimed = await store(asked, row);
      if (claimed !== 'race') return claimed;
    }
    throw new LedgerError({ doing: `claim ${key}`, reason: `${maxRaces} races lost in a row` });
  }

  /** Asks the ledger; what is to be sent is asked about twice, the second time with what AutoSys shows of its target. */
  async function ask(
    decide: (known: Entry | undefined, asker: AdmitContext) => AdmitResult,
    known: Entry | undefined,
    { told, leaseOwner, signal }: Claimant & { readonly told: EffectRequest },
  ): Promise<Asked> {
    const { to, event } = told;
    const { deadlineMs } = autosysFor(to);
    const asker: AdmitContext = {
      leaseOwner,
      nowMs: now().getTime(),
      leaseMs,
      deadlineMs,
    };
    const first = decide(known, asker);
    if (first.kind !== 'take' && first.kind !== 'park') return first;
    if (first.kind === 'take' && !first.lookFirst) {
      const reason = await findOvertaken(first.entry);
      if (reason !== undefined) return toDiscarded(known, reason, now().getTime());
    }
    const pass = await circuitBreakers.ask(to, leaseOwner);
    if (pass.kind === 'wait') return decide(known, { ...asker, hold: pass });
    if (first.kind === 'park') return first;
    // A read-back does not wait for its turn.
    if (first.lookFirst) return first;
    const predecessor = await findPredecessor(told);
    if (predecessor?.kind === 'open') return decide(known, { ...asker, behind: predecessor.text });
    if (predecessor?.kind === 'parked') {
      const parked = { code: predecessorParked, reason: predecessor.text };
      return { kind: 'park', entry: park(first.entry, now().getTime(), parked) };
    }
    const seen = await takeSnapshot(event, { ...deps, reader: autosysFor(to).port }, signal);
    if (seen.kind === 'seen') return decide(known, { ...asker, snapshot: seen.snapshot });
    // A call that ended with our own time says nothing of AutoSys.
    if (!signal.aborted) await circuitBreakers.failed(to, seen.failure);
    const nowMs = now().getTime();
    const { error } = seen.failure;
    const policy = { ...deps.settlePolicy, deadlineMs, jitter: deps.jitter() };
    const entry = settle(first.entry, { kind: 'unreached', error }, nowMs, policy);
    return entry.stage === 'parked' ? { kind: 'park', entry } : { kind: 'unreached', entry, error };
  }

  /** Why an entry that was not sent yet comes too late in its run; each of its takers looks anew. */
  async function findOvertaken(entry: Entry): Promise<string | undefined> {
    if (entry.overtakenBy === undefined) return undefined;
    const row = await table.get(toRunKey(entry.version));
    return row && describeOvertaken(entry, parseRun(row).version);
  }

  /** The first predecessor that keeps an entry from being sent; `undefined` where its turn has come. */
  async function findPredecessor({
    after = [],
    version,
  }: EffectRequest): Promise<Predecessor | undefined> {
    for (const key of after) {
      const row = await table.get(key);
      const predecessor = row && readEntry(row);
      if (!predecessor || !isPredecessorOf(predecessor.version, version)) continue;
      const what =
        predecessor.kind === 'invalidEffect'
          ? 'an event that cannot be sent'
          : describeEvent(predecessor.event);
      if (isWaitingForPerson(predecessor)) {
        const text = `${what}, which its route sends before it, is parked (${predecessor.parked?.code}); replay or dismiss that one first (${key})`;
        return { kind: 'parked', text };
      }
      if (predecessor.stage === 'due' || predecessor.stage === 'sending') {
        return { kind: 'open', text: `${what} is ${predecessor.stage}` };
      }
    }
    return undefined;
  }

  async function store(asked: Asked, row: StoredRow | undefined): Promise<ClaimResult | 'race'> {
    if (asked.kind === 'drop') return { ...asked, kind: 'dropped' };
    if (asked.kind === 'leave') return toLeft(asked);
    // An entry that was there before is seen by the function of a later status, which then waits for it.
    const entry =
      asked.kind === 'take' && row !== undefined ? withoutOvertaken(asked.entry) : asked.entry;
    const revision = await table.put(toRow(entry, now().getTime()), row?.revision);
    if (revision === undefined) return 'race';
    switch (asked.kind) {
      case 'take':
        return { kind: 'taken', entry, revision, lookFirst: asked.lookFirst };
      case 'defer':
        return toLeft(asked);
      case 'unreached':
        return asked;
      case 'park':
        return { kind: 'parked', entry };
      case 'discard':
        return { kind: 'dropped', reason: asked.reason };
      default:
        return asked satisfies never;
    }
  }
}

/** An entry that the ledger does not know yet needs no row to be discarded. */
function toDiscarded(known: Entry | undefined, reason: string, nowMs: number): Asked {
  return known === undefined
    ? { kind: 'drop', reason }
    : { kind: 'discard', entry: discard(known, nowMs, reason), reason };
}

function toLeft({
  reason,
  behind,
}: {
  readonly reason: string;
  readonly behind?: true;
}): ClaimResult {
  return { kind: 'left', reason, ...(behind && { behind }) };
}

/** What an entry waits for. */
interface Predecessor {
  readonly kind: 'open' | 'parked';
  readonly text: string;
}

/** A row that cannot be parsed is treated as not pending. */
function readEntry(row: StoredRow): Entry | InvalidEffectEntry | undefined {
  try {
    return parseAnyEntry(row);
  } catch (error) {
    if (error instanceof LedgerError && error.row !== undefined) return undefined;
    throw error;
  }
}
