import { type ErrorDescription, LedgerError } from '../errors.ts';
import { admit, type EffectRequest, resume } from '../ledger/admit.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import type { StoredRow } from '../ledger/table.ts';
import { withoutOvertaken } from '../ledger/withdraw.ts';
import type { ClaimedEntry } from './autosys.ts';
import {
  type Claimant,
  type ClaimDecision,
  type ClaimDeps,
  type Decide,
  decideClaim,
} from './decide-claim.ts';

/** Result of a claim: an entry under a lease, or none and why. */
export type ClaimResult =
  | ({ readonly kind: 'taken' } & ClaimedEntry)
  /** `behind`: only a predecessor keeps it from being sent. */
  | { readonly kind: 'left'; readonly reason: string; readonly behind?: true }
  /** AutoSys could not be read before the event was sent; the entry waits for another try. */
  | { readonly kind: 'unreached'; readonly entry: Entry; readonly error: ErrorDescription }
  /** Its deadline has passed. */
  | { readonly kind: 'parked'; readonly entry: Entry }
  | { readonly kind: 'dropped'; readonly reason: string; readonly stage?: 'parked' };

/**
 * A lost race means that another function changed the row; more than these in a row are an error.
 */
const maxRaces = 10;

const missing = 'its row is no longer in the ledger';

/** Creates the two claims of the ledger: for a new request, and for an entry that is due. */
export function createClaim(deps: ClaimDeps) {
  const { table } = deps;
  return {
    /** Records a request, and claims its entry unless the ledger decides otherwise. */
    admitRequest: (request: EffectRequest, claimant: Claimant) =>
      claim(toKey(request), request, claimant, (known, context) => admit(known, request, context)),

    /** Claims an entry that is due. */
    takeUp: (key: string, claimant: Claimant) =>
      claim(key, undefined, claimant, (known, context) =>
        known ? resume(known, context) : { kind: 'drop', reason: missing },
      ),
  };

  async function claim(
    key: string,
    request: EffectRequest | undefined,
    claimant: Claimant,
    decide: Decide,
  ): Promise<ClaimResult> {
    for (let races = 0; races < maxRaces; races += 1) {
      const [row, reason] = await Promise.all([table.get(key), claimant.findRefusal?.()]);
      if (reason !== undefined) return { kind: 'dropped', reason };
      const known = row && parseEntry(row);
      const requested = request ?? known;
      if (requested === undefined) return { kind: 'dropped', reason: missing };
      const claimed = { request: requested, ...claimant };
      const result = await store(await decideClaim(decide, known, claimed, deps), row, deps);
      if (result !== 'race') return result;
    }
    throw new LedgerError({ doing: `claim ${key}`, reason: `${maxRaces} races lost in a row` });
  }
}

/** Writes what was decided; `race` if the row has changed since it was read. */
async function store(
  decision: ClaimDecision,
  row: StoredRow | undefined,
  { table, now }: Pick<ClaimDeps, 'table' | 'now'>,
): Promise<ClaimResult | 'race'> {
  if (decision.kind === 'drop') return { ...decision, kind: 'dropped' };
  if (decision.kind === 'leave') return toLeft(decision);
  // The function of a later status sees an entry that existed before, and waits for it.
  const entry =
    decision.kind === 'take' && row !== undefined
      ? withoutOvertaken(decision.entry)
      : decision.entry;
  const revision = await table.put(toRow(entry, now().getTime()), row?.revision);
  if (revision === undefined) return 'race';
  switch (decision.kind) {
    case 'take':
      return { kind: 'taken', entry, revision, readBackFirst: decision.readBackFirst };
    case 'defer':
      return toLeft(decision);
    case 'unreached':
      return decision;
    case 'park':
      return { kind: 'parked', entry };
    case 'discard':
      return { kind: 'dropped', reason: decision.reason };
    default:
      return decision satisfies never;
  }
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
