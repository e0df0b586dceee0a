import type { AutosysEventKind } from '../../autosys/event.ts';
import { empty } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { readQueuedEvent, spellingInPath } from '../wire.ts';
import { refuseEvent } from './refuse-event.ts';

type Needed = Pick<Deps, 'instance' | 'mayDo' | 'unknownJobStatus' | 'profiles' | 'send'>;

/** POST event/<verb>: queued now, applied when the engine next runs; 201 and an empty body (KB 429213, documented). */
export const sendEvent =
  (kind: AutosysEventKind) =>
  (powers: Needed) =>
  ({ fields }: Pick<AewsRequest, 'fields'>) => {
    const event = readQueuedEvent(kind, fields, spellingInPath(powers.profiles));
    const accepted = empty(201);
    const refusal = refuseEvent(powers, event, accepted);
    if (refusal) return refusal;
    powers.send(event);
    return accepted;
  };
