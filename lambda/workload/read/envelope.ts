import * as z from 'zod/mini';
import { batchJobStatuses, executionStatuses, sources } from '../../contract.ts';
import { InvalidEventError } from '../../errors.ts';
import { parseIsoInstant, toType } from './instant.ts';

/** A text that AWS may leave out or set to null. */
export const optionalText = z.nullish(z.string());

/** An instant that AWS may leave out or set to null; `parseInstant` checks it, and says more about it than a shape can. */
export const optionalInstant = z.optional(z.unknown());

const envelope = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  region: z.string(),
  time: z.string(),
  detail: z.looseObject({}),
  // Only on an event that an archive replays (EventBridge user guide, "Replaying archived events").
  'replay-name': z.nullish(z.string()),
  // EventBridge has no such field: the sweep writes it on what it has asked AWS for.
  recovered: z.optional(z.unknown()),
});

/** The EventBridge envelope of a service event, checked; `detail` is still unread. */
export interface EventEnvelope {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly announcedAt: Date;
  /** When the event is read; no instant of it may be much later. */
  readonly readAt: Date;
  readonly detail: unknown;
  /** As `WorkloadEvent` has it. */
  readonly replayName?: string;
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
    announcedAt: parseIsoInstant(time, { path: 'time', now }),
    readAt: now,
    detail,
    ...(replayName != null && { replayName }),
    ...(recovered === true && { recovered }),
  };
}

/**
 * Runs a shape over a value and turns its first complaint into ours: path, expected, type found.
 *
 * @param under the path at which the value stands in the event, such as `detail`
 * @throws {InvalidEventError}
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

/** Statuses and sources are AWS's public words, so a short one may be shown; anything else stays a type. */
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

/** The kinds of event that are read, for the message about one that is not. */
export const knownKinds = Object.values(sources)
  .map(({ source, detailType }) => `${source} "${detailType}"`)
  .join(' or ');

/** `detail.status`, each from its own list. */
export const executionStatus = z.enum(executionStatuses);
export const batchJobStatus = z.enum(batchJobStatuses);
