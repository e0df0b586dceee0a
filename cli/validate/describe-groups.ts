import type { Group } from '../../lambda/routing/groups.ts';
import { describeOrigin, formatRouteAction, toRouteActions } from '../describe-route.ts';
import type { Paint } from '../render.ts';

/** Formats the groups of a route file, each with its members, its day and its actions. */
export function describeGroups(groups: readonly Group[], paint: Paint): readonly string[] {
  return groups.flatMap((group) => [
    '',
    `group ${paint('bold', group.name)}: ${group.need} of ${group.expect} members must succeed -> ${group.to.join(' ')}`,
    ...group.members.map((from) => `  ${describeOrigin({ from })}`),
    `  ${describeDays(group)}`,
    ...(group.when ? [`  an end counts when ${group.when.text}`] : []),
    ...toRouteActions(group).map(
      (action) => `  ${formatRouteAction(action)}  on ${action.on.join(' ')}`,
    ),
  ]);
}

function describeDays({ day, atCutoff }: Group): string {
  const { timezone, cutoff, holidays = [], field } = day;
  const [piece] = field ?? [];
  const source =
    typeof piece === 'object' ? `, day of a run from its ${toSource(piece.field)}` : '';
  const pending = atCutoff === undefined ? '' : `, ${atCutoff} at the cutoff`;
  const free = holidays.length === 0 ? '' : `, holidays ${holidays.join(' ')}`;
  return `day from ${cutoff} ${timezone}${source}${pending}${free}`;
}

function toSource(field: string): string {
  return field === 'run' ? 'name' : field;
}
