import { text } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { readEventKind, readQueuedEvent, spellingInBody } from '../wire.ts';
import { refuseEvent } from './refuse-event.ts';

type RequiredDeps = Pick<Deps, 'instance' | 'mayDo' | 'unknownJobStatus' | 'profiles' | 'send'>;

/**
 * POST event, with the kind in the body: `Event sent` in plain text (seen in code of one
 * speculative client).
 */
export function createSendSingleEvent(deps: RequiredDeps) {
  return function sendSingleEvent({ fields }: Pick<AewsRequest, 'fields'>) {
    const kind = readEventKind(fields, deps.profiles);
    const event = readQueuedEvent(kind, fields, spellingInBody);
    const accepted = text(200, 'Event sent');
    const refusal = refuseEvent(deps, event, accepted);
    if (refusal) return refusal;
    deps.send(event);
    return accepted;
  };
}
