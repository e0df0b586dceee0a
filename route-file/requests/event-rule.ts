import { type AutosysEventKind, isAutosysEventKind } from '../../autosys/event.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import { eventFields, refusedKinds } from '../event-kinds.ts';
import { formatFault } from '../shapes.ts';

/**
 * Events whose subject no pattern of an entry covers. ALARM names an alarm, and its job is optional:
 * an entry that allowed it would allow every alarm of the instance.
 *
 * The events of `refusedKinds` are refused as in a route; those of machines and of the scheduler
 * have no pattern either.
 */
const uncovered: Readonly<Record<string, string>> = {
  ALARM: 'no pattern of an entry covers an alarm; raise it with an event of a route',
};

/** The events that an entry can allow: each is on a job or a global variable. */
export const requestableEvents = Object.keys(eventFields).filter((kind) => !(kind in uncovered));

/** Checks the name of an event that an entry allows. Returns the fault, or `undefined`. */
export function findRequestEventFault(text: string): string | undefined {
  if (requestableEvents.includes(text)) return undefined;
  const refused = isAutosysEventKind(text) ? refusedKinds[text] : undefined;
  const reason =
    refused === undefined ? uncovered[text] : `${refused}; send it by hand with sendevent`;
  return reason === undefined
    ? `${formatFault('events', text, requestableEvents.join(', '))}${didYouMean(text, requestableEvents)}`
    : `events: ${text} is not allowed in a request, because ${reason}`;
}

/** The key whose patterns cover the subject of an event. */
export function toPatternKey(kind: string): 'jobs' | 'globals' {
  return kind === 'SET_GLOBAL' ? 'globals' : 'jobs';
}

/** Converts valid names of events to their type. Other texts are omitted. */
export function toEventKinds(texts: readonly string[]): readonly AutosysEventKind[] {
  return texts.filter(isAutosysEventKind);
}
