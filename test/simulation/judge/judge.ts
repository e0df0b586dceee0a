import { toTrait } from '../../../autosys/event.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { nameOneShot, nameRequestedEvent } from '../autosys/evaluate-request.ts';
import type { Installation } from '../autosys/installation.ts';
import { toTarget } from '../autosys/recorder.ts';
import { renamed, toInstallation } from '../deployment.ts';
import type { Plan } from '../scenario-plan.ts';
import { groupVariable } from '../simulated-group.ts';
import type { Evidence } from './evidence.ts';
import { judgeGroups } from './groups.ts';
import { judgeFacts } from './known-changes.ts';
import { describe } from './ledger-watch.ts';
import { judgeDeadLetters, judgeRequestCounts, judgeStoredSecrets } from './operational-rules.ts';
import { isUnreadable, judgeParked } from './parked.ts';
import { judgeRuns } from './runs.ts';
import { isUnknownInstance, judgeVisible } from './visible.ts';

/** Checks all rules at the end of a scenario. Returns the violations as texts. */
export function judge(evidence: Evidence): readonly string[] {
  const { ledger, installations, queue, logWatch } = evidence;
  return [
    ...ledger.violations,
    ...logWatch.violations,
    ...judgeStoredSecrets(ledger),
    ...judgeRuns(evidence),
    ...judgeDeadLetters(queue, logWatch),
    ...judgeVisible(evidence),
    ...judgeEntries(evidence),
    ...judgeFacts(evidence),
    ...judgeGroups(evidence),
    ...[...installations.values()].flatMap((installation) => [
      ...judgeOneShots(installation),
      ...judgeResends(installation),
      ...judgeRequestCounts(installation),
    ]),
  ];
}

/** Checks that each entry is parked with a valid reason, or is confirmed and AutoSys shows it. */
function judgeEntries(evidence: Evidence): readonly string[] {
  return [...evidence.ledger.entryByKey.values()].flatMap((entry) => {
    switch (entry.stage) {
      case 'confirmed':
        return judgeConfirmed(entry, evidence);
      case 'parked':
        return judgeParked(entry, evidence);
      default: {
        const unknown = isUnknownInstance(entry.to, evidence)
          ? ` for ${entry.to}, an unknown instance`
          : '';
        return [`${describe(entry)} is still ${entry.stage}${unknown}`];
      }
    }
  });
}

function judgeConfirmed(entry: Entry, evidence: Evidence): readonly string[] {
  const { installations, world, plan } = evidence;
  const installation = installations.get(toInstallation(entry.to));
  if (entry.kind !== 'state') return judgeStart(entry, installation);
  const target = toTarget(entry.event);
  const { instance, recorder, variableHistory } = installation ?? {};
  if (!instance || !recorder || !variableHistory) return [`${entry.to} does not exist`];
  const { confirmedMs } = entry;
  const [expected, actual] =
    entry.event.kind === 'SET_GLOBAL'
      ? [entry.event.value, instance.globalVariable(target)?.value]
      : entry.event.kind === 'CHANGE_STATUS'
        ? [entry.event.status, instance.job(target)?.status]
        : [undefined, undefined];
  if (confirmedMs === undefined) {
    const isExternal =
      isChangedExternally(target, installation) ||
      variableHistory.wasRestored(target) ||
      isRenamed(installation, plan);
    if (!isUnreadable(entry, installation) && !isExternal) {
      return [`${describe(entry)} was never confirmed`];
    }
    world.count('accepted but never confirmed');
    return [];
  }
  if (expected === actual || (expected !== undefined && expected.trimEnd() === actual)) return [];
  if (isRenamed(installation, plan)) return [];
  // A value that an operator has set since is valid, even if the read-back before it was recorded
  // after it.
  if (expected !== undefined && variableHistory.wasSetByHandAfter(target, expected)) return [];
  const isLogged = entry.history.some(({ text }) => /left alone|changed externally/.test(text));
  // So is a restored value whose Last Changed is too near to the confirmation to decide.
  const isRestored =
    variableHistory.ambiguousRestores.get(target) === actual || variableHistory.wasRestored(target);
  if (isLogged && isRestored) {
    world.count('rollbacks left alone');
    return [];
  }
  return [`${target} is confirmed as ${expected}, but AutoSys has ${actual}`];
}

/**
 * Checks that AutoSys accepted each start that is recorded as confirmed, and that no other start
 * was mistaken for it.
 *
 * This can be decided only when the comment names the event of the bridge (docs/decisions/0010).
 */
function judgeStart(entry: Entry, installation: Installation | undefined): readonly string[] {
  const { event, cause, confirmedMs } = entry;
  const recorder = installation?.recorder;
  const isAccepted = recorder?.hasAccepted(nameRequestedEvent(event)) === true;
  if (isAccepted || confirmedMs === undefined || !event.kind.endsWith('STARTJOB')) return [];
  const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
  const job = toTarget(event);
  const isOtherStart =
    recorder?.operatorMsByTarget.has(job) ||
    recorder?.acceptedEvents.some((accepted) =>
      nameOneShot(accepted.event)?.includes(`STARTJOB ${job} for`),
    );
  const isHidden = isUnreadable(entry, installation) || (isOtherStart && !isMarked);
  return isHidden ? [] : [`${describe(entry)} is confirmed, but AutoSys never accepted it`];
}

/** True when the instance got another name. The entries of the two names do not know each other. */
function isRenamed(installation: Installation | undefined, { renamedMs }: Plan): boolean {
  return renamedMs !== undefined && installation?.name === renamed.from;
}

/** True when an operator or a restore has changed the target. */
function isChangedExternally(target: string, installation: Installation | undefined): boolean {
  return (
    installation?.recorder.operatorMsByTarget.has(target) === true ||
    installation?.variableHistory.ambiguousRestores.has(target) === true
  );
}

/** Maximum number of requests of unknown outcome for one value (docs/decisions/0016). */
const maxUnknownSends = 2;

/** Checks that a value is sent at most twice with unknown outcome, unless AutoSys has lost it. */
function judgeResends({ recorder, variableHistory }: Installation): readonly string[] {
  return [...recorder.unknownSends].flatMap(([sent, count]) => {
    const [, variable = ''] = /^\w+ SET_GLOBAL (\w+)=/.exec(sent) ?? [];
    const isAllowed =
      variable === '' ||
      // Several changes of a group set the same value.
      variable === groupVariable ||
      count <= maxUnknownSends ||
      variableHistory.wasRestored(variable);
    return isAllowed ? [] : [`${sent} was sent ${count} times without an answer`];
  });
}

/**
 * Checks that AutoSys accepts each non-repeatable one-shot at most once. After a rename the bridge
 * treats the instance as another one.
 */
function judgeOneShots({ name, recorder }: Installation): readonly string[] {
  const times = new Map<string, number>();
  for (const { event, configuredName } of recorder.acceptedEvents) {
    const label = nameOneShot(event);
    if (label === undefined || toTrait(event.kind).repeatable) continue;
    const key = `${label}${configuredName === name ? '' : ` as ${configuredName}`}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return [...times].flatMap(([label, count]) =>
    count > 1 ? [`${name} accepted the one-shot ${label} ${count} times`] : [],
  );
}
