/**
 * Describes why a value is not an EventBridge event, and what it is. `undefined` if it has a field
 * of the envelope.
 *
 * Only types and field names of AWS are printed, because the value may contain a password.
 */
export function describeNonEvent(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `${expected}, found ${kindOf(value)}`;
  const has = (name: string) => Object.hasOwn(value, name);
  if (has('Source') && has('DetailType')) return describeEntry(value);
  if (['source', 'detail-type', 'detail'].some(has)) return undefined;
  const inside = details.find(({ marks }) => marks.every(has));
  return inside === undefined
    ? `${expected}, found an object without these fields`
    : `${expected}, found only the detail of ${inside.of}; add the envelope`;
}

const expected = 'expected an EventBridge event with source, detail-type and detail';

/** Fields that identify a detail, or the API's description of the same run. */
const details = [
  { marks: ['executionArn'], of: 'a Step Functions execution' },
  { marks: ['jobId'], of: 'a Batch job' },
] as const;

/**
 * EventBridge adds `id`, `account`, `region` and, if it is missing, the time (PutEvents API
 * reference).
 */
function describeEntry(entry: object): string {
  const missing = ['id', 'account', 'region', ...('Time' in entry ? [] : ['time'])];
  const last = missing.pop();
  return `found an entry for put-events, without the fields that EventBridge adds: ${missing.join(', ')} and ${last}; expected the event that a rule delivers`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'a boolean' : `a ${typeof value}`;
}
