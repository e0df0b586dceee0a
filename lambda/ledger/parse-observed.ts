import * as z from 'zod/mini';
import type { ObservedEntry } from './observed.ts';
import { checkBody, commonFields, validEvent } from './row-schema.ts';
import type { StoredRow } from './table.ts';

// Apart from `observed.ts`: the report function only writes such rows, and its bundle is near its limit.

/** Fields of an observed entry's body. */
const observedShape = z.looseObject({
  ...commonFields,
  kind: z.literal('observed'),
  stage: z.literal('observed'),
  event: z.optional(validEvent),
  invalid: z.optional(z.string()),
  observe: z.looseObject({
    job: z.optional(z.string()),
    variable: z.optional(z.string()),
    pollsEveryMs: z.number(),
  }),
  checkMs: z.optional(z.number()),
  checks: z.number(),
  notCompared: z.optional(z.string()),
  seen: z.optional(z.looseObject({ kind: z.enum(['job', 'value', 'none', 'unreadable']) })),
});

/** The observed entry in a row. @throws {LedgerError} if the row is damaged or of another format */
export function parseObserved(row: StoredRow): ObservedEntry {
  checkBody(row, observedShape, 2);
  return row.body as ObservedEntry;
}
