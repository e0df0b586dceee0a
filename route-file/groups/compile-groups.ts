import type * as z from 'zod';
import type { Group, GroupDays } from '../../lambda/routing/groups.ts';
import type { When } from '../../lambda/routing/when.ts';
import { effectShape } from '../effect-schema.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';
import { compileActions, compileReceivers, type RawRoute, toEndsWithinMs } from '../routes.ts';
import { compileWhen } from '../when.ts';
import { createGroupReader } from './group-reader.ts';
import { type CompiledMembers, compileMembers } from './members.ts';
import { groupSchema } from './schema.ts';

/** A compiled group with its path in the file. */
export interface GroupAtPath {
  readonly group: Group;
  readonly path: Path;
}

type Given = z.output<typeof groupSchema>;

/**
 * Compiles the valid groups. Groups with faults that zod has reported are omitted.
 *
 * @param instances the names of all instances in the file, valid or not
 */
export function compileGroups(
  raw: unknown,
  instances: readonly string[],
  faults: Faults,
): readonly GroupAtPath[] {
  if (!Array.isArray(raw)) return [];
  const names = new Set<string>();
  return raw.flatMap((item: unknown, at) => {
    if (!isMapping(item)) return [];
    const path = ['groups', at];
    const { name } = item;
    if (typeof name === 'string') {
      if (names.has(name)) {
        faults.at([...path, 'name'], `name: duplicate group name ${name}; use another name`);
      }
      names.add(name);
    }
    const group = compileGroup(item, path, { instances, faults });
    return group ? [{ group, path }] : [];
  });
}

function compileGroup(
  item: RawRoute,
  path: Path,
  { instances, faults }: { readonly instances: readonly string[]; readonly faults: Faults },
): Group | undefined {
  const members = compileMembers(item['members'], [...path, 'members'], faults);
  const to = compileReceivers(item, path, instances, faults);
  const when = compileGroupWhen(item, path, members, faults);
  const hasCutoff = item['atCutoff'] === 'PENDING';
  const actions = compileActions(item, path, createGroupReader(hasCutoff, faults));
  if (!Object.keys(effectShape).some((key) => key in item)) {
    faults.at(path, 'this group has no action; add global, job or events');
  } else if (hasCutoff && actions.PENDING === undefined) {
    faults.at([...path, 'atCutoff'], 'atCutoff: no action of this group has PENDING; add a global');
  }
  const given = groupSchema.safeParse(item).data;
  if (given === undefined || to.length === 0 || members.origins.length === 0) return undefined;
  const counts = countMembers(given, members, path, faults);
  if (counts === undefined) return undefined;
  return {
    name: given.name,
    members: members.origins,
    ...counts,
    day: compileDay(given.day),
    to,
    ...(when && { when }),
    endsWithinMs: toEndsWithinMs(item),
    ...(hasCutoff && { atCutoff: 'PENDING' as const }),
    actions: actions as Group['actions'],
  };
}

/**
 * The condition on the end of a run. Its fields must exist for each kind of member; the first kind
 * without one is reported.
 */
function compileGroupWhen(
  item: RawRoute,
  path: Path,
  { origins }: CompiledMembers,
  faults: Faults,
): When | undefined {
  const at = [...path, 'when'];
  let when: When | undefined;
  for (const kind of new Set(origins.map((origin) => origin.kind))) {
    when = compileWhen(item['when'], at, { kind, statuses: endStatuses[kind] }, faults);
    if (when === undefined) return undefined;
  }
  return when;
}

/** Statuses with which a run of a member ends. */
const endStatuses = {
  execution: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
  batchJob: ['SUCCEEDED', 'FAILED'],
} as const;

/** Returns `undefined` if the numbers contradict each other, which is reported. */
function countMembers(
  { expect = 'members', succeed = 'all' }: Given,
  { listed }: CompiledMembers,
  path: Path,
  faults: Faults,
): Pick<Group, 'expect' | 'need'> | undefined {
  const expected = expect === 'members' ? listed : expect;
  if (expected === undefined) {
    faults.at(
      [...path, 'expect'],
      'expect: the names of the members are not listed, so their number is unknown; write how many different members a day has, such as expect: 12',
    );
    return undefined;
  }
  if (listed !== undefined && listed !== expected) {
    faults.at(
      [...path, 'expect'],
      `expect: found ${expected}, but the group lists ${listed} members; remove expect, or correct the list`,
    );
    return undefined;
  }
  const need = succeed === 'all' ? expected : succeed.atLeast;
  if (need > expected) {
    faults.at(
      [...path, 'succeed', 'atLeast'],
      `atLeast: found ${need}, which can never be reached, because the group has ${expected} members; allowed: at most ${expected}`,
    );
    return undefined;
  }
  return { expect: expected, need };
}

function compileDay({ timezone, cutoff, holidays, field }: Given['day']): GroupDays {
  return {
    timezone,
    cutoff,
    ...(holidays && { holidays: [...new Set(holidays)].sort() }),
    ...(field !== undefined && { field: [{ field: field === 'name' ? 'run' : field }] }),
  };
}
