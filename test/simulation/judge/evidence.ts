import type { Version } from '../../../lambda/workload/version.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import type { Account } from '../autosys/account.ts';
import type { Installation } from '../autosys/installation.ts';
import type { EventSource } from '../aws/event-source.ts';
import type { Queue } from '../aws/queue.ts';
import type { Plan } from '../scenario-plan.ts';
import type { World } from '../world.ts';
import type { Fact } from './facts.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import type { LogWatch } from './log-watch.ts';
import { isNewer, isSameChange } from './versions.ts';

/** Everything that the judge reads at the end of a scenario. */
export interface Evidence {
  readonly world: World;
  readonly plan: Plan;
  readonly eventSource: EventSource;
  readonly queue: Queue;
  readonly ledger: LedgerWatch;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly accounts: readonly Account[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** Facts of runs whose events are too old or replayed. */
  readonly oldFacts: readonly Fact[];
  readonly logWatch: LogWatch;
}

/**
 * Returns the facts that the bridge must know: those of acknowledged messages, and those that the
 * sweep must have found.
 */
export function toKnownFacts({ eventSource, queue, facts, ledger }: Evidence): readonly Fact[] {
  const acknowledged = idsOf(queue, false);
  // Events that reached the bridge only as old messages must have no effect.
  const tooLate = new Set([...idsOf(queue, true)].filter((id) => !acknowledged.has(id)));
  return eventSource.runs.flatMap(({ changes, reusedMs }) => {
    const all = changes.flatMap(({ event }) => facts.get(event.id) ?? []);
    const row = all[0] && ledger.runOf(all[0].version);
    const known = all.filter(
      ({ change: { event }, version }) =>
        acknowledged.has(event.id) || (!tooLate.has(event.id) && isFoundAt(version, row)),
    );
    const newest = known.reduce<Fact | undefined>(toNewer, undefined);
    const last = all.at(-1);
    // The sweep asks about a run without an end event. It cannot find a redrive without an event,
    // nor a run whose ARN a later run reuses.
    // The row may hold an end whose message arrived too late. Then the run is not open either.
    const isOpen = newest !== undefined && !isOver(row?.version.status ?? newest.version.status);
    const isAskedAbout = isOpen && reusedMs === undefined;
    const isMissing = isAskedAbout && last !== undefined && last !== newest;
    return isMissing && !tooLate.has(last.change.event.id) ? [...known, last] : known;
  });
}

/** Ids of the events with an acknowledged message. */
export function idsOf({ messages }: Queue, isOld: boolean): ReadonlySet<string> {
  const found = messages.filter((message) => message.isAcknowledged && message.isOld === isOld);
  return new Set(found.map(({ event }) => toId(event.id)));
}

/** True when the row of a run holds this version, from an event or from the sweep. */
function isFoundAt(version: Version, row: { readonly version: Version } | undefined): boolean {
  // The run was closed because AWS could not be asked. Effects of its newest event may be missing.
  const isLost = JSON.stringify(row ?? '').includes('can no longer be looked up');
  return row !== undefined && !isLost && isSameChange(version, row.version);
}

function toNewer(known: Fact | undefined, fact: Fact): Fact {
  return known && !isNewer(fact.version, known.version) ? known : fact;
}

/** Returns the id of the original event of a repetition. */
export function toId(id: string): string {
  return id.replace('-emitted-again', '');
}
