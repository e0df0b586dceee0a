import * as z from 'zod/mini';
import { createAutosysEvent } from '../../autosys/create-event.ts';
import { NameError } from '../../autosys/errors.ts';
import { isAutosysEventKind } from '../../autosys/event.ts';
import { batchJobStatuses, executionStatuses } from '../contract.ts';
import { LedgerError } from '../errors.ts';
import type { StoredRow } from './table.ts';

// Shared, because creating a schema takes time and every cold start creates all of them.
const text = z.string();
const number = z.number();

const note = z.looseObject({ atMs: number, text });
const version = z.looseObject({
  beganMs: number,
  run: text,
  attempt: number,
  status: z.enum([...executionStatuses, ...batchJobStatuses, 'REQUESTED']),
  changedMs: number,
});
const cause = z.looseObject({
  eventId: text,
  route: text,
  run: text,
  seenMs: number,
});
const parked = z.looseObject({ code: text, reason: text });
const dismissed = z.looseObject({ by: text, note: text, atMs: number });
/** An AutoSys event as entries have it. */
export const validEvent = z.looseObject({ kind: text }).check(z.refine(isValidEvent));
/** Fields that the bodies of all entries have. */
export const commonFields = { to: text, version, cause, history: z.array(note) };

/** Fields of an entry's body. Additional fields are allowed. */
export const entryShape = z.looseObject({
  ...commonFields,
  kind: z.enum(['state', 'switch', 'once']),
  event: validEvent,
  stage: z.enum(['due', 'sending', 'accepted', 'confirmed', 'parked']),
  dueMs: number,
  tries: number,
  wait: z.optional(
    z.looseObject({
      kind: text,
      sinceMs: number,
      untilMs: z.optional(number),
      key: z.optional(text),
      text,
    }),
  ),
  lease: z.optional(z.looseObject({ owner: text, untilMs: number })),
  sent: z.optional(
    z.looseObject({
      sentMs: number,
      sends: z.optional(number),
      value: z.optional(
        z.looseObject({ kind: z.enum(['value', 'unset']), value: z.optional(text) }),
      ),
    }),
  ),
  confirmedMs: z.optional(number),
  previousValues: z.optional(z.array(text)),
  unsettled: z.optional(z.literal(true)),
  rereads: z.optional(number),
  parked: z.optional(parked),
  dismissed: z.optional(dismissed),
  after: z.optional(z.array(text)),
  overtakenBy: z.optional(z.array(text)),
});

/** Fields of an invalid effect's body. */
export const invalidEffectShape = z.looseObject({
  ...commonFields,
  kind: z.literal('invalidEffect'),
  stage: z.literal('parked'),
  parked,
  dismissed: z.optional(dismissed),
});

/** Fields of a run's body. */
export const runShape = z.looseObject({
  kind: z.literal('run'),
  workload: z.enum(['execution', 'batchJob']),
  account: text,
  region: text,
  name: text,
  called: text,
  version,
  result: z.optional(
    z.looseObject({
      error: z.optional(text),
      cause: z.optional(text),
      reason: z.optional(text),
      exitCode: z.optional(number),
      attempts: number,
      logStreams: z.optional(z.array(text)),
    }),
  ),
  logStreams: z.optional(z.array(text)),
  routes: z.array(text),
  instances: z.optional(z.array(text)),
  entries: z.array(text),
  askMs: z.optional(number),
  unfinished: z.optional(z.literal(true)),
  onlyReplayed: z.optional(z.literal(true)),
  unansweredMs: z.optional(number),
  asks: number,
  history: z.array(note),
});

/** Fields of the body of a group on a business day. */
export const groupShape = z.looseObject({
  kind: z.literal('group'),
  name: text,
  day: text,
  beganMs: number,
  status: text,
  expect: number,
  need: number,
  listed: z.optional(z.array(text)),
  members: z.array(z.looseObject({ name: text, version, succeededMs: z.optional(number) })),
  changes: z.array(z.looseObject({ number, status: text, atMs: number, by: text })),
});

/** Fields of the body of the instance names. */
export const instanceNamesShape = z.looseObject({
  kind: z.literal('instanceNames'),
  used: z.array(text),
  inFile: z.optional(z.array(text)),
  timezones: z.optional(z.looseObject({})),
  groups: z.optional(z.looseObject({})),
});

/**
 * Checks the body of a row before it is used.
 *
 * @throws {LedgerError} if other software wrote the row, or it is damaged. The message names the
 *   field, never its value
 */
export function checkBody({ key, body }: StoredRow, shape: z.ZodMiniType, format = 1): void {
  const fail = (reason: string) => new LedgerError({ doing: `read ${key}`, reason, row: key });
  if (typeof body !== 'object' || body === null || !('format' in body) || body.format !== format) {
    throw fail(
      'the row is of a format this software does not know; deploy the newer software again',
    );
  }
  const result = z.safeParse(shape, body);
  if (result.success) return;
  const where = result.error.issues[0]?.path.join('.') || 'the row';
  throw fail(
    `the row is damaged: ${where} is missing or of another type; restore the row, or delete it (the record of what was sent is then lost)`,
  );
}

/** Whether the event passes the checks of `createAutosysEvent`, as every stored event did. */
function isValidEvent({ kind, ...fields }: { readonly kind: string }): boolean {
  if (!isAutosysEventKind(kind)) return false;
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  try {
    createAutosysEvent(kind, Object.fromEntries(texts));
    return true;
  } catch (error) {
    if (error instanceof NameError) return false;
    throw error;
  }
}
