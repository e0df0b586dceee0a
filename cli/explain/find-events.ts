import type { Source } from '../../autosys/source.ts';
import { isTooDeep, mostLevels } from './depth.ts';
import { readJsonValues } from './json-values.ts';
import { describeNoEvent } from './no-event.ts';

/** What may be an EventBridge event, and where it stood; or what stood there instead. */
export type FoundEvent =
  | { readonly kind: 'event'; readonly place: string; readonly event: unknown }
  | { readonly kind: 'fault'; readonly place: string; readonly reason: string };

/**
 * Finds the events in a text, out of whatever they are packed in: an array, lines, the payload a queue or a topic hands to a
 * function (`Records` with a `body` or an `Sns` each), what `aws sqs receive-message` prints (`Messages` with a `Body` each),
 * and the notification of a topic that any of them may hold.
 */
export function findEvents(source: Source): readonly FoundEvent[] {
  const values = readJsonValues(source.text);
  const alone = values.length === 1;
  return values.flatMap((read): readonly FoundEvent[] => {
    // A text that is one value needs no line; its parts are named by their index.
    const place = alone && read.kind === 'value' ? source.name : `${source.name}:${read.line}`;
    if (read.kind === 'fault') return [{ kind: 'fault', place, reason: read.reason }];
    return isTooDeep(read.value) ? [toTooDeep(place)] : unpack(read.value, place);
  });
}

function unpack(value: unknown, place: string): readonly FoundEvent[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => unpack(item, `${place}[${index}]`));
  }
  // Entries are none yet, and are told as such one by one.
  for (const name of ['Records', 'Messages', 'Entries']) {
    const parts = fieldOf(value, name);
    if (Array.isArray(parts)) return unpack(parts, `${place}.${name}`);
  }
  const notification = fieldOf(value, 'Sns');
  if (notification !== undefined) return unpack(notification, `${place}.Sns`);
  for (const name of isNotification(value) ? ['Message'] : ['body', 'Body']) {
    const body = fieldOf(value, name);
    // An event has no body; a message of a queue has one, and no detail.
    if (typeof body === 'string' && fieldOf(value, 'detail') === undefined) {
      return unpackBody(body, `${place}.${name}`);
    }
  }
  const reason = describeNoEvent(value);
  if (reason !== undefined) return [{ kind: 'fault', place, reason }];
  return [{ kind: 'event', place, event: value }];
}

/** What SNS puts around a message unless raw delivery is on (its developer guide). */
function isNotification(value: unknown): boolean {
  return fieldOf(value, 'TopicArn') !== undefined || fieldOf(value, 'Type') === 'Notification';
}

function unpackBody(body: string, place: string): readonly FoundEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The engine's message quotes the text, and an event's text may hold a password.
    return [{ kind: 'fault', place, reason: 'expected an event as JSON, found other text' }];
  }
  return isTooDeep(value) ? [toTooDeep(place)] : unpack(value, place);
}

function toTooDeep(place: string): FoundEvent {
  const reason = `expected an event with at most ${mostLevels} objects and arrays within each other, found more`;
  return { kind: 'fault', place, reason };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
