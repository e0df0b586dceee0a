import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { simulatedGroup } from '../deployment.ts';
import { type Evidence, idsOf, toId, toKnownFacts } from './evidence.ts';
import type { Fact } from './facts.ts';
import { judgeGroupWrites } from './group-writes.ts';
import { isEntry, isGroupRecord } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';

const { variable, need, expect } = simulatedGroup;
const hourMs = 3_600_000;

/**
 * Checks the group of a scenario: the state of each day follows from what happened on AWS, days do
 * not mix, nothing starts before enough have succeeded, and SUCCEEDED ends only with a start.
 */
export function judgeGroups(evidence: Evidence): readonly string[] {
  if (!evidence.plan.hasGroup) return [];
  const records = [...evidence.ledger.bodyByKey.values()].filter(isGroupRecord);
  evidence.world.count('group days', records.length);
  const days = Map.groupBy(toFactsKnown(evidence), (fact) => toDay(fact.version.beganMs));
  return [
    ...[...days].flatMap(([day, known]) => {
      const record = records.find((one) => one.day === day);
      return record ? judgeDay(record, known, evidence) : [`the group has no row for ${day}`];
    }),
    ...records.flatMap((record) => [...judgeMembers(record), ...judgeChanges(record, evidence)]),
    ...judgeGroupWrites(evidence.ledger),
    ...judgeCutoff(records, evidence),
    ...judgeTarget(records, evidence),
    ...judgeStarts(evidence),
  ];
}

/** The facts that the row must have: those of handled messages, and what the sweep has found. */
function toFactsKnown(evidence: Evidence): readonly Fact[] {
  const old = idsOf(evidence.queue, true);
  const handledOld = toAllFacts(evidence).filter(({ change }) => old.has(toId(change.event.id)));
  return [...toKnownFacts(evidence), ...handledOld];
}

function toAllFacts({ facts, oldFacts }: Evidence): readonly Fact[] {
  return [...facts.values(), ...oldFacts];
}

const dateInZurich = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Zurich' });

/** The cutoff is 01:40 in Zurich. No run begins near a change of its clocks. */
function toDay(beganMs: number): string {
  return dateInZurich.format(beganMs - 100 * 60_000);
}

function toMember({ change: { event } }: Fact): string {
  const { stateMachineArn, jobName } = event.detail;
  return typeof stateMachineArn === 'string'
    ? `${event.account} state machine ${stateMachineArn.split(':').at(-1)}`
    : `${event.account} Batch job ${String(jobName)}`;
}

/** Checks that the row has the newest run of each member, and the state that follows from it. */
function judgeDay(record: GroupRecord, known: readonly Fact[], evidence: Evidence) {
  const members = new Map(record.members.map((one) => [one.name, one]));
  const missing = known.flatMap((fact) => {
    const member = members.get(toMember(fact));
    return member === undefined || isNewer(fact.version, member.version)
      ? [`${record.day}: the group does not have ${fact.change.event.id}`]
      : [];
  });
  const expected = toExpectedState(record, known);
  if (record.status === expected || missing.length > 0) return missing;
  evidence.world.log(() => JSON.stringify(record));
  return [`${record.day}: the group is ${record.status}, but its members make it ${expected}`];
}

/** The state by the words of the documentation, from the newest runs and the first successes. */
function toExpectedState({ members }: GroupRecord, known: readonly Fact[]): string {
  const successes = members.map((member) => {
    const times = known
      .filter((fact) => toMember(fact) === member.name && fact.version.status === 'SUCCEEDED')
      .map(({ version }) => version.changedMs);
    return { member, atMs: Math.min(...times, member.succeededMs ?? Number.POSITIVE_INFINITY) };
  });
  const counted = successes
    .filter(({ atMs }) => Number.isFinite(atMs))
    .toSorted(
      (one, other) => one.atMs - other.atMs || (one.member.name < other.member.name ? -1 : 1),
    )
    .slice(0, need);
  const ended = members.filter(({ version }) => isOver(version.status));
  const succeeded = ended.filter(({ version }) => version.status === 'SUCCEEDED').length;
  if (succeeded < need) return expect - (ended.length - succeeded) < need ? 'FAILED' : 'RUNNING';
  return counted.every(({ member }) => isOver(member.version.status)) ? 'SUCCEEDED' : 'RUNNING';
}

/** Checks that no run of another day is in the row. */
function judgeMembers({ day, members }: GroupRecord): readonly string[] {
  return members.flatMap(({ name, version }) =>
    toDay(version.beganMs) === day ? [] : [`${day}: ${name} has a run of another day`],
  );
}

/** Checks that SUCCEEDED ended only after a member that had succeeded was started again. */
function judgeChanges({ day, changes }: GroupRecord, evidence: Evidence): readonly string[] {
  return changes.flatMap(({ status, atMs }, at) => {
    if (changes[at - 1]?.status !== 'SUCCEEDED') return [];
    evidence.world.count('groups started again');
    const isStartedAgain = toAllFacts(evidence).some(
      (start) =>
        toDay(start.version.beganMs) === day &&
        toAllFacts(evidence).some(
          (success) =>
            success.version.status === 'SUCCEEDED' &&
            toMember(success) === toMember(start) &&
            toDay(success.version.beganMs) === day &&
            isNewer(start.version, success.version),
        ),
    );
    return isStartedAgain
      ? []
      : [`${day}: the group left SUCCEEDED for ${status} at ${atMs} without a start`];
  });
}

/** Checks that the day of the end has begun, also if no member has started on it. */
function judgeCutoff(records: readonly GroupRecord[], { world }: Evidence): readonly string[] {
  const today = toDay(world.nowMs);
  return records.some(({ day }) => day === today) ? [] : [`the group has not begun ${today}`];
}

/** Checks that the entry of the variable has the last state of the last day. */
function judgeTarget(records: readonly GroupRecord[], { ledger }: Evidence): readonly string[] {
  const last = records.toSorted((one, other) => other.beganMs - one.beganMs)[0];
  const change = last?.changes.at(-1);
  if (last === undefined || change === undefined) return [];
  const version = {
    beganMs: last.beganMs,
    run: `group ${last.name} ${last.day}`,
    attempt: change.number,
    status: change.status,
    changedMs: 0,
  };
  const entries = [...ledger.bodyByKey.values()].filter(
    (body): body is Entry =>
      isEntry(body) && body.event.kind === 'SET_GLOBAL' && body.event.globalVariable === variable,
  );
  // The effect of an old event has its own row, parked for an operator.
  return entries.some((entry) => isSameChange(entry.version, version))
    ? []
    : [`${variable} has no entry for change ${change.number} of ${last.day}, ${change.status}`];
}

/** Checks that SUCCEEDED was sent only after enough members had succeeded on one day. */
function judgeStarts(evidence: Evidence): readonly string[] {
  const successes = toAllFacts(evidence).filter(({ version }) => version.status === 'SUCCEEDED');
  const sent = [...evidence.installations.values()].flatMap(({ recorder }) =>
    recorder.acceptedEvents.filter(
      ({ event }) =>
        event.kind === 'SET_GLOBAL' &&
        event.globalVariable === variable &&
        event.value === 'SUCCEEDED',
    ),
  );
  return sent.flatMap(({ sentMs }) => {
    const before = successes.filter(({ version }) => version.changedMs <= sentMs + hourMs / 60);
    const days = Map.groupBy(before, ({ version }) => toDay(version.beganMs));
    const isReached = [...days.values()].some((some) => new Set(some.map(toMember)).size >= need);
    return isReached ? [] : [`${variable} is SUCCEEDED before ${need} members have succeeded`];
  });
}
