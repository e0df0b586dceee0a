import type { AutosysEventKind } from '../../autosys/event.ts';
import { empty } from '../answer.ts';
import type { AewsRequest, Deps } from '../deps.ts';
import { readQueuedEvent, spellingInPath } from '../wire.ts';
import { refuseEvent } from './refuse-event.ts';

type RequiredDeps = Pick<Deps, 'instance' | 'mayDo' | 'unknownJobStatus' | 'profiles' | 'send'>;

/**
 * POST event/<verb>: the event is queued now and processed by the engine later; 201 and an empty
 * body (KB 429213, documented).
 */
export function createSendEvent(kind: AutosysEventKind) {
  return function bindSendEvent(deps: RequiredDeps) {
    return function sendEvent({ fields }: Pick<AewsRequest, 'fields'>) {
      const event = readQueuedEvent(kind, fields, spellingInPath(deps.profiles));
      const accepted = empty(201);
      const refusal = refuseEvent(deps, event, accepted);
      if (refusal) return refusal;
      deps.send(event);
      return accepted;
    };
  };
}
