import type { Source } from '../../autosys/source.ts';
import { isTooDeep, maxDepth } from './depth.ts';
import { readJsonValues } from './json-values.ts';
import { describeNonEvent } from './non-event.ts';

/** An event candidate, or the reason why there is none, with its location in the input. */
export type FoundEvent =
  | { readonly kind: 'event'; readonly location: string; readonly event: unknown }
  | { readonly kind: 'fault'; readonly location: string; readonly reason: string };

/**
 * Finds the events in a text. Supported formats:
 * - one event, an array of events, one event per line, or several events one after the other
 * - the payload of a Lambda function for SQS or SNS: `Records`, each with a `body` or an `Sns`
 * - the output of `aws sqs receive-message`: `Messages`, each with a `Body`
 * - an SNS notification inside any of these
 */
export function findEvents(source: Source): readonly FoundEvent[] {
  const values = readJsonValues(source.text);
  const alone = values.length === 1;
  return values.flatMap((read): readonly FoundEvent[] => {
    // For a text with one value, the location needs no line. Its parts are named by their index.
    const location = alone && read.kind === 'value' ? source.name : `${source.name}:${read.line}`;
    if (read.kind === 'fault') return [{ kind: 'fault', location, reason: read.reason }];
    return isTooDeep(read.value) ? [toTooDeep(location)] : unpack(read.value, location);
  });
}

function unpack(value: unknown, location: string): readonly FoundEvent[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => unpack(item, `${location}[${index}]`));
  }
  // `Entries` of put-events are not events. Each one is reported.
  for (const name of ['Records', 'Messages', 'Entries']) {
    const parts = fieldOf(value, name);
    if (Array.isArray(parts)) return unpack(parts, `${location}.${name}`);
  }
  const notification = fieldOf(value, 'Sns');
  if (notification !== undefined) return unpack(notification, `${location}.Sns`);
  for (const name of isNotification(value) ? ['Message'] : ['body', 'Body']) {
    const body = fieldOf(value, name);
    // A queue message has a body and no detail; an event has a detail.
    if (typeof body === 'string' && fieldOf(value, 'detail') === undefined) {
      return unpackBody(body, `${location}.${name}`);
    }
  }
  const reason = describeNonEvent(value);
  if (reason !== undefined) return [{ kind: 'fault', location, reason }];
  return [{ kind: 'event', location, event: value }];
}

/**
 * True for an SNS notification, which wraps a message unless raw delivery is on (SNS developer
 * guide).
 */
function isNotification(value: unknown): boolean {
  return fieldOf(value, 'TopicArn') !== undefined || fieldOf(value, 'Type') === 'Notification';
}

function unpackBody(body: string, location: string): readonly FoundEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The error of JSON.parse quotes the text, which may contain a password.
    return [
      { kind: 'fault', location, reason: 'expected an event as JSON, found text that is not JSON' },
    ];
  }
  return isTooDeep(value) ? [toTooDeep(location)] : unpack(value, location);
}

function toTooDeep(location: string): FoundEvent {
  const reason = `expected an event with at most ${maxDepth} levels of objects and arrays, found more`;
  return { kind: 'fault', location, reason };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
