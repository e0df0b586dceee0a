import * as z from 'zod/mini';
import { createAutosysEvent } from '../../autosys/create-event.ts';
import { NameError } from '../../autosys/errors.ts';
import { isAutosysEventKind } from '../../autosys/event.ts';
import { batchJobStatuses, executionStatuses } from '../contract.ts';
import { LedgerError } from '../errors.ts';
import type { StoredRow } from './table.ts';

// Each once: a schema takes its time to make, and every cold start makes all of these.
const text = z.string();
const number = z.number();

const note = z.looseObject({ atMs: number, text });
const version = z.looseObject({
  beganMs: number,
  run: text,
  attempt: number,
  status: z.enum([...executionStatuses, ...batchJobStatuses]),
  changedMs: number,
});
const cause = z.looseObject({
  eventId: text,
  route: text,
  run: text,
  seenMs: number,
});
const parked = z.looseObject({ code: text, reason: text });
const dismissed = z.looseObject({ by: text, reason: text, atMs: number });
const told = { to: text, version, cause, history: z.array(note) };

/** What every body of an entry has; more may stand beside it. */
export const entryShape = z.looseObject({
  ...told,
  kind: z.enum(['state', 'switch', 'once']),
  event: z.looseObject({ kind: text }).check(z.refine(isSayable)),
  stage: z.enum(['due', 'sending', 'accepted', 'confirmed', 'parked']),
  dueMs: number,
  tries: number,
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

/** What every body of something unsayable has. */
export const invalidEffectShape = z.looseObject({
  ...told,
  kind: z.literal('invalidEffect'),
  stage: z.literal('parked'),
  parked,
  dismissed: z.optional(dismissed),
});

/** What every body of a run has. */
export const runShape = z.looseObject({
  kind: z.literal('run'),
  workload: z.enum(['execution', 'batchJob']),
  account: text,
  region: text,
  name: text,
  called: text,
  version,
  routes: z.array(text),
  entries: z.array(text),
  askMs: z.optional(number),
  unfinished: z.optional(z.literal(true)),
  onlyReplayed: z.optional(z.literal(true)),
  unansweredMs: z.optional(number),
  asks: number,
  history: z.array(note),
});

/** What the body of the row of instance names has. */
export const instanceNamesShape = z.looseObject({
  kind: z.literal('instanceNames'),
  used: z.array(text),
  inFile: z.optional(z.array(text)),
});

/**
 * Checks the body of a row before anybody works with it.
 *
 * @throws {LedgerError} where other software has written it, or it is damaged: which field, never its value
 */
export function checkBody(
  { key, body }: StoredRow,
  shape:
    | typeof entryShape
    | typeof invalidEffectShape
    | typeof runShape
    | typeof instanceNamesShape,
): void {
  const fail = (reason: string) => new LedgerError({ doing: `read ${key}`, reason, row: key });
  if (typeof body !== 'object' || body === null || !('format' in body) || body.format !== 1) {
    throw fail(
      'the row is of a format this software does not know; deploy the newer software again',
    );
  }
  const result = z.safeParse(shape, body);
  if (result.success) return;
  const where = result.error.issues[0]?.path.join('.') || 'the row';
  throw fail(
    `the row is damaged: ${where} is missing or of another type; restore the row, or delete it, which forgets what was sent`,
  );
}

/** Whether the event came through its checked door, as every event that was stored did. */
function isSayable({ kind, ...fields }: { readonly kind: string }): boolean {
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
