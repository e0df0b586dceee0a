import type { Version } from '../../../lambda/workload/version.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import type { Account } from '../autosys/account.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Aws } from '../aws/announcer.ts';
import type { Queue } from '../aws/queue.ts';
import type { Plan } from '../night.ts';
import type { World } from '../world.ts';
import type { Fact } from './facts.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import type { Speech } from './speech.ts';
import { isNewer, isSameChange } from './versions.ts';

/** All that is asked when a night is over. */
export interface Evidence {
  readonly world: World;
  readonly plan: Plan;
  readonly aws: Aws;
  readonly queue: Queue;
  readonly ledger: LedgerWatch;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly accounts: readonly Account[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** Facts of runs of which the bridge hears too late. */
  readonly oldFacts: readonly Fact[];
  readonly speech: Speech;
}

/** The change of each message that was acknowledged, and what the sweep must have found beside them. */
export function toKnownFacts({ aws, queue, facts, ledger }: Evidence): readonly Fact[] {
  const acknowledged = idsOf(queue, false);
  // Of what only an old message told nothing is to come.
  const tooLate = new Set([...idsOf(queue, true)].filter((id) => !acknowledged.has(id)));
  return aws.runs.flatMap(({ changes, reusedMs }) => {
    const all = changes.flatMap(({ event }) => facts.get(event.id) ?? []);
    const row = all[0] && ledger.runOf(all[0].version);
    const heard = all.filter(
      ({ change: { event }, version }) =>
        acknowledged.has(event.id) || (!tooLate.has(event.id) && isFoundAt(version, row)),
    );
    const newest = heard.reduce<Fact | undefined>(toNewer, undefined);
    const last = all.at(-1);
    // The sweep asks about a run whose end nobody has announced; of a redrive that nobody has announced it knows nothing, and
    // of a run whose ARN names a later one AWS tells nothing.
    // The row may hold an end whose message came too late in the end: then the run is not open either.
    const isOpen = newest !== undefined && !isOver(row?.version.status ?? newest.version.status);
    const isAskedAbout = isOpen && reusedMs === undefined;
    const isMissing = isAskedAbout && last !== undefined && last !== newest;
    return isMissing && !tooLate.has(last.change.event.id) ? [...heard, last] : heard;
  });
}

/** Events of which a message was acknowledged. */
export function idsOf({ messages }: Queue, isOld: boolean): ReadonlySet<string> {
  const found = messages.filter((message) => message.isAcknowledged && message.isOld === isOld);
  return new Set(found.map(({ event }) => toId(event.id)));
}

/** Whether the row of a run stands at this version: it was announced, or the sweep has found it. */
function isFoundAt(version: Version, row: { readonly version: Version } | undefined): boolean {
  // Closed, for AWS could not be asked: what its newest event asks for may be missing.
  const isLost = JSON.stringify(row ?? '').includes('can no longer be looked up');
  return row !== undefined && !isLost && isSameChange(version, row.version);
}

function toNewer(known: Fact | undefined, fact: Fact): Fact {
  return known && !isNewer(fact.version, known.version) ? known : fact;
}

/** The event that an announcement repeats. */
export function toId(id: string): string {
  return id.replace('-emitted-again', '');
}
