import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { Route } from '../shared/routes.ts';
import type { WorkloadEvent, WorkloadStatus } from '../shared/workload.ts';
import { toKey } from './ledger/rows.ts';
import { isEarlier, toVersion } from './order.ts';
import { type Effect, toEffect } from './translate.ts';

/**
 * Keys of the one-offs to the same job that its route says on earlier statuses of the same attempt; pure.
 *
 * A job that is started when a run begins and killed when it ends is started first, also where both have waited out an
 * outage. What lasts, such as a hold, has an order of its own.
 */
export function findElders(
  { event: said, to }: Effect,
  event: WorkloadEvent,
  route: Route,
): readonly string[] {
  const version = toVersion(event);
  const job = toJobOfOneOff(said);
  if (job === undefined) return [];
  return Object.entries(route.say).flatMap(([word, templates]) => {
    const status = word as WorkloadStatus;
    if (!isEarlier(status, version.status)) return [];
    return templates.flatMap((template) => {
      if (toTrait(template.kind).sets !== undefined) return [];
      const elder = toEffect(event, route, template);
      if (elder.kind !== 'effect' || toJobOfOneOff(elder.event) !== job) return [];
      return [toKey({ kind: 'once', to, event: elder.event, version: { ...version, status } })];
    });
  });
}

function toJobOfOneOff(event: AutosysEvent): string | undefined {
  return toTrait(event.kind).sets === undefined && 'job' in event ? event.job : undefined;
}
