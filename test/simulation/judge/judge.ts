import { toTrait } from '../../../autosys/event.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Installation } from '../autosys/installation.ts';
import { nameOneOff } from '../autosys/server.ts';
import { toTarget } from '../autosys/witness.ts';
import { renamed, toInstallation } from '../deployment.ts';
import { judgeConduct, judgeDeadLetters, judgeRows } from './conduct.ts';
import type { Evidence } from './evidence.ts';
import { judgeFacts } from './known-changes.ts';
import { describe } from './ledger-watch.ts';
import { isUnreadable, judgeParked } from './parked.ts';
import { judgeRuns } from './runs.ts';
import { isForgotten, judgeVisible } from './visible.ts';

/** Everything that must hold once all is quiet, and does not, in words. */
export function judge(evidence: Evidence): readonly string[] {
  const { ledger, installations, queue, speech } = evidence;
  return [
    ...ledger.violations,
    ...speech.violations,
    ...judgeRows(ledger),
    ...judgeRuns(evidence),
    ...judgeDeadLetters(queue, speech),
    ...judgeVisible(evidence),
    ...judgeEntries(evidence),
    ...judgeFacts(evidence),
    ...[...installations.values()].flatMap((installation) => [
      ...judgeOneOffs(installation),
      ...judgeResends(installation),
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
      default: {
        const nowhere = isForgotten(entry.to, evidence)
          ? ` for ${entry.to}, an unknown instance`
          : '';
        return [`${describe(entry)} is still ${entry.stage}${nowhere}`];
      }
    }
  });
}

function judgeConfirmed(entry: Entry, evidence: Evidence): readonly string[] {
  const { installations, world, plan } = evidence;
  const installation = installations.get(toInstallation(entry.to));
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
    const isOther = isOthers(target, installation) || memory.wasRestored(target);
    if (!isUnreadable(entry, installation) && !isOther) {
      return [`${describe(entry)} was never confirmed`];
    }
    world.count('accepted, never confirmed');
    return [];
  }
  if (wished === found || (wished !== undefined && wished.trimEnd() === found)) return [];
  // Under the old name and the new one nothing is known of the other.
  if (plan.renamedMs !== undefined && installation?.name === renamed.from) return [];
  // What a person has set since is his, also where the reading before it was written down after it.
  if (wished !== undefined && memory.wasSetByHandAfter(target, wished)) return [];
  const isToldOf = entry.history.some(({ text }) => /left alone|changed externally/.test(text));
  // Also what a restore has put back, where its Last Changed is too near to our confirmation to decide.
  const isRestored = memory.wentFarBack.get(target) === found || memory.wasRestored(target);
  if (isToldOf && isRestored) {
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
  const isTaken = witness?.hasTaken(witness.told(event)) === true;
  if (isTaken || confirmedMs === undefined || !event.kind.endsWith('STARTJOB')) return [];
  const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
  const job = toTarget(event);
  const isAnothers =
    witness?.touchedMsByTarget.has(job) ||
    witness?.takes.some((take) => nameOneOff(take.event)?.includes(`STARTJOB ${job} for`));
  const isHidden = isUnreadable(entry, installation) || (isAnothers && !isMarked);
  return isHidden ? [] : [`${describe(entry)} is confirmed and was never taken`];
}

/** Whether a person or a restore has changed it. */
function isOthers(target: string, installation: Installation | undefined): boolean {
  return (
    installation?.witness.touchedMsByTarget.has(target) === true ||
    installation?.memory.wentFarBack.has(target) === true
  );
}

/** How many requests of unknown outcome may leave for one value (docs/decisions/0016). */
const mostUnclearSends = 2;

/** A value is sent a second time at most after an unknown outcome, unless AutoSys has lost it since. */
function judgeResends({ witness, memory }: Installation): readonly string[] {
  return [...witness.unclearSends].flatMap(([sent, count]) => {
    const [, variable = ''] = /^\w+ SET_GLOBAL (\w+)=/.exec(sent) ?? [];
    const isAllowed = variable === '' || count <= mostUnclearSends || memory.wasRestored(variable);
    return isAllowed ? [] : [`${sent} was sent ${count} times without an answer`];
  });
}

/** What must happen once happens at most once; under another name it is another instance to the bridge. */
function judgeOneOffs({ name, witness }: Installation): readonly string[] {
  const times = new Map<string, number>();
  for (const { event, via } of witness.takes) {
    const told = nameOneOff(event);
    if (told === undefined || toTrait(event.kind).repeatable) continue;
    const key = `${told}${via === name ? '' : ` as ${via}`}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return [...times].flatMap(([told, count]) =>
    count > 1 ? [`${name} took the one-off ${told} ${count} times`] : [],
  );
}
