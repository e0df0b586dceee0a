import { toTrait } from '../../autosys/event.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import type { Cause } from '../ledger/entry.ts';
import type { Effect } from '../routing/translate.ts';
import { toVersion } from '../workload/version.ts';
import { describeRun, type WorkloadEvent } from '../workload/workload.ts';

/** What the ledger is asked for, that an effect be brought about. */
export function toEffectRequest(effect: Effect, event: WorkloadEvent, seenAt: Date): EffectRequest {
  return {
    kind: toKind(effect),
    to: effect.to,
    event: effect.event,
    version: toVersion(event),
    cause: toRequestCause(effect.route, event, seenAt),
  };
}

/** Why AutoSys is to be told. */
export function toRequestCause(route: string, event: WorkloadEvent, seenAt: Date): Cause {
  return {
    eventId: event.eventId,
    route,
    run: describeRun(event),
    seenMs: seenAt.getTime(),
    ...(event.recovered && { recovered: event.recovered }),
  };
}

/** A value or a status is the bridge's own; what else lasts, people turn as well; the rest happens. */
function toKind({ event }: Effect): EffectRequest['kind'] {
  switch (toTrait(event.kind).sets) {
    case undefined:
      return 'once';
    case 'value':
    case 'status':
      return 'state';
    default:
      return 'switch';
  }
}
