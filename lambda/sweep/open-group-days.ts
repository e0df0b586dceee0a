import type { EffectResult } from '../delivery/report-result.ts';
import { toCutoffEvent } from '../groups/group-event.ts';
import { createRecordGroup } from '../groups/record-group.ts';
import { byCutoff } from '../groups/update-group.ts';
import type { Table } from '../ledger/table.ts';
import { toBusinessDay, toDayBegin } from '../routing/business-day.ts';
import type { Group } from '../routing/groups.ts';
import type { Home } from '../routing/origin.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import type { SweepDeadline } from './rate-limiter.ts';

/** A business day of a group that has begun, with the outcome of its effects. */
export interface OpenedDay {
  readonly group: string;
  readonly day: string;
  /** Stands for the day. */
  readonly event: WorkloadEvent;
  readonly settled: readonly EffectResult[];
}

export interface OpenGroupDaysDeps {
  readonly table: Pick<Table, 'get' | 'put'>;
  readonly now: () => Date;
  readonly groups: readonly Group[];
  readonly home: Home;
  /** Requests the effects of a state of a group, and executes them. */
  readonly send: (
    group: Group,
    event: ReturnType<typeof toCutoffEvent>,
    signal: AbortSignal,
  ) => Promise<readonly EffectResult[]>;
}

/**
 * Creates the opening of business days: sets `PENDING` for groups with `atCutoff`, so that no value
 * of the day before starts a job. A day on which a member has started is left unchanged.
 *
 * The effects are requested until the ledger has them. After that, an execution environment asks no
 * more on that day. A group that fails does not stop the others; the first failure is thrown.
 */
export function createOpenGroupDays(deps: OpenGroupDaysDeps) {
  const { now, home, send } = deps;
  const groups = deps.groups.filter(({ atCutoff }) => atCutoff !== undefined);
  const { recordCutoff } = createRecordGroup(deps);
  const openedDays = new Map<string, string>();

  return async function* openGroupDays(deadline: SweepDeadline): AsyncGenerator<OpenedDay> {
    const failures: unknown[] = [];
    for (const group of groups) {
      if (deadline.signal.aborted || now().getTime() >= deadline.untilMs) break;
      const day = toBusinessDay(now(), group.day);
      if (openedDays.get(group.name) === day) continue;
      try {
        yield* openDayOf(group, day, deadline.signal);
        openedDays.set(group.name, day);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  };

  async function* openDayOf(
    group: Group,
    day: string,
    signal: AbortSignal,
  ): AsyncGenerator<OpenedDay> {
    const beganMs = toDayBegin(day, group.day).getTime();
    const record = await recordCutoff({ group, day, beganMs });
    const change = record.changes.find(({ by }) => by === byCutoff);
    if (change === undefined) return;
    const event = toCutoffEvent(record, change, home);
    yield { group: group.name, day, event, settled: await send(group, event, signal) };
  }
}
