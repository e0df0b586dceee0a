import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError, type ErrorDescription } from '../shared/errors.ts';
import { type BringAboutPowers, createBringAbout } from './bring-about.ts';
import { type ClaimPowers, createClaim } from './claim.ts';
import type { Entry } from './ledger/entry.ts';
import { agendaLists } from './ledger/rows.ts';
import { type Outcome, toOutcome, toParked } from './outcome.ts';

export interface DrainPowers extends BringAboutPowers, ClaimPowers {
  readonly nameHolder: () => string;
  /** How many entries a second one drain may send to one AutoSys. */
  readonly perSecond: number;
}

/** One entry that the drain took up, and what came of it. */
export type Drained =
  | { readonly kind: 'worked'; readonly entry: Entry; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

const pageSize = 25;

/**
 * Binds the drain: everything that is due for one AutoSys is brought about, the oldest first, at a capped rate.
 *
 * After an outage each target is one entry, whatever happened to it meanwhile; so only the newest state is sent.
 */
export function createDrain(powers: DrainPowers) {
  const { table, gates, now, pause, nameHolder, perSecond } = powers;
  const { takeUp } = createClaim(powers);
  const bringAbout = createBringAbout(powers);

  /** Works until nothing is due, the gate closes or the signal falls. */
  return async function* drain(
    instance: AutosysInstance,
    signal: AbortSignal,
  ): AsyncGenerator<Drained> {
    // What becomes due while we work is the next drain's, or an entry that fails at once would never let us end.
    const until = now();
    // One at a time under one name: who tries whether AutoSys is back may go on if it was not asked after all.
    const holder = nameHolder();
    let from: string | undefined;
    do {
      const page = await table.agenda(agendaLists.due(instance), {
        until,
        limit: pageSize,
        ...(from !== undefined && { from }),
      });
      for (const { key } of page.entries) {
        if (signal.aborted) return;
        if ((await gates.ask(instance, holder)).kind === 'wait') return;
        const startedMs = now().getTime();
        const drained = await work(key, { holder, signal });
        if (drained === undefined) continue;
        yield drained;
        const restMs = startedMs + 1_000 / perSecond - now().getTime();
        if (restMs > 0) await pause(restMs, signal).catch(() => undefined);
      }
      from = page.next;
    } while (from !== undefined);
  };

  async function work(
    key: string,
    claimant: { readonly holder: string; readonly signal: AbortSignal },
  ): Promise<Drained | undefined> {
    try {
      const claim = await takeUp(key, claimant);
      if (claim.kind === 'parked') {
        return { kind: 'worked', entry: claim.entry, outcome: toParked(claim.entry) };
      }
      if (claim.kind !== 'taken') return undefined;
      const { entry, result } = await bringAbout(claim, claimant.signal);
      return { kind: 'worked', entry, outcome: toOutcome(entry, result) };
    } catch (error) {
      // One row that nobody can read must not keep the others waiting.
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}
