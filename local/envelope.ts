import { describeJson } from '../event-pattern/index.ts';

/** An event in the format of EventBridge. */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** UTC, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** Only on an event that an archive replays. */
  readonly 'replay-name'?: string;
}

/** The fields that PutEvents fills in when the sender omits them. */
export type EnvelopeDefaults = Pick<EventBridgeEvent, 'id' | 'account' | 'region' | 'time'>;

/** An event that EventBridge would not accept: the field, what was found, what is allowed. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly field: string;

  constructor(field: string, { found, allowed }: { found: string; allowed: string }) {
    super(`event, field "${field}": found ${found}, allowed: ${allowed}`);
    this.field = field;
  }
}

interface Check {
  readonly allowed: string;
  holds(value: unknown): boolean;
}

const isFilledText = (value: unknown) => typeof value === 'string' && value !== '';

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const matching = (expression: RegExp) => (value: unknown) =>
  typeof value === 'string' && expression.test(value);

/** The fields of the envelope (EventBridge user guide, "AWS service event metadata"). */
const checks: Readonly<Record<keyof EventBridgeEvent, Check>> = {
  version: { allowed: '"0"', holds: (value) => value === '0' },
  id: { allowed: 'a text such as a UUID', holds: isFilledText },
  'detail-type': { allowed: 'a text', holds: isFilledText },
  source: { allowed: 'a text such as aws.states', holds: isFilledText },
  account: { allowed: 'twelve digits as a text', holds: matching(/^\d{12}$/) },
  time: {
    allowed: 'UTC in whole seconds, such as 2026-01-15T02:13:00Z',
    holds: (value) =>
      matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)(value) && !Number.isNaN(Date.parse(`${value}`)),
  },
  region: { allowed: 'a Region such as us-east-1', holds: matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/) },
  resources: {
    allowed: 'an array of texts',
    holds: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  },
  detail: { allowed: 'an object', holds: isPlainObject },
  'replay-name': { allowed: 'a text', holds: isFilledText },
};

/**
 * Checks an event and fills in what PutEvents does: version, id, account, Region, time and an empty
 * list of resources.
 *
 * Source, detail-type and detail are never filled in. A field that EventBridge does not know is
 * refused.
 *
 * @throws {EnvelopeError}
 */
export function readEnvelope(event: unknown, defaults: EnvelopeDefaults): EventBridgeEvent {
  if (!isPlainObject(event)) {
    throw new EnvelopeError('(the event)', { found: describeJson(event), allowed: 'an object' });
  }
  const unknownField = Object.keys(event).find((field) => !Object.hasOwn(checks, field));
  if (unknownField !== undefined) {
    const allowed = Object.keys(checks).join(', ');
    throw new EnvelopeError(unknownField, { found: 'an unknown field', allowed });
  }
  const whole = { version: '0', ...defaults, resources: [], ...event };
  assertEnvelope(whole);
  return whole;
}

function assertEnvelope(whole: object): asserts whole is EventBridgeEvent {
  for (const [field, { allowed, holds }] of Object.entries(checks)) {
    const value: unknown = Reflect.get(whole, field);
    if (holds(value) || (field === 'replay-name' && value === undefined)) continue;
    const found = value === undefined ? 'nothing' : describeKind(field, value);
    throw new EnvelopeError(field, { found, allowed });
  }
}

/**
 * Describes a value. For `detail` only the kind is stated, because its content must not be shown.
 */
function describeKind(field: string, value: unknown): string {
  return field === 'detail'
    ? Array.isArray(value)
      ? 'an array'
      : `a ${typeof value}`
    : describeJson(value);
}
