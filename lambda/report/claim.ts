import { type AutosysEvent, describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError, toDisposition } from '../shared/errors.ts';
import type { StoredRow, Table } from '../shared/table.ts';
import type { Autosys, Taken } from './bring-about.ts';
import { type AutosysReader, observe } from './confirm.ts';
import { type Failure, toFailure } from './deliver.ts';
import type { Gates } from './gates.ts';
import type { Entry } from './ledger/entry.ts';
import { type Asker, type Offer, offer, resume, type Wish } from './ledger/offer.ts';
import { parseEntry, toKey, toRow } from './ledger/rows.ts';
import { compareToKnown, type Version } from './order.ts';

export interface ClaimPowers {
  readonly table: Table;
  readonly gates: Gates;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly now: () => Date;
  /** Longer than any piece of work on one entry takes. */
  readonly leaseMs: number;
}

/** What the ledger gave: work under a lease, or none and why. */
export type Claim =
  | ({ readonly kind: 'taken' } & Taken)
  /** `behind` where only its turn has not come. */
  | { readonly kind: 'left'; readonly reason: string; readonly behind?: true }
  /** It had waited too long. */
  | { readonly kind: 'parked'; readonly entry: Entry }
  | { readonly kind: 'dropped'; readonly reason: string };

/** Who claims, and until when. */
interface Claimant {
  /** One name for each message in each sandbox. */
  readonly holder: string;
  readonly signal: AbortSignal;
}

/** Races are lost to others who get on with it; more than a few in a row mean that something is wrong. */
const maxRaces = 10;

const forgotten = 'the ledger has forgotten it';

/** Binds the ways into the ledger: for a new wish, and for an entry that waits there. */
export function createClaim(powers: ClaimPowers) {
  const { table, gates, autosysFor, now, leaseMs } = powers;
  return {
    /** Puts a wish into the ledger, and takes it under a lease where it is ours. */
    offerWish: (wish: Wish, claimant: Claimant) =>
      claim(toKey(wish), wish, claimant, (known, asker) => offer(known, wish, asker)),

    /** Takes up an entry that is due. */
    takeUp: (key: string, claimant: Claimant) =>
      claim(key, undefined, claimant, (known, asker) =>
        known ? resume(known, asker) : { kind: 'drop', reason: forgotten },
      ),
  };

  async function claim(
    key: string,
    wish: Wish | undefined,
    claimant: Claimant,
    decide: (known: Entry | undefined, asker: Asker) => Offer,
  ): Promise<Claim> {
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const known = row && parseEntry(row);
      const told = wish ?? known;
      if (told === undefined) return { kind: 'dropped', reason: forgotten };
      const asked = await ask(decide, known, { told, ...claimant });
      const claimed = await store(asked, row);
      if (claimed !== 'race') return claimed;
    }
    throw new LedgerError({ doing: `claim ${key}`, reason: `${maxRaces} races lost in a row` });
  }

  /** Asks the ledger; a one-off that is to be sent is asked about twice, the second time with the job as it is. */
  async function ask(
    decide: (known: Entry | undefined, asker: Asker) => Offer,
    known: Entry | undefined,
    { told, holder, signal }: Claimant & { readonly told: Wish },
  ): Promise<Offer> {
    const { to, event } = told;
    const { deadlineMs } = autosysFor(to);
    const asker: Asker = { holder, nowMs: now().getTime(), leaseMs, deadlineMs };
    const first = decide(known, asker);
    if (first.kind !== 'take' && first.kind !== 'park') return first;
    const pass = await gates.ask(to, holder);
    if (pass.kind === 'wait') return decide(known, { ...asker, hold: pass });
    if (first.kind === 'park') return first;
    // What a look may send again has its turn to wait for; any other look only looks.
    if (first.lookFirst && told.kind !== 'state') return first;
    const behind = await findOpen(told);
    if (behind !== undefined) return decide(known, { ...asker, behind });
    const seen = await lookAtJob(event, autosysFor(to).port, signal);
    if (seen.kind === 'away') {
      // A call that ended with our own time says nothing of AutoSys.
      if (!signal.aborted) await gates.failed(to, seen.failure);
      const hold = { untilMs: now().getTime() + 1_000, reason: seen.failure.error.message };
      return decide(known, { ...asker, hold });
    }
    return seen.kind === 'seen' ? decide(known, { ...asker, job: seen.job }) : first;
  }

  /** What is to be sent before it and is not yet; `undefined` where its turn has come. */
  async function findOpen({ after = [], version }: Wish): Promise<string | undefined> {
    for (const key of after) {
      const row = await table.get(key);
      const elder = row && readEntry(row);
      if (elder && goesFirst(elder, version))
        return `${describeEvent(elder.event)} is ${elder.stage}`;
    }
    return undefined;
  }

  async function store(asked: Offer, row: StoredRow | undefined): Promise<Claim | 'race'> {
    if (asked.kind === 'drop') return { kind: 'dropped', reason: asked.reason };
    if (asked.kind === 'leave') return toLeft(asked);
    const { entry } = asked;
    const revision = await table.put(toRow(entry, now().getTime()), row?.revision);
    if (revision === undefined) return 'race';
    switch (asked.kind) {
      case 'take':
        return { kind: 'taken', entry, revision, lookFirst: asked.lookFirst };
      case 'defer':
        return toLeft(asked);
      case 'park':
        return { kind: 'parked', entry };
      default:
        return asked satisfies never;
    }
  }
}

function toLeft({ reason, behind }: { readonly reason: string; readonly behind?: true }): Claim {
  return { kind: 'left', reason, ...(behind && { behind }) };
}

/** Of a row that nobody can read nobody knows that it is still to be sent. */
function readEntry(row: StoredRow): Entry | undefined {
  try {
    return parseEntry(row);
  } catch (error) {
    if (error instanceof LedgerError && error.row !== undefined) return undefined;
    throw error;
  }
}

/** AutoSys acts in the order in which it takes events, so what it took need not show yet; a newer wish is not waited for. */
function goesFirst({ stage, version }: Entry, ours: Version): boolean {
  const standing = compareToKnown(ours, version);
  return (
    (stage === 'due' || stage === 'sending') && (standing === 'duplicate' || standing === 'newer')
  );
}

type Sight =
  | Awaited<ReturnType<typeof observe>>
  | { readonly kind: 'away'; readonly failure: Failure };

/** The job before a one-off; what AutoSys refuses to show it will refuse again when the event is sent. */
async function lookAtJob(
  event: AutosysEvent,
  reader: AutosysReader,
  signal: AbortSignal,
): Promise<Sight> {
  try {
    return await observe(event, { reader }, signal);
  } catch (error) {
    const failure = toFailure(toDisposition(error), error);
    return failure.kind === 'refused' ? { kind: 'none' } : { kind: 'away', failure };
  }
}
