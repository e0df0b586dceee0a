import * as z from 'zod/mini';
import { jobStatuses } from '../../autosys/status.ts';
import { agendaLists } from '../ledger/agenda.ts';
import { keptMs } from '../ledger/entry-row.ts';
import { toHour } from '../ledger/hour.ts';
import { checkBody } from '../ledger/row-schema.ts';
import type { Row, StoredRow } from '../ledger/table.ts';
import { jobStarts, requestActions } from '../routing/requests.ts';
import { toDigest } from '../workload/digest.ts';
import { toKeyPart } from '../workload/version-key.ts';
import { requestFailures } from './result.ts';
import type { StoredRequest } from './stored-request.ts';

const text = z.string();
const number = z.number();
const seenRun = {
  run: z.optional(number),
  try: z.optional(number),
  startedMs: z.optional(number),
};
const status = z.enum(jobStatuses);

/** Fields of the body of a request. Additional fields are allowed. */
const requestShape = z.looseObject({
  kind: z.literal('request'),
  entry: text,
  key: text,
  attempt: number,
  instance: text,
  action: z.enum(requestActions),
  digest: text,
  subject: text,
  execution: z.optional(text),
  state: z.optional(text),
  retry: z.optional(number),
  receivedMs: number,
  stage: z.enum(['open', 'ended']),
  result: z.optional(
    z.union([
      z.looseObject({ kind: z.literal('answer'), answer: z.looseObject({}) }),
      z.looseObject({ kind: z.literal('failure'), failure: z.enum(requestFailures), cause: text }),
    ]),
  ),
  undelivered: z.optional(z.literal(true)),
  joined: z.optional(z.literal(true)),
  wait: z.optional(
    z.looseObject({
      job: text,
      start: z.enum(jobStarts),
      before: z.optional(z.looseObject({ ...seenRun, status, readMs: z.optional(number) })),
      run: z.optional(z.looseObject(seenRun)),
      untilMs: number,
      onAbort: z.enum(['leave', 'kill']),
      token: z.optional(text),
      goneMs: z.optional(number),
      heartbeatMs: z.optional(number),
      firstTry: z.optional(number),
      isDoubtful: z.optional(z.literal(true)),
      retries: z.optional(z.union([number, z.literal('unknown')])),
      failure: z.optional(z.looseObject({ firstMs: number, end: z.looseObject({ status }) })),
      answering: z.optional(z.looseObject({ sinceMs: number })),
      kill: z.optional(z.looseObject({ tries: number, sinceMs: z.optional(number) })),
      nextMs: number,
    }),
  ),
  history: z.array(z.looseObject({ atMs: number, text })),
});

/** What names one request. */
export type RequestId = Pick<StoredRequest, 'entry' | 'key' | 'attempt'>;

/**
 * The key of a request, as row keys and people see it. A default key names execution, state and
 * time. Of a key of the caller's own, which has no blanks, only a digest is shown.
 */
export function toShownKey(key: string): string {
  return key.includes(' ') ? key : `key-${toDigest(key).slice(0, 32)}`;
}

/** Row key of a request. */
export function toRequestKey({ entry, key, attempt }: RequestId): string {
  return `request ${entry} ${toKeyPart(toShownKey(key))} ${attempt}`;
}

/** Whether a row key is that of a request. */
export function isRequestKey(rowKey: string): boolean {
  return rowKey.startsWith('request ');
}

/** Target name that finds the requests about a target, the newest first. */
export function toRequestTarget({
  instance,
  subject,
}: Pick<StoredRequest, 'instance' | 'subject'>): string {
  return `${instance} ${subject}`;
}

/**
 * The row of a request. A request that waits for a job is on the list of its instance, until its
 * result is sent and the run of a gone execution is killed.
 */
export function toRequestRow(request: StoredRequest, nowMs: number): Row {
  const { stage, wait, instance, receivedMs } = request;
  const isListed = stage === 'open' || wait?.answering !== undefined || wait?.kill !== undefined;
  const key = toRequestKey(request);
  return {
    key,
    body: request,
    ...(isListed &&
      wait && { agenda: { list: agendaLists.wait(instance), at: new Date(wait.nextMs) } }),
    // This instant never changes, so the index is written once for each request.
    target: { name: toRequestTarget(request), changedAt: new Date(receivedMs) },
    // A pass that only reads the job again adds no line.
    hour: toHour(instance, request.history.at(-1)?.atMs ?? receivedMs, key),
    // A wait may last longer than a row is kept.
    expiresAt: new Date(Math.max(nowMs, wait?.untilMs ?? 0) + keptMs),
  };
}

/** The request in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseRequest(row: StoredRow): StoredRequest {
  checkBody(row, requestShape);
  return row.body as StoredRequest;
}
