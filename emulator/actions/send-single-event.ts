import { text } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { readEventKind, readQueuedEvent, spellingInBody } from '../wire.ts';
import { refuseEvent } from './refuse-event.ts';

type Needed = Pick<Deps, 'instance' | 'mayDo' | 'unknownJobStatus' | 'profiles' | 'send'>;

/** POST event, the kind in the body: `Event sent` in plain text (seen in code of one speculative client). */
export const sendSingleEvent =
  (powers: Needed) =>
  ({ fields }: Pick<AewsRequest, 'fields'>) => {
    const kind = readEventKind(fields, powers.profiles);
    const event = readQueuedEvent(kind, fields, spellingInBody);
    const accepted = text(200, 'Event sent');
    const refusal = refuseEvent(powers, event, accepted);
    if (refusal) return refusal;
    powers.send(event);
    return accepted;
  };
