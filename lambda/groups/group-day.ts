import { toBusinessDay, toDayBegin } from '../routing/business-day.ts';
import type { Group, GroupDays } from '../routing/groups.ts';
import { fillTemplate } from '../routing/template.ts';
import { judgeWhen } from '../routing/when.ts';
import { isOver, type WorkloadEvent } from '../workload/workload.ts';

/** A business day of a group, or why a run belongs to none. */
export type GroupDayResult =
  | { readonly kind: 'day'; readonly day: string; readonly beganMs: number }
  | { readonly kind: 'none'; readonly reason: string };

/** An event as a group counts it, and why it counts otherwise than AWS reported it. */
export interface CountedEvent {
  readonly event: WorkloadEvent;
  readonly why?: string;
}

/**
 * The event of a member as its group counts it: an end on which the condition of the group does not hold
 * is neither a success nor a failure. It counts as RUNNING, which is also known if the event of the start
 * was lost. Pure.
 */
export function toCountedEvent(event: WorkloadEvent, { when }: Pick<Group, 'when'>): CountedEvent {
  if (when === undefined || !isOver(event.status)) return { event };
  const judged = judgeWhen(when, event);
  if (judged.kind === 'holds') return { event };
  const why =
    judged.kind === 'unknown' ? `cannot be judged, because ${judged.why}` : 'does not hold';
  return { event: { ...event, status: 'RUNNING' }, why: `when ${when.text} ${why}` };
}

/** The business day that the run of an event belongs to. It is the same in all events of a run. Pure. */
export function findGroupDay(event: WorkloadEvent, days: GroupDays): GroupDayResult {
  const { field } = days;
  if (field === undefined) return toDay(toBusinessDay(event.beganAt, days), days);
  const filled = fillTemplate(field, event);
  if (filled.kind === 'missing') {
    return { kind: 'none', reason: `its day is in ${filled.field}, ${filled.why}` };
  }
  const day = findDate(filled.text);
  return day === undefined
    ? {
        kind: 'none',
        reason: `its day is in a field without a date such as 2026-11-30 or 20261130`,
      }
    : toDay(day, days);
}

function toDay(day: string, days: GroupDays): GroupDayResult {
  return { kind: 'day', day, beganMs: toDayBegin(day, days).getTime() };
}

/** The first date in a text: `2026-11-30` or `20261130`, not within a longer number. */
function findDate(text: string): string | undefined {
  for (const [, year, month, day] of text.matchAll(
    /(?<!\d)(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)/g,
  )) {
    const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
    if (date.getUTCDate() === Number(day)) return `${year}-${month}-${day}`;
  }
  return undefined;
}
