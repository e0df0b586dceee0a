import { describeEvent, toTrait } from '../../../autosys/event.ts';
import type { Entry } from '../../../lambda/report/ledger/entry.ts';
import { compareToKnown } from '../../../lambda/report/order.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Mishap } from '../autosys/mishaps.ts';
import { toTarget } from '../autosys/witness.ts';
import { judgeConduct, judgeDeadLetters, judgeRows } from './conduct.ts';
import { type Evidence, toKnownFacts } from './evidence.ts';
import type { Fact } from './facts.ts';
import { describe } from './ledger-watch.ts';
import { judgeRuns } from './runs.ts';

/** Everything that must hold once all is quiet, and does not, in words. */
export function judge(evidence: Evidence): readonly string[] {
  const { ledger, installations, queue, speech } = evidence;
  return [
    ...ledger.violations,
    ...speech.violations,
    ...judgeRows(ledger),
    ...judgeRuns(evidence),
    ...judgeDeadLetters(queue, speech),
    ...judgeEntries(evidence),
    ...judgeFacts(evidence),
    ...[...installations.values()].flatMap((installation) => [
      ...judgeOneOffs(installation),
      ...judgeConduct(installation),
    ]),
  ];
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

function judgeConfirmed(entry: Entry, { installations, world }: Evidence): readonly string[] {
  const installation = installations.get(entry.to);
  if (entry.kind !== 'state') return judgeStart(entry, installation);
  const target = toTarget(entry.event);
  const { instance, witness, memory } = installation ?? {};
  if (!instance || !witness || !memory) return [`${entry.to} is nowhere`];
  const { confirmedMs } = entry;
  const [wished, found] =
    entry.event.kind === 'SET_GLOBAL'
      ? [entry.event.value, instance.globalVariable(target)?.value]
      : entry.event.kind === 'CHANGE_STATUS'
        ? [entry.event.status, instance.job(target)?.status]
        : [undefined, undefined];
  if (confirmedMs === undefined) {
    if (!isUnreadable(entry, installation)) return [`${describe(entry)} was never confirmed`];
    world.count('accepted, never confirmed');
    return [];
  }
  if (wished === found) return [];
  // What a person has set since is his, also where the reading before it was written down after it.
  if (wished !== undefined && memory.wasSetByHandAfter(target, wished)) return [];
  const isToldOf = entry.story.some(({ text }) => text.endsWith('left alone'));
  if (isToldOf && memory.wentFarBack.get(target) === found) {
    world.count('forgotten and left alone');
    return [];
  }
  return [`${target} is confirmed as ${wished} and is ${found}`];
}

/**
 * A start that is called confirmed was taken; another start, somebody else's or ours, is not taken for it.
 *
 * Only where the comment names our event can that be told (docs/decisions/0010).
 */
function judgeStart(entry: Entry, installation: Installation | undefined): readonly string[] {
  const { event, cause, confirmedMs } = entry;
  const witness = installation?.witness;
  const isTaken = (witness?.takenByOneOff.get(witness.told(event)) ?? 0) > 0;
  if (isTaken || confirmedMs === undefined || !event.kind.endsWith('STARTJOB')) return [];
  const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
  const job = toTarget(event);
  const isAnothers =
    witness?.touchedMsByTarget.has(job) ||
    [...(witness?.takenByOneOff.keys() ?? [])].some((told) => told.includes(`STARTJOB ${job} for`));
  const isHidden = isUnreadable(entry, installation) || (isAnothers && !isMarked);
  return isHidden ? [] : [`${describe(entry)} is confirmed and was never taken`];
}

/** AutoSys has refused to show it: what it took is then called accepted, and never confirmed. */
function isUnreadable({ event }: Entry, installation: Installation | undefined): boolean {
  const target = toTarget(event);
  return installation?.witness.unreadable.some((text) => text.includes(target)) === true;
}

const refusals: Readonly<Record<string, readonly Mishap[]>> = {
  AUTOSYS_REFUSED: ['400', '404', 'complaint'],
  AUTOSYS_JOB_NOT_FOUND: ['404'],
  AUTOSYS_UNAUTHORIZED: ['403'],
  // A 401 although the login is right.
  BRIDGE_REQUEST_DENIED: ['401'],
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
  'forgotten',
];
const breaks = [
  'deaths',
  'frozen at work',
  'answers of the ledger lost',
  'throttled',
  'cut off',
  'stood still',
];

/** Nothing is parked by a mere outage: AutoSys has refused it, or nobody can know what became of it. */
function judgeParked(entry: Entry, { installations, world }: Evidence): readonly string[] {
  const { code = '', reason = '' } = entry.parked ?? {};
  const witness = installations.get(entry.to)?.witness;
  const told = witness?.told(entry.event) ?? '';
  const met = witness?.mishapsByTold.get(told) ?? new Set<Mishap>();
  if (reason === '') return [`${describe(entry)} is parked without a reason`];
  if (refusals[code]?.some((mishap) => met.has(mishap))) return [];
  // What the login may not read it may not change either.
  const target = toTarget(entry.event);
  const isDeniedRead = witness?.deniedReads.some((text) => text.includes(target)) === true;
  if (code === 'BRIDGE_REQUEST_DENIED' && isDeniedRead) return [];
  if (code === 'BRIDGE_OUTCOME_UNKNOWN' && entry.kind !== 'state') {
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
      const { sets } = toTrait(event.kind);
      if (sets === undefined) {
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
      const target = `${to} ${toTarget(event)} ${sets}`;
      const known = newestByTarget.get(target)?.fact;
      if (!known || compareToKnown(fact.version, known.version) === 'newer') {
        newestByTarget.set(target, { fact, said: describeEvent(event) });
      }
    }
  }
  for (const [target, { fact, said }] of newestByTarget) {
    const entry = entries.find(
      ({ to, event }) => `${to} ${toTarget(event)} ${toTrait(event.kind).sets}` === target,
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
