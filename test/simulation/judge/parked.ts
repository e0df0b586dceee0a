import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Mishap } from '../autosys/mishaps.ts';
import { toTarget } from '../autosys/witness.ts';
import { deadlineMs, toInstallation } from '../deployment.ts';
import type { Evidence } from './evidence.ts';
import { describe, nameRequest } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';
import { isForgotten } from './visible.ts';

const refusals: Readonly<Record<string, readonly Mishap[]>> = {
  AUTOSYS_REFUSED: ['400', '404', 'empty 404', 'complaint'],
  AUTOSYS_JOB_NOT_FOUND: ['404', 'empty 404'],
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
export function judgeParked(entry: Entry, evidence: Evidence): readonly string[] {
  const { installations, world } = evidence;
  const { code = '', reason = '' } = entry.parked ?? {};
  const witness = installations.get(toInstallation(entry.to))?.witness;
  const told = witness?.told(entry.event) ?? '';
  const met = witness?.mishapsByTold.get(told) ?? new Set<Mishap>();
  if (reason === '') return [`${describe(entry)} is parked without a reason`];
  if (refusals[code]?.some((mishap) => met.has(mishap))) return [];
  // What the login may not read it may not change either.
  const target = toTarget(entry.event);
  const isDeniedRead = witness?.deniedReads.some((text) => text.includes(target)) === true;
  if (code === 'BRIDGE_REQUEST_DENIED' && isDeniedRead) return [];
  if (code === 'BRIDGE_OLD_EVENT' && isOld(entry, evidence)) return [];
  if (!code.startsWith('BRIDGE_') || code === 'BRIDGE_INVALID_EFFECT') return [toUnfounded(entry)];
  if (isForgotten(entry.to, evidence) || isBehindParked(entry, evidence)) return [];
  if (entry.kind === 'state') {
    if (isStateLost(entry, evidence)) return [];
  } else {
    if (witness?.hasTaken(told) || doubts.some((mishap) => met.has(mishap))) return [];
    if (breaks.some((event) => (world.tally.get(event) ?? 0) > 0)) return [];
  }
  return [toUnfounded(entry)];
}

/**
 * Whether AutoSys may never have shown a value or a status that was sent.
 *
 * It forgot the event, or it is unknown whether the event arrived; a restore has undone it; it stood still until the deadline was over; it
 * refused to show it; or every sender died before it left.
 */
function isStateLost(entry: Entry, { installations, world }: Evidence): boolean {
  const installation = installations.get(toInstallation(entry.to));
  if (installation === undefined) return false;
  const { witness, memory, instance } = installation;
  if (witness.longestStallMs >= deadlineMs || isUnreadable(entry, installation)) return true;
  const { event } = entry;
  const target = toTarget(event);
  // A person set it to what it was before, so that AutoSys never showed ours to a reader.
  if (witness.touchedMsByTarget.has(target)) return true;
  const isShown =
    event.kind === 'SET_GLOBAL' &&
    instance.globalVariable(target)?.value.trimEnd() === event.value.trimEnd();
  if (isShown) return false;
  const told = witness.told(event);
  const met = witness.mishapsByTold.get(told) ?? new Set<Mishap>();
  if ([...doubts, 'stalled' as const].some((mishap) => met.has(mishap))) return true;
  const hasBroken = breaks.some((what) => (world.tally.get(what) ?? 0) > 0);
  return memory.wasRestored(target) || (!witness.hasTaken(told) && hasBroken);
}

function toUnfounded(entry: Entry): string {
  const { code, reason } = entry.parked ?? {};
  return `${describe(entry)} is parked for no reason of its own: ${code} ${reason}`;
}

/** Whether the bridge heard of the change by an old message, or by an archive replay. */
function isOld({ cause, version }: Entry, { queue, oldFacts }: Evidence): boolean {
  return (
    oldFacts.some((fact) => isSameChange(fact.version, version)) ||
    queue.messages.some(({ event, isOld: old }) => old && event.id === cause.eventId)
  );
}

/** What its route says before it, or has said to the same job before, is parked: then it waits for a person with it. */
function isBehindParked(entry: Entry, { facts, oldFacts, ledger }: Evidence): boolean {
  const { run, beganMs } = entry.version;
  const ofRun = [...facts.values(), ...oldFacts].filter(
    ({ version }) => version.run === run && version.beganMs === beganMs,
  );
  const parked = new Set(
    [...ledger.entryByKey.values()].filter(({ stage }) => stage === 'parked').map(nameRequest),
  );
  // The facts name an instance as it was called at first.
  const mine = nameRequest(entry);
  return ofRun.some(({ version, told }) =>
    told.some((one) => {
      const request = nameRequest({ ...one, to: entry.to, version });
      return (
        one.route === entry.cause.route &&
        !isNewer(version, entry.version) &&
        request !== mine &&
        (parked.has(request) || ledger.refusedMsByRequest.has(request))
      );
    }),
  );
}

/** AutoSys has refused to show it: what it took is then called accepted, and never confirmed. */
export function isUnreadable({ event }: Entry, installation: Installation | undefined): boolean {
  const target = toTarget(event);
  return installation?.witness.unreadable.some((text) => text.includes(target)) === true;
}
