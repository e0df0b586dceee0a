import type { EffectRequest } from '../ledger/admit.ts';
import type { Cause } from '../ledger/entry.ts';
import { toEntryKind } from '../ledger/entry-kind.ts';
import type { Effect } from '../routing/translate.ts';
import { toVersion } from '../workload/version.ts';
import { describeRun, type WorkloadEvent } from '../workload/workload.ts';

/** The ledger request for an effect. */
export function toEffectRequest(effect: Effect, event: WorkloadEvent, seenAt: Date): EffectRequest {
  return {
    kind: toEntryKind(effect.event.kind),
    to: effect.to,
    event: effect.event,
    version: toVersion(event),
    cause: toRequestCause(effect.route, event, seenAt),
  };
}

/** The cause of a request: the event and the route. */
export function toRequestCause(route: string, event: WorkloadEvent, seenAt: Date): Cause {
  return {
    eventId: event.eventId,
    route,
    run: describeRun(event),
    seenMs: seenAt.getTime(),
    ...(event.recovered && { recovered: event.recovered }),
  };
}
