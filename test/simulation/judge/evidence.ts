import { toRunKey } from '../../../lambda/report/ledger/runs.ts';
import { compareToKnown, type Version } from '../../../lambda/report/order.ts';
import { isOver } from '../../../lambda/shared/workload.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Aws } from '../aws/announcer.ts';
import type { Queue } from '../aws/queue.ts';
import type { World } from '../world.ts';
import type { Fact } from './facts.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import type { Speech } from './speech.ts';

/** All that is asked when a night is over. */
export interface Evidence {
  readonly world: World;
  readonly aws: Aws;
  readonly queue: Queue;
  readonly ledger: LedgerWatch;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly facts: ReadonlyMap<string, Fact>;
  readonly speech: Speech;
}

/** The change of each message that was acknowledged, and what the sweep must have found beside them. */
export function toKnownFacts({ aws, queue, facts, ledger }: Evidence): readonly Fact[] {
  const acknowledged = new Set(
    queue.messages
      .filter(({ isAcknowledged }) => isAcknowledged)
      .map(({ event }) => toId(event.id)),
  );
  return aws.runs.flatMap(({ changes }) => {
    const all = changes.flatMap(({ event }) => facts.get(event.id) ?? []);
    const first = all[0]?.version;
    const row = first && ledger.bodyByKey.get(toRunKey(first));
    const heard = all.filter(
      ({ change, version }) => acknowledged.has(change.event.id) || isFoundAt(version, row),
    );
    const newest = heard.reduce<Fact | undefined>(toNewer, undefined);
    const last = all.at(-1);
    // The sweep asks about a run whose end nobody has announced; of a redrive that nobody has announced it knows nothing.
    const isAskedAbout = newest !== undefined && !isOver(newest.version.status);
    return isAskedAbout && last && last !== newest ? [...heard, last] : heard;
  });
}

/** Whether the row of a run stands at this version: it was announced, or the sweep has found it. */
function isFoundAt(version: Version, row: unknown): boolean {
  if (typeof row !== 'object' || row === null || !('version' in row)) return false;
  return compareToKnown(version, row.version as Version) === 'duplicate';
}

function toNewer(known: Fact | undefined, fact: Fact): Fact {
  return known && compareToKnown(fact.version, known.version) !== 'newer' ? known : fact;
}

function toId(id: string): string {
  return id.replace('-emitted-again', '');
}
