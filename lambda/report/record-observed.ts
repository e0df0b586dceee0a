import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { Autosys } from '../delivery/autosys.ts';
import type { EffectResult } from '../delivery/report-result.ts';
import { withHistory } from '../ledger/entry.ts';
import { type ObservedEntry, toObservedPrefix, toObservedRow } from '../ledger/observed.ts';
import { toFirstCheckMs } from '../ledger/observed-checks.ts';
import type { Table } from '../ledger/table.ts';
import type { RouteObservation } from '../routing/observation.ts';
import type { Effect, InvalidEffect } from '../routing/translate.ts';
import { judgeEventAge } from '../workload/event-age.ts';
import { toVersion } from '../workload/version.ts';
import { isOver, type WorkloadEvent } from '../workload/workload.ts';
import { toRequestCause } from './request.ts';

/** How an observed effect is recorded. */
export interface ObservedWork {
  readonly observe: RouteObservation;
  /** Position of the effect among those of its route on the event. */
  readonly position: number;
}

/**
 * Creates the function that records what a route would have sent. Nothing is sent to AutoSys. An
 * event that AWS reports again is recorded once.
 */
export function createRecordObserved({
  table,
  now,
  autosysFor,
}: {
  readonly table: Table;
  readonly now: () => Date;
  readonly autosysFor: (to: AutosysInstance) => Pick<Autosys, 'deadlineMs' | 'oldEvents'>;
}) {
  return async function recordObserved(
    effect: Effect | InvalidEffect,
    event: WorkloadEvent,
    { observe, position }: ObservedWork,
  ): Promise<EffectResult> {
    const { route, to } = effect;
    const version = toVersion(event);
    const cause = toRequestCause(route, event, now());
    const age = judgeEventAge(event, { ...autosysFor(to), now: now() });
    const isCompared = position === 0 && isOver(event.status);
    const nowMs = cause.seenMs;
    const what = effect.kind === 'effect' ? { event: effect.event } : { invalid: effect.reason };
    const entry = withHistory<ObservedEntry>(
      {
        ...{ format: 2, kind: 'observed', to, ...what, version, cause, stage: 'observed' },
        ...{ observe, checks: 0, history: [] },
        ...(isCompared && age.kind === 'current' && { checkMs: toFirstCheckMs(nowMs) }),
        ...(isCompared && age.kind !== 'current' && { notCompared: age.reason }),
      },
      nowMs,
      `observed: ${cause.run} ${version.status} (event ${cause.eventId}); nothing is sent`,
    );
    const key = `${toObservedPrefix({ to, cause, version })}${position}`;
    const revision = await table.put(toObservedRow(key, entry), undefined);
    const text = effect.kind === 'effect' ? { eventText: describeEvent(effect.event) } : {};
    const outcome: EffectResult['outcome'] =
      revision === undefined
        ? { kind: 'dropped', reason: 'duplicate of an event that was observed' }
        : { kind: 'observed', reason: describeObserved(effect, observe) };
    return { route, to, ...text, key, outcome };
  };
}

function describeObserved(effect: Effect | InvalidEffect, observe: RouteObservation): string {
  const old = 'job' in observe ? `job ${observe.job}` : `variable ${observe.variable}`;
  const invalid = effect.kind === 'effect' ? '' : `; live, it would be parked: ${effect.reason}`;
  return `nothing is sent, the route observes ${old}${invalid}`;
}
