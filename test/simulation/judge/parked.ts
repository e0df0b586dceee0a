import type { Entry } from '../../../lambda/ledger/entry.ts';
import { nameRequestedEvent } from '../autosys/evaluate-request.ts';
import type { Installation } from '../autosys/installation.ts';
import { toTarget } from '../autosys/recorder.ts';
import { type RequestFault, unansweredFaults } from '../autosys/request-faults.ts';
import { deadlineMs, toInstallation } from '../deployment.ts';
import type { Evidence } from './evidence.ts';
import { describe, nameRequest } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';
import { isUnknownInstance } from './visible.ts';

const rejections: Readonly<Record<string, readonly RequestFault[]>> = {
  AUTOSYS_REFUSED: ['400', '404', 'empty 404', '200 with an error line'],
  AUTOSYS_JOB_NOT_FOUND: ['404', 'empty 404'],
  AUTOSYS_UNAUTHORIZED: ['403'],
  // A 401 although the login is valid.
  BRIDGE_REQUEST_DENIED: ['401'],
};
/** Faults after which it is unknown whether AutoSys accepted the event. */
const unknownOutcomes: readonly RequestFault[] = [
  ...unansweredFaults,
  '502',
  '504 after acceptance',
  'HTML page',
  'HTML page after acceptance',
  'accepted and lost',
];
const disruptions = [
  'crashes',
  'freezes during calls',
  'ledger responses lost',
  'ledger calls throttled',
  'function timeouts',
  'environment pauses',
];

/** An old event of a member changes the state of its group, and its effect is parked. */
function isOfGroup({ version }: Entry): boolean {
  return version.run.startsWith('group ');
}

/**
 * Checks that an entry is parked because AutoSys rejected it or its outcome cannot be known, never
 * because of an outage.
 */
export function judgeParked(entry: Entry, evidence: Evidence): readonly string[] {
  const { installations, world } = evidence;
  const { code = '', reason = '' } = entry.parked ?? {};
  const recorder = installations.get(toInstallation(entry.to))?.recorder;
  const eventName = nameRequestedEvent(entry.event);
  const faults = recorder?.faultsByEvent.get(eventName) ?? new Set<RequestFault>();
  if (reason === '') return [`${describe(entry)} is parked without a reason`];
  if (rejections[code]?.some((fault) => faults.has(fault))) return [];
  // A login that may not read a target may not change it either.
  const target = toTarget(entry.event);
  const isDeniedRead = recorder?.deniedReads.some((text) => text.includes(target)) === true;
  if (code === 'BRIDGE_REQUEST_DENIED' && isDeniedRead) return [];
  if (code === 'BRIDGE_OLD_EVENT' && (isOld(entry, evidence) || isOfGroup(entry))) return [];
  if (!code.startsWith('BRIDGE_') || code === 'BRIDGE_INVALID_EFFECT')
    return [formatUnfounded(entry)];
  if (isUnknownInstance(entry.to, evidence) || isBehindParked(entry, evidence)) return [];
  if (entry.kind === 'state') {
    if (isStateLost(entry, evidence)) return [];
  } else {
    if (recorder?.hasAccepted(eventName) || unknownOutcomes.some((fault) => faults.has(fault)))
      return [];
    if (disruptions.some((event) => (world.counters.get(event) ?? 0) > 0)) return [];
  }
  return [formatUnfounded(entry)];
}

/**
 * True when AutoSys may never have shown a value or status that was sent.
 *
 * AutoSys lost the event, or it is unknown whether the event arrived; a restore has undone it; the
 * scheduler stalled until after the deadline; AutoSys refused to show it; or every sender crashed
 * before sending.
 */
function isStateLost(entry: Entry, { installations, world }: Evidence): boolean {
  const installation = installations.get(toInstallation(entry.to));
  if (installation === undefined) return false;
  const { recorder, variableHistory, instance } = installation;
  if (recorder.longestStallMs >= deadlineMs || isUnreadable(entry, installation)) return true;
  const { event } = entry;
  const target = toTarget(event);
  // An operator changed the target, so AutoSys may never have shown the value of the bridge.
  if (recorder.operatorMsByTarget.has(target)) return true;
  const isShown =
    event.kind === 'SET_GLOBAL' &&
    instance.globalVariable(target)?.value.trimEnd() === event.value.trimEnd();
  if (isShown) return false;
  const eventName = nameRequestedEvent(event);
  const faults = recorder.faultsByEvent.get(eventName) ?? new Set<RequestFault>();
  if ([...unknownOutcomes, 'scheduler stalled' as const].some((fault) => faults.has(fault)))
    return true;
  const hasDisruption = disruptions.some((what) => (world.counters.get(what) ?? 0) > 0);
  return variableHistory.wasRestored(target) || (!recorder.hasAccepted(eventName) && hasDisruption);
}

function formatUnfounded(entry: Entry): string {
  const { code, reason } = entry.parked ?? {};
  return `${describe(entry)} is parked without a valid reason: ${code} ${reason}`;
}

/** True when the change came from an old message or an archive replay. */
function isOld({ cause, version }: Entry, { queue, oldFacts }: Evidence): boolean {
  return (
    oldFacts.some((fact) => isSameChange(fact.version, version)) ||
    queue.messages.some(({ event, isOld: old }) => old && event.id === cause.eventId)
  );
}

/**
 * True when a predecessor in the route, or an earlier event for the same job, is parked. The entry
 * is then parked behind it.
 */
function isBehindParked(entry: Entry, { facts, oldFacts, ledger }: Evidence): boolean {
  const { run, beganMs } = entry.version;
  const ofRun = [...facts.values(), ...oldFacts].filter(
    ({ version }) => version.run === run && version.beganMs === beganMs,
  );
  const parked = new Set(
    [...ledger.entryByKey.values()].filter(({ stage }) => stage === 'parked').map(nameRequest),
  );
  // Facts use the first name of an instance.
  const own = nameRequest(entry);
  return ofRun.some(({ version, effects }) =>
    effects.some((one) => {
      const request = nameRequest({ ...one, to: entry.to, version });
      return (
        one.route === entry.cause.route &&
        !isNewer(version, entry.version) &&
        request !== own &&
        (parked.has(request) || ledger.everParked.has(request))
      );
    }),
  );
}

/** True when AutoSys refused to show the target. An accepted event is then never confirmed. */
export function isUnreadable({ event }: Entry, installation: Installation | undefined): boolean {
  const target = toTarget(event);
  return installation?.recorder.unreadable.some((text) => text.includes(target)) === true;
}
