import { describeEvent, toTrait } from '../../../autosys/event.ts';
import type { Entry } from '../../../lambda/report/ledger/entry.ts';
import { compareToKnown } from '../../../lambda/report/order.ts';
import { isOver } from '../../../lambda/shared/workload.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Mishap } from '../autosys/mishaps.ts';
import { toTarget } from '../autosys/witness.ts';
import type { Aws } from '../aws/announcer.ts';
import type { Queue } from '../aws/queue.ts';
import type { World } from '../world.ts';
import { type Fact, toFact } from './facts.ts';
import { describe, type LedgerWatch } from './ledger-watch.ts';

/** All that is asked when a night is over. */
export interface Evidence {
  readonly world: World;
  readonly aws: Aws;
  readonly queue: Queue;
  readonly ledger: LedgerWatch;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly facts: ReadonlyMap<string, Fact>;
}

/** Everything that must hold once all is quiet, and does not, in words. */
export function judge(evidence: Evidence): readonly string[] {
  const { ledger, installations } = evidence;
  return [
    ...ledger.violations,
    ...judgeEntries(evidence),
    ...judgeFacts(evidence),
    ...[...installations.values()].flatMap((installation) => [
      ...judgeOneOffs(installation),
      ...installation.witness.outages.violations,
    ]),
  ];
}

/** The change of each message that was acknowledged, and what the sweep must have found beside them. */
export function toKnownFacts({ aws, queue, facts }: Evidence): readonly Fact[] {
  const acknowledged = new Set(
    queue.messages
      .filter(({ isAcknowledged }) => isAcknowledged)
      .map(({ event }) => toId(event.id)),
  );
  return aws.runs.flatMap(({ changes }) => {
    const all = changes.flatMap(({ event }) => facts.get(event.id) ?? []);
    const heard = all.filter(({ change }) => acknowledged.has(change.event.id));
    const newest = heard.reduce<Fact | undefined>(toNewer, undefined);
    const last = all.at(-1);
    // The sweep asks about a run whose end nobody has announced; of a redrive that nobody has announced it knows nothing.
    const isAskedAbout = newest !== undefined && !isOver(newest.version.status);
    return isAskedAbout && last && last !== newest ? [...heard, last] : heard;
  });
}

function toNewer(known: Fact | undefined, fact: Fact): Fact {
  return known && compareToKnown(fact.version, known.version) !== 'newer' ? known : fact;
}

function toId(id: string): string {
  return id.replace('-emitted-again', '');
}

/** Each entry is confirmed or parked with a reason; what is confirmed is so in AutoSys. */
function judgeEntries(evidence: Evidence): readonly string[] {
  return [...evidence.ledger.entryByKey.values()].flatMap((entry) => {
    switch (entry.stage) {
      case 'confirmed':
        return judgeConfirmed(entry, evidence);
      case 'parked':
        return judgeParked(entry, evidence);
      default:
        return [`${describe(entry)} is still ${entry.stage}`];
    }
  });
}

function judgeConfirmed(entry: Entry, { installations }: Evidence): readonly string[] {
  if (entry.kind === 'once') return [];
  const installation = installations.get(entry.to);
  const target = toTarget(entry.event);
  const { instance, witness } = installation ?? {};
  if (!instance || !witness) return [`${entry.to} is nowhere`];
  const touchedMs = witness.touchedMsByTarget.get(target) ?? 0;
  if (touchedMs >= (entry.confirmedMs ?? 0) - 10_000) return [];
  const [wished, found] =
    entry.event.kind === 'SET_GLOBAL'
      ? [entry.event.value, instance.globalVariable(target)?.value]
      : entry.event.kind === 'CHANGE_STATUS'
        ? [entry.event.status, instance.job(target)?.status]
        : [undefined, undefined];
  return wished === found ? [] : [`${target} is confirmed as ${wished} and is ${found}`];
}

const refusals: Readonly<Record<string, readonly Mishap[]>> = {
  AUTOSYS_REFUSED: ['400', '404', 'complaint'],
  AUTOSYS_JOB_NOT_FOUND: ['404'],
  AUTOSYS_UNAUTHORIZED: ['403'],
};
/** After these nobody knows whether the event was taken. */
const doubts: readonly Mishap[] = [
  'reset before acting',
  'reset after acting',
  'silence without acting',
  'silence after acting',
  '500 without acting',
  '500 after acting',
  '502',
  '504 after acting',
  'page',
  'page after acting',
];
const breaks = ['deaths', 'frozen at work', 'answers of the ledger lost', 'throttled', 'cut off'];

/** Nothing is parked by a mere outage: AutoSys has refused it, or nobody can know what became of it. */
function judgeParked(entry: Entry, { installations, world }: Evidence): readonly string[] {
  const { code = '', reason = '' } = entry.parked ?? {};
  const witness = installations.get(entry.to)?.witness;
  const told = witness?.told(entry.event) ?? '';
  const met = witness?.mishapsByTold.get(told) ?? new Set<Mishap>();
  if (reason === '') return [`${describe(entry)} is parked without a reason`];
  if (refusals[code]?.some((mishap) => met.has(mishap))) return [];
  if (code === 'BRIDGE_OUTCOME_UNKNOWN' && entry.kind === 'once') {
    const wasTaken = (witness?.takenByOneOff.get(told) ?? 0) > 0;
    if (wasTaken || doubts.some((mishap) => met.has(mishap))) return [];
    if (breaks.some((event) => (world.tally.get(event) ?? 0) > 0)) return [];
  }
  return [`${describe(entry)} is parked for no reason of its own: ${code} ${reason}`];
}

/** What is known must stand in the ledger, and be the newest of each target. */
function judgeFacts(evidence: Evidence): readonly string[] {
  const entries = [...evidence.ledger.entryByKey.values()];
  const newestByTarget = new Map<string, { readonly fact: Fact; readonly said: string }>();
  const violations: string[] = [];
  for (const fact of toKnownFacts(evidence)) {
    for (const { to, event } of fact.told) {
      const isState = event.kind === 'SET_GLOBAL' || event.kind === 'CHANGE_STATUS';
      if (!isState) {
        const stands = entries.some(
          (entry) =>
            entry.kind === 'once' &&
            entry.to === to &&
            describeEvent(entry.event) === describeEvent(event) &&
            compareToKnown(fact.version, entry.version) === 'duplicate',
        );
        if (!stands) violations.push(`${fact.change.event.id} is known and its ${event.kind} not`);
        continue;
      }
      const target = `${to} ${toTarget(event)}`;
      const known = newestByTarget.get(target)?.fact;
      if (!known || compareToKnown(fact.version, known.version) === 'newer') {
        newestByTarget.set(target, { fact, said: describeEvent(event) });
      }
    }
  }
  for (const [target, { fact, said }] of newestByTarget) {
    const entry = entries.find(
      ({ kind, to, event }) => kind === 'state' && `${to} ${toTarget(event)}` === target,
    );
    if (entry === undefined) violations.push(`nothing is known of ${target}`);
    else if (compareToKnown(fact.version, entry.version) === 'newer') {
      violations.push(`${target} stands at ${describe(entry)}, newer is ${said}`);
    }
  }
  return violations;
}

/** What must happen once happens at most once. */
function judgeOneOffs({ name, witness }: Installation): readonly string[] {
  return [...witness.takenByOneOff].flatMap(([told, times]) => {
    const kind = told.split(' ', 1)[0] as Parameters<typeof toTrait>[0];
    return times > 1 && !toTrait(kind).repeatable
      ? [`${name} took the one-off ${told} ${times} times`]
      : [];
  });
}

/** Whether a fact ends its run. */
export function ends({ version }: Fact): boolean {
  return isOver(version.status);
}

export { toFact };
