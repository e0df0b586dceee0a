import { toTrait } from '../../autosys/event.ts';
import { describeRun, type WorkloadEvent } from '../shared/workload.ts';
import type { Cause } from './ledger/entry.ts';
import type { Wish } from './ledger/offer.ts';
import { toVersion } from './order.ts';
import type { Effect } from './translate.ts';

/** What the ledger is asked for, that an effect be brought about. */
export function toWish(effect: Effect, event: WorkloadEvent, seenAt: Date): Wish {
  return {
    kind: toKind(effect),
    to: effect.to,
    event: effect.event,
    version: toVersion(event),
    cause: toCause(effect.route, event, seenAt),
  };
}

/** Why AutoSys is to be told. */
export function toCause(route: string, event: WorkloadEvent, seenAt: Date): Cause {
  return {
    eventId: event.eventId,
    route,
    run: describeRun(event),
    seenMs: seenAt.getTime(),
    ...(event.recovered && { recovered: event.recovered }),
  };
}

/** A value or a status is the bridge's own; what else lasts, people turn as well; the rest happens. */
function toKind({ event }: Effect): Wish['kind'] {
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
