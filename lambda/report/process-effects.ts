import type { EffectOutcome } from '../delivery/outcome.ts';
import type { EffectResult } from '../delivery/report-result.ts';
import { createRecordInstance } from '../ledger/instance-names.ts';
import { type AnyRoute, isRoute, type Route } from '../routing/routes.ts';
import { type Effect, type InvalidEffect, type Repeat, toEffect } from '../routing/translate.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { findPredecessors } from './predecessors.ts';
import { createProcessEffect, type ProcessEffectDeps, type ReportWork } from './process-effect.ts';
import { createRecordObserved } from './record-observed.ts';
import { RouteOrder } from './route-order.ts';

/** A requested effect with the ledger keys that it must follow. */
export interface PlannedEffect {
  readonly effect: Effect | Repeat | InvalidEffect;
  /** The route that requests it. */
  readonly route: Route | undefined;
  /**
   * The event, if it differs from that of the message: that of a mirror has the launch as its run,
   * that of a group the group and its day.
   */
  readonly event?: WorkloadEvent;
  /** Keys of one-shots to the same job that the route sends on earlier statuses of the run. */
  readonly predecessors: readonly string[];
}

/** Finds the predecessors of an effect. Pure. */
export function planEffect(
  effect: Effect | Repeat | InvalidEffect,
  event: WorkloadEvent,
  matchedBy: readonly AnyRoute[],
): PlannedEffect {
  const route = matchedBy
    .filter(isRoute)
    .find(({ name, to }) => name === effect.route && to === effect.to);
  const predecessors =
    effect.kind === 'effect' && route && !route.observe
      ? findPredecessors(effect, event, route)
      : [];
  return { effect, route, predecessors };
}

/** The effects of an event on a mirror. Pure. */
export function planMirror({
  event,
  route,
}: {
  readonly event: WorkloadEvent;
  readonly route: Route;
}): readonly PlannedEffect[] {
  return (route.actions[event.status] ?? []).map((template) => ({
    effect: toEffect(event, route, template),
    event,
    route,
    predecessors: [],
  }));
}

/** Results of the effects that were processed, and failures of the others. */
interface ProcessedEffects {
  readonly results: EffectResult[];
  readonly failures: unknown[];
}

/** Creates the function that processes the effects of one event in route order. */
export function createProcessEffects(deps: ProcessEffectDeps) {
  const processEffect = createProcessEffect(deps);
  const recordObserved = createRecordObserved(deps);
  const recordInstance = createRecordInstance(deps);

  return async function processEffects(
    plan: readonly PlannedEffect[],
    work: ReportWork,
  ): Promise<ProcessedEffects> {
    const results: EffectResult[] = [];
    const failures: unknown[] = [];
    const order = new RouteOrder();
    const observed = new Map<string, number>();
    for (const { effect, route, predecessors, event = work.event } of plan) {
      if (!order.mayProceed(effect)) continue;
      if (effect.kind === 'repeat') {
        order.addRepeat(effect);
        continue;
      }
      try {
        if (route?.observe) {
          const sequence = `${effect.to} ${effect.route}`;
          const position = observed.get(sequence) ?? 0;
          observed.set(sequence, position + 1);
          results.push(await recordObserved(effect, event, { observe: route.observe, position }));
          continue;
        }
        const after = [...order.pendingBefore(effect), ...predecessors];
        // Before the entry is written: the sweep looks for entries of renamed instances by the
        // recorded names, and a function may crash at any time.
        await recordInstance(effect.to);
        const result = await processEffect(effect, { ...work, event, route, after });
        results.push(result);
        if (isPendingOutcome(result.outcome)) {
          order.addPending(effect, result.target ?? result.key);
        }
      } catch (failure) {
        failures.push(failure);
        order.addFailure(effect, failure);
      }
    }
    return { results, failures };
  };
}

/**
 * Whether later effects of the route must wait: AutoSys has not accepted this one, or it is parked.
 */
function isPendingOutcome(outcome: EffectOutcome): boolean {
  switch (outcome.kind) {
    case 'waiting':
    case 'left':
    case 'parked':
      return true;
    case 'dropped':
      return outcome.stage === 'parked';
    default:
      return false;
  }
}
