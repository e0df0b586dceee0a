import { empty, type HttpAnswer, unknownJob, unsupported } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { eventSupport } from '../event-support.ts';
import type { QueuedEvent } from '../instance-types.ts';

/**
 * Checks whether AEWS would accept an event: supported here (501), permitted by EEM (403), about a
 * job that exists.
 *
 * @param accepted - the endpoint's answer to an accepted event, for an AutoSys that silently
 * discards an event for an unknown job
 * @returns `undefined` if the event is accepted
 */
export function refuseEvent(
  { instance, mayDo, unknownJobStatus }: Pick<Deps, 'instance' | 'mayDo' | 'unknownJobStatus'>,
  event: QueuedEvent,
  accepted: HttpAnswer,
): HttpAnswer | undefined {
  const { support, note } = eventSupport[event.kind];
  if (support === 'absent') return unsupported(event.kind, note);
  if (!mayDo(event.kind)) return empty(403);
  const job = jobOf(event);
  if (job === undefined || instance.job(job)) return undefined;
  return unknownJobStatus === 201 ? accepted : unknownJob(unknownJobStatus, job);
}

function jobOf(event: QueuedEvent): string | undefined {
  return 'job' in event ? event.job : undefined;
}
