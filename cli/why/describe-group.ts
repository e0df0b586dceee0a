import { findMissingMembers, type GroupRecord } from '../../lambda/groups/group-row.ts';
import { findCounted, type GroupMember, readMemberName } from '../../lambda/groups/group-state.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import type { RunTextFacts } from './describe-run.ts';
import type { GroupFacts } from './read-group.ts';

type TimeText = Pick<RunTextFacts, 'formatTime'>;

/** A member that has not succeeded, or that counted and runs again. */
export interface MissingMember {
  /** As short as it is unique in the group: `risk-a`. */
  readonly name: string;
  /** Its newest run on the day. Absent if it has not started. */
  readonly version?: GroupMember['version'];
}

/** What a group lacks on a day. */
export interface GroupGap {
  readonly succeeded: number;
  /** The members that counted, by name. */
  readonly counted: readonly string[];
  /** Those that failed first, then those that run, then those that have not started. */
  readonly missing: readonly MissingMember[];
  /** Number of further missing members, whose names the route file does not list. */
  readonly unnamed: number;
}

/** Who counted, and who is missing. Pure. */
export function findGroupGap(record: GroupRecord): GroupGap {
  const { members, need, expect } = record;
  const absent = findMissingMembers(record);
  const toShort = createToShort([...members.map(({ name }) => name), ...absent]);
  const isDone = ({ version }: GroupMember) => version.status === 'SUCCEEDED';
  const open = members.filter((member) => !isDone(member));
  const missing = open.map(({ name, version }) => ({ name: toShort(name), version }));
  const isFailed = ({ version }: MissingMember) => version !== undefined && isOver(version.status);
  return {
    succeeded: members.length - open.length,
    counted: findCounted(members, need)
      .filter(isDone)
      .map(({ name }) => toShort(name)),
    missing: [
      ...missing.filter(isFailed),
      ...missing.filter((member) => !isFailed(member)),
      ...absent.map((name) => ({ name: toShort(name) })),
    ],
    unnamed: Math.max(0, expect - members.length - absent.length),
  };
}

/** The name without account and kind, unless another member has the same. */
function createToShort(names: readonly string[]): (name: string) => string {
  const shorts = names.map((name) => readMemberName(name) ?? name);
  return function toShort(name) {
    const short = readMemberName(name) ?? name;
    return shorts.filter((one) => one === short).length > 1 ? name : short;
  };
}

/** A missing member: `risk-a (RUNNING since 02:01:00)`, or `risk-b (not started)`. */
export function describeMissing({ name, version }: MissingMember, { formatTime }: TimeText) {
  if (version === undefined) return `${name} (not started)`;
  const { status, changedMs } = version;
  return `${name} (${status} ${isOver(status) ? 'at' : 'since'} ${formatTime(changedMs)})`;
}

/** Maximum names of members in a clause. */
const maxNames = 5;

/** A group on its day as a clause: its state, how many have succeeded, and who is missing. Pure. */
export function describeGroup(facts: GroupFacts, texts: TimeText): string {
  const { name, day, record, beganMs, setDay } = facts;
  const ofDay = setDay === undefined ? '' : `; the value is that of the business day ${setDay}`;
  if (record === undefined) {
    const began = beganMs === undefined ? '' : `, which began at ${texts.formatTime(beganMs)}`;
    return `group ${name}: no member has started on the business day ${day}${began}${ofDay}`;
  }
  const { status, expect, need } = record;
  const { succeeded, missing, unnamed } = findGroupGap(record);
  const needed = need === expect ? '' : `, ${need} needed`;
  const named = missing.slice(0, maxNames).map((one) => describeMissing(one, texts));
  const more = missing.length - named.length;
  const parts = [
    ...named,
    ...(more > 0 ? [`${more} ${more === 1 ? 'other' : 'others'}`] : []),
    ...(unnamed > 0 ? [describeUnnamed(unnamed)] : []),
  ];
  const who = parts.length === 0 ? '' : `; missing ${parts.join(', ')}`;
  return `group ${name} is ${status} on the business day ${day}: ${succeeded} of ${expect} have succeeded${needed}${who}${ofDay}`;
}

/** Missing members without a name: the route file has a name with `*`. */
export function describeUnnamed(unnamed: number): string {
  return `${unnamed} more that ${unnamed === 1 ? 'has' : 'have'} not started`;
}

/** What would change the state of a group that is not as a condition needs it. Pure. */
export function describeGroupEnd({ record, name, endsMs }: GroupFacts, texts: TimeText): string {
  const cutoff =
    endsMs === undefined
      ? ''
      : `; the next business day begins at ${texts.formatTime(endsMs)} (cutoff)`;
  return `${record ? toNextChange(record) : `a start of a member of group ${name}`}${cutoff}`;
}

function toNextChange(record: GroupRecord): string {
  const { name, need, status } = record;
  const { succeeded, missing, unnamed } = findGroupGap(record);
  const names = (of: readonly MissingMember[]) => {
    const shown = of.slice(0, maxNames).map((member) => member.name);
    return of.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
  };
  const failed = missing.filter(({ version }) => version && isOver(version.status));
  if (status === 'FAILED')
    return `a redrive or a new run of a member that failed: ${names(failed)}`;
  if (status === 'SUCCEEDED') {
    return `a new start of a member of group ${name} that counted, or a later business day`;
  }
  // Enough have succeeded, but one that counted has been started again.
  if (succeeded >= need) return `the success of the members that run again: ${names(missing)}`;
  const left = need - succeeded;
  const isAll = unnamed === 0 && left === missing.length;
  return isAll
    ? `the success of ${names(missing)}`
    : `the success of ${left} more ${left === 1 ? 'member' : 'members'} of group ${name}`;
}
