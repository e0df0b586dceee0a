/**
 * Says why a value is no EventBridge event, and what it is instead; `undefined` for what has any mark of one.
 *
 * Only kinds and AWS's own names of fields are told: the value may hold a password anywhere.
 */
export function describeNoEvent(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `${expected}, found ${kindOf(value)}`;
  const has = (name: string) => Object.hasOwn(value, name);
  if (has('Source') && has('DetailType')) return describeEntry(value);
  if (['source', 'detail-type', 'detail'].some(has)) return undefined;
  const inside = details.find(({ marks }) => marks.every(has));
  return inside === undefined
    ? `${expected}, found an object without any of them`
    : `${expected}, found the detail of ${inside.of} alone; the envelope around it is missing`;
}

const expected = 'expected an EventBridge event with source, detail-type and detail';

/** What a detail, and what the API tells of the same work, is known by. */
const details = [
  { marks: ['executionArn'], of: 'a Step Functions execution' },
  { marks: ['jobId'], of: 'a Batch job' },
] as const;

/** EventBridge adds `id`, `account`, `region` and, where the entry has none, the time (PutEvents, API reference). */
function describeEntry(entry: object): string {
  const missing = ['id', 'account', 'region', ...('Time' in entry ? [] : ['time'])];
  const last = missing.pop();
  return `found an entry for put-events, to which EventBridge only adds ${missing.join(', ')} and ${last}; expected the event as a rule hands it on, with all of them`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'a truth value' : `a ${typeof value}`;
}
