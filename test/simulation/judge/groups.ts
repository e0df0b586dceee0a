import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { toInstallation } from '../deployment.ts';
import { groupNeed, groupVariable, type SimulatedGroup, toCounted } from '../simulated-group.ts';
import { type Evidence, idsOf, toId, toKnownFacts } from './evidence.ts';
import type { Fact } from './facts.ts';
import { judgeGroupWrites } from './group-writes.ts';
import { isEntry, isGroupRecord } from './ledger-watch.ts';
import { isNewer, isSameChange } from './versions.ts';

const hourMs = 3_600_000;

/**
 * Checks the group of a scenario: the state of each day follows from what happened on AWS, days do
 * not mix, nothing starts before enough have succeeded, and SUCCEEDED ends only with a start.
 */
export function judgeGroups(evidence: Evidence): readonly string[] {
  const { group } = evidence.plan;
  if (group === undefined) return [];
  const records = [...evidence.ledger.bodyByKey.values()].filter(isGroupRecord);
  evidence.world.count('group days', records.length);
  const all = toGroupFacts(toAllFacts(evidence), group);
  const days = Map.groupBy(toGroupFacts(toFactsKnown(evidence), group), ({ version }) =>
    toDay(version.beganMs),
  );
  return [
    ...[...days].flatMap(([day, known]) => {
      const record = records.find((one) => one.day === day);
      return record
        ? judgeDay(record, { known, expect: group.expect, evidence })
        : [`the group has no row for ${day}`];
    }),
    ...records.flatMap((record) => [
      ...judgeMembers(record, group),
      ...judgeChanges(record, all, evidence),
    ]),
    ...judgeGroupWrites(evidence.ledger, group.expect),
    ...judgeCutoff(records, evidence),
    ...group.to.flatMap((instance) => judgeTarget(records, instance, evidence)),
    ...judgeStarts(evidence, all),
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

/** The facts of members, as the group sees them. */
function toGroupFacts(facts: readonly Fact[], group: SimulatedGroup): readonly Fact[] {
  return facts
    .filter((fact) => group.hasMember(toWorkload(fact)))
    .map((fact) => ({ ...fact, version: toCounted(fact.version, group) }));
}

const dateInZurich = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Zurich' });

/** The cutoff is 01:40 in Zurich. No run begins near a change of its clocks. */
function toDay(beganMs: number): string {
  return dateInZurich.format(beganMs - 100 * 60_000);
}

function toWorkload({ change: { event } }: Fact): string {
  const { stateMachineArn, jobName } = event.detail;
  return String(stateMachineArn ?? jobName)
    .split(':')
    .at(-1) as string;
}

function toMember(fact: Fact): string {
  const { account, detail } = fact.change.event;
  const kind = typeof detail['stateMachineArn'] === 'string' ? 'state machine' : 'Batch job';
  return `${account} ${kind} ${toWorkload(fact)}`;
}

interface KnownDay {
  readonly known: readonly Fact[];
  /** Number of members of the group. */
  readonly expect: number;
  readonly evidence: Evidence;
}

/** Checks that the row has the newest run of each member, and the state that follows from it. */
function judgeDay(record: GroupRecord, { known, expect, evidence }: KnownDay) {
  const members = new Map(record.members.map((one) => [one.name, one]));
  const missing = known.flatMap((fact) => {
    const member = members.get(toMember(fact));
    return member === undefined || isNewer(fact.version, member.version)
      ? [`${record.day}: the group does not have ${fact.change.event.id}`]
      : [];
  });
  const expected = toExpectedState(record, known, expect);
  if (record.status === expected || missing.length > 0) return missing;
  evidence.world.log(() => JSON.stringify(record));
  return [`${record.day}: the group is ${record.status}, but its members make it ${expected}`];
}

/** The state by the words of the documentation, from the newest runs and the first successes. */
function toExpectedState({ members }: GroupRecord, known: readonly Fact[], expect: number): string {
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
    .slice(0, groupNeed);
  const ended = members.filter(({ version }) => isOver(version.status));
  const succeeded = ended.filter(({ version }) => version.status === 'SUCCEEDED').length;
  if (succeeded < groupNeed)
    return expect - (ended.length - succeeded) < groupNeed ? 'FAILED' : 'RUNNING';
  return counted.every(({ member }) => isOver(member.version.status)) ? 'SUCCEEDED' : 'RUNNING';
}

/** Checks that the row has no run of another day, and no end that does not count. */
function judgeMembers(
  { day, members }: GroupRecord,
  { isCounted }: SimulatedGroup,
): readonly string[] {
  return members.flatMap(({ name, version }) => [
    ...(toDay(version.beganMs) === day ? [] : [`${day}: ${name} has a run of another day`]),
    ...(isOver(version.status) && !isCounted(version)
      ? [`${day}: ${name} has ${version.status}, on which the condition does not hold`]
      : []),
  ]);
}

/** Checks that SUCCEEDED ended only after a member that had succeeded was started again. */
function judgeChanges(
  { day, changes }: GroupRecord,
  all: readonly Fact[],
  { world }: Evidence,
): readonly string[] {
  return changes.flatMap(({ status, atMs }, at) => {
    if (changes[at - 1]?.status !== 'SUCCEEDED') return [];
    world.count('groups started again');
    const isStartedAgain = all.some(
      (start) =>
        toDay(start.version.beganMs) === day &&
        all.some(
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
function judgeTarget(
  records: readonly GroupRecord[],
  instance: string,
  { ledger }: Evidence,
): readonly string[] {
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
      isEntry(body) &&
      body.event.kind === 'SET_GLOBAL' &&
      body.event.globalVariable === groupVariable,
  );
  // The effect of an old event has its own row, parked for an operator.
  const own = entries.filter(({ to }) => toInstallation(to) === instance);
  return own.some((entry) => isSameChange(entry.version, version))
    ? []
    : [
        `${instance}: ${groupVariable} has no entry for change ${change.number} of ${last.day}, ${change.status}`,
      ];
}

/** Checks that SUCCEEDED was sent only after enough members had succeeded on one day. */
function judgeStarts({ installations }: Evidence, all: readonly Fact[]): readonly string[] {
  const successes = all.filter(({ version }) => version.status === 'SUCCEEDED');
  const sent = [...installations.values()].flatMap(({ recorder }) =>
    recorder.acceptedEvents.filter(
      ({ event }) =>
        event.kind === 'SET_GLOBAL' &&
        event.globalVariable === groupVariable &&
        event.value === 'SUCCEEDED',
    ),
  );
  return sent.flatMap(({ sentMs }) => {
    const before = successes.filter(({ version }) => version.changedMs <= sentMs + hourMs / 60);
    const days = Map.groupBy(before, ({ version }) => toDay(version.beganMs));
    const isReached = [...days.values()].some(
      (some) => new Set(some.map(toMember)).size >= groupNeed,
    );
    return isReached
      ? []
      : [`${groupVariable} is SUCCEEDED before ${groupNeed} members have succeeded`];
  });
}
