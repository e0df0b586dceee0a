import * as z from 'zod/mini';
import { batchJobStatuses, executionStatuses, sources } from '../../contract.ts';
import { InvalidEventError } from '../../errors.ts';
import { parseIsoInstant, toType } from './instant.ts';

/** A text that AWS may leave out or set to null. */
export const optionalText = z.nullish(z.string());

/**
 * An instant that AWS may leave out or set to null. `parseInstant` checks it, with a better error
 * message than a schema gives.
 */
export const optionalInstant = z.optional(z.unknown());

const envelope = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  time: z.string(),
  detail: z.looseObject({}),
  // Present only if an archive replays the event (EventBridge user guide, "Replaying archived
  // events").
  'replay-name': z.nullish(z.string()),
  // EventBridge has no such field. The sweep adds it to events that it makes from answers of AWS.
  recovered: z.optional(z.unknown()),
});

/** The checked EventBridge envelope of a service event. `detail` is not parsed yet. */
export interface EventEnvelope {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly emittedAt: Date;
  /** When the event is read. Instants in the event may be at most one day later. */
  readonly readAt: Date;
  readonly detail: unknown;
  /** As in `WorkloadEvent`. */
  readonly replayName?: string;
  /** As in `WorkloadEvent`. */
  readonly recovered?: true;
}

/**
 * Checks the envelope around any AWS service event.
 *
 * @throws {InvalidEventError} naming the first field that is not as documented
 */
export function parseEnvelope(event: unknown, now: Date): EventEnvelope {
  const { id, source, account, region, time, detail, recovered, ...rest } = parseShape(
    envelope,
    event,
    '',
  );
  const replayName = rest['replay-name'];
  return {
    eventId: id,
    source,
    detailType: rest['detail-type'],
    account,
    region,
    emittedAt: parseIsoInstant(time, { path: 'time', now }),
    readAt: now,
    detail,
    ...(replayName != null && { replayName }),
    ...(recovered === true && { recovered }),
  };
}

/**
 * Parses a value with a schema.
 *
 * @param under path of the value in the event, such as `detail`
 * @throws {InvalidEventError} for the first mismatch: path, expected, found type
 */
export function parseShape<Shape extends z.ZodMiniType>(
  shape: Shape,
  value: unknown,
  under: string,
): z.output<Shape> {
  const result = z.safeParse(shape, value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const steps = [...(under === '' ? [] : [under]), ...(issue?.path ?? []).map(String)];
  const found = (issue?.path ?? []).reduce<unknown>(
    (inside, step) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
  throw new InvalidEventError({
    path: steps.join('.'),
    expected: toExpectation(issue),
    found: toFound(found),
  });
}

/** Short upper-case words are shown, since statuses are public. Other texts may be secret. */
function toFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') {
    return /^[A-Z_]{1,30}$/.test(value) ? `"${value}"` : 'another text';
  }
  return toType(value);
}

function toExpectation(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    default:
      return 'the documented shape';
  }
}

/** The event types that the bridge reads, for the error message about any other type. */
export const knownKinds = Object.values(sources)
  .map(({ source, detailType }) => `${source} "${detailType}"`)
  .join(' or ');

/** `detail.status` of an execution. */
export const executionStatus = z.enum(executionStatuses);
/** `detail.status` of a Batch job. */
export const batchJobStatus = z.enum(batchJobStatuses);
