import type { Source } from '../../autosys/source.ts';
import { readJsonValues } from './json-values.ts';

/** What may be an EventBridge event, and where it stood; or what stood there instead. */
export type Found =
  | { readonly kind: 'event'; readonly place: string; readonly event: unknown }
  | { readonly kind: 'fault'; readonly place: string; readonly reason: string };

/**
 * Finds the events in a text, out of whatever they are packed in: an array, lines, the payload a queue hands to a function
 * (`Records` with a `body` each), or what `aws sqs receive-message` prints (`Messages` with a `Body` each).
 */
export function findEvents(source: Source): readonly Found[] {
  const values = readJsonValues(source.text);
  const alone = values.length === 1;
  return values.flatMap((read): readonly Found[] => {
    // A text that is one value needs no line; its parts are named by their index.
    const place = alone && read.kind === 'value' ? source.name : `${source.name}:${read.line}`;
    return read.kind === 'fault'
      ? [{ kind: 'fault', place, reason: read.reason }]
      : unpack(read.value, place);
  });
}

function unpack(value: unknown, place: string): readonly Found[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => unpack(item, `${place}[${index}]`));
  }
  for (const name of ['Records', 'Messages']) {
    const parts = fieldOf(value, name);
    if (Array.isArray(parts)) return unpack(parts, `${place}.${name}`);
  }
  for (const name of ['body', 'Body']) {
    const body = fieldOf(value, name);
    // An event has no body; a message of a queue has one, and no detail.
    if (typeof body === 'string' && fieldOf(value, 'detail') === undefined) {
      return unpackBody(body, `${place}.${name}`);
    }
  }
  return [{ kind: 'event', place, event: value }];
}

function unpackBody(body: string, place: string): readonly Found[] {
  try {
    return unpack(JSON.parse(body), place);
  } catch {
    // The engine's message quotes the text, and an event's text may hold a password.
    return [{ kind: 'fault', place, reason: 'expected an event as JSON, found other text' }];
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
