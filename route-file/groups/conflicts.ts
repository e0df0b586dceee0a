import { toTrait } from '../../autosys/event.ts';
import type { Group } from '../../lambda/routing/groups.ts';
import type { Origin } from '../../lambda/routing/origin.ts';
import { type CommonEvents, compareOrigins } from '../common-events.ts';
import type { Faults } from '../faults.ts';
import { canMeet, toTextTokens } from '../name-tokens.ts';
import type { OwnedTarget } from '../requests/owned-targets.ts';
import { printTemplate } from '../template-print.ts';
import type { GroupAtPath } from './compile-groups.ts';

/**
 * Rejects a member in two groups with different days, which would count one run on two days. Warns
 * if two groups may share a member.
 */
export function refuseDifferentDays(
  placed: readonly GroupAtPath[],
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): void {
  for (const [at, { group, path }] of placed.entries()) {
    for (const other of placed.slice(0, at)) {
      if (JSON.stringify(group.day) === JSON.stringify(other.group.day)) continue;
      const common = compareMembers(group.members, other.group.members);
      if (common === 'none') continue;
      const line = faults.lineOf([...other.path, 'name']);
      const which = common === 'all' ? 'has a member' : 'may have a member';
      const message = `members: group ${other.group.name} (line ${line}) ${which} of this group, with another day; use the same day in both groups, or different members`;
      (common === 'all' ? faults : warnings).at([...path, 'members'], message);
    }
  }
}

function compareMembers(mine: readonly Origin[], theirs: readonly Origin[]): CommonEvents {
  const all = mine.flatMap((one) => theirs.map((other) => compareOrigins(one, other)));
  return all.find((one) => one === 'all') ?? all.find((one) => one === 'some') ?? 'none';
}

/** Rejects a group that sets what a route, a mirror, the canary or another group sets. */
export function refuseSharedEffects(
  placed: readonly GroupAtPath[],
  owned: readonly OwnedTarget[],
  faults: Faults,
): void {
  const earlier: (OwnedTarget & { readonly instance: string })[] = [];
  for (const { group, path } of placed) {
    const own = findSettings(group);
    for (const { property, name, key } of own) {
      const tokens = toTextTokens(name);
      const found = [...owned, ...earlier].find(
        (one) =>
          one.property === property &&
          (one.instance === undefined || group.to.some((to) => to === one.instance)) &&
          canMeet(tokens, one.tokens),
      );
      if (found === undefined) continue;
      faults.at(
        [...path, key],
        `${key}: this group sets ${name}, but ${found.describe()}; use another name, because one would hide what the other has reported`,
      );
    }
    const line = faults.lineOf([...path, 'name']);
    earlier.push(
      ...own.flatMap(({ property, name }) =>
        group.to.map((instance) => ({
          property,
          tokens: toTextTokens(name),
          head: name,
          instance,
          describe: () => `group ${group.name} (line ${line}) sets it too`,
        })),
      ),
    );
  }
}

/** What a group sets: variables, and properties of jobs. */
function findSettings({ actions }: Group) {
  const settings = Object.values(actions)
    .flat()
    .flatMap(({ kind, fields }) => {
      const { sets } = toTrait(kind);
      const name = fields[sets === 'value' ? 'globalVariable' : 'job'];
      if (sets === undefined || name === undefined) return [];
      const key = kind === 'SET_GLOBAL' ? 'global' : kind === 'CHANGE_STATUS' ? 'job' : 'events';
      return [{ property: sets, name: printTemplate(name), key }];
    });
  return [...new Map(settings.map((one) => [`${one.property} ${one.name}`, one])).values()];
}
