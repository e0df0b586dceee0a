import { findGroupDay, toCountedEvent } from '../groups/group-day.ts';
import { type GroupEvent, toGroupEvent } from '../groups/group-event.ts';
import { createRecordGroup } from '../groups/record-group.ts';
import { findChanges } from '../groups/update-group.ts';
import type { Decision } from '../ledger/run.ts';
import type { Table } from '../ledger/table.ts';
import { type Group, toGroupRouteName } from '../routing/groups.ts';
import type { AnyRoute } from '../routing/routes.ts';
import { toEffect } from '../routing/translate.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { findPredecessors } from './predecessors.ts';
import type { PlannedEffect } from './process-effects.ts';

/** What an event of a member changes in its groups. */
export interface GroupPlan {
  readonly effects: readonly PlannedEffect[];
  /** For the row of the run: to which group and day it belongs. */
  readonly decisions: readonly Decision[];
  /** Failures of the ledger. SQS redelivers the event. */
  readonly failures: readonly unknown[];
}

/**
 * Creates the plan of groups: records the event in the row of each group that it belongs to, and
 * plans the effects of the changes that it caused, or of the last change. Redelivered, it causes the same
 * changes.
 */
export function createPlanGroups(deps: {
  readonly table: Pick<Table, 'get' | 'put'>;
  readonly now: () => Date;
}) {
  const { recordMember } = createRecordGroup(deps);

  return async function planGroups(
    event: WorkloadEvent,
    matchedBy: readonly AnyRoute[],
  ): Promise<GroupPlan> {
    const groups = new Set(matchedBy.flatMap((one) => ('group' in one ? [one.group] : [])));
    const effects: PlannedEffect[] = [];
    const decisions: Decision[] = [];
    const failures: unknown[] = [];
    for (const group of groups) {
      const found = findGroupDay(event, group.day);
      if (found.kind === 'none') {
        decisions.push({ text: `not counted in group ${group.name}: ${found.reason}` });
        continue;
      }
      try {
        const counted = toCountedEvent(event, group);
        const record = await recordMember({ group, ...found }, counted.event);
        const as = counted.why === undefined ? '' : `, as RUNNING, because ${counted.why}`;
        decisions.push({ text: `counted in group ${group.name}, day ${found.day}${as}` });
        for (const change of findChanges(record, counted.event, deps.now().getTime())) {
          effects.push(...planGroupEffects(group, toGroupEvent(event, record, change)));
        }
      } catch (failure) {
        failures.push(failure);
      }
    }
    return { effects, decisions, failures };
  };
}

/** The effects of a state of a group. Pure. */
export function planGroupEffects(group: Group, event: GroupEvent): readonly PlannedEffect[] {
  const { endsWithinMs, actions } = group;
  const name = toGroupRouteName(group.name);
  const [from] = group.members;
  if (from === undefined) return [];
  return group.to.flatMap((to) => {
    const route = { name, from, to, endsWithinMs, actions };
    return (actions[event.status] ?? []).map((template) => {
      const effect = toEffect(event, route, template);
      return {
        effect,
        event,
        // The run of a state is the day of the group: no later status of a member overtakes it.
        route: undefined,
        predecessors: effect.kind === 'effect' ? findPredecessors(effect, event, route) : [],
      };
    });
  });
}
