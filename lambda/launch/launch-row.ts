import * as z from 'zod/mini';
import { agendaLists } from '../ledger/agenda.ts';
import { keptMs } from '../ledger/entry-row.ts';
import { toHour } from '../ledger/hour.ts';
import { checkBody } from '../ledger/row-schema.ts';
import type { Row, StoredRow } from '../ledger/table.ts';
import { toKeyPart } from '../workload/version-key.ts';
import { stopCauses } from './api.ts';
import type { Launch, LaunchWatch } from './launch.ts';
import { toDuplicateCheckMs } from './launch-doubt.ts';
import { decodeRunName, type NamedStart } from './run-name.ts';
import { isStopping } from './stop/stop-record.ts';

/** Time without an answer of AWS after which the sweep looks up an intended launch. */
const lookUpAfterMs = 2 * 60_000;
/** Time without a mark of a waiting command after which the sweep looks at the AutoSys job. */
const vanishedAfterMs = 3 * 60_000;

const text = z.string();
const number = z.number();

/** Fields of the body of a launch. Additional fields are allowed. */
const launchShape = z.looseObject({
  kind: z.literal('launch'),
  identity: z.union([
    z.looseObject({ kind: z.literal('key'), key: text }),
    z.looseObject({
      kind: z.literal('jobTry'),
      instance: text,
      job: text,
      run: number,
      try: number,
    }),
  ]),
  start: number,
  name: text,
  target: text,
  workload: z.enum(['execution', 'batchJob']),
  caller: text,
  launchId: text,
  inputDigest: text,
  batch: z.optional(z.looseObject({ jobQueue: text, arraySize: z.optional(number) })),
  continues: z.optional(
    z.looseObject({
      ...{ launch: text, name: text, id: text, beganMs: number, redrive: number },
      ended: z.looseObject({ status: text, atMs: number }),
      orElse: z.enum(['start', 'nothing']),
    }),
  ),
  continuedBy: z.optional(
    z.looseObject({
      ...{ launch: text, name: text, redrive: number },
      end: z.looseObject({ status: text, atMs: number }),
    }),
  ),
  requestedMs: number,
  stage: z.enum(['intended', 'started', 'refused']),
  lease: z.optional(
    z.looseObject({ owner: text, untilMs: number, unasked: z.optional(z.literal(true)) }),
  ),
  unknownCalls: z.optional(z.looseObject({ count: number, lastMs: number })),
  aws: z.optional(
    z.looseObject({
      ...{ id: text, beganMs: number },
      ...{ redrive: z.optional(number), redrivenMs: z.optional(number) },
    }),
  ),
  refusal: z.optional(z.looseObject({ code: text, message: text, exit: number })),
  arrayExit: z.optional(z.looseObject({ code: number, source: text })),
  mirror: z.optional(
    z.looseObject({ kind: z.enum(['global', 'job']), name: text, lookMs: z.optional(number) }),
  ),
  watch: z.optional(z.looseObject({ sinceMs: number, seenMs: number, nextMs: z.optional(number) })),
  lookedUpMs: z.optional(number),
  stop: z.optional(
    z.looseObject({
      state: z.enum(['requested', 'proven', 'parked', 'left']),
      by: text,
      cause: z.enum(stopCauses),
      reason: text,
      requestedMs: number,
      steps: number,
      nextMs: z.optional(number),
      text,
      tree: z.array(
        z.looseObject({
          kind: z.enum(['execution', 'batchJob', 'mapRun', 'array']),
          id: text,
          depth: number,
          foundMs: number,
        }),
      ),
    }),
  ),
  history: z.array(z.looseObject({ atMs: number, text })),
});

/** Row key of a start. */
export function toLaunchKey({ identity, start }: NamedStart): string {
  if (identity.kind === 'key') return `launch key ${toKeyPart(identity.key)} ${start}`;
  const { instance, job, run, try: number } = identity;
  return `launch ${instance} ${toKeyPart(job)} ${run}/${number} ${start}`;
}

/** Target name that finds the launches of an AutoSys job, or of a key; the newest first. */
export function toLaunchTarget(
  subject: { readonly instance: string; readonly job: string } | { readonly key: string },
): string {
  return 'key' in subject
    ? `launches key ${toKeyPart(subject.key)}`
    : `launches ${subject.instance} ${toKeyPart(subject.job)}`;
}

/** The row of a launch. It is on the list `launch` while the sweep must check it. */
export function toLaunchRow(launch: Launch, nowMs: number): Row {
  const { identity, requestedMs } = launch;
  const checkMs = toCheckMs(launch);
  const key = toLaunchKey(launch);
  return {
    key,
    body: launch,
    ...(checkMs !== undefined && { agenda: { list: agendaLists.launch, at: new Date(checkMs) } }),
    target: {
      name: toLaunchTarget(identity),
      // This instant never changes, so the index is written once for each launch.
      changedAt: new Date(requestedMs),
    },
    // A launch by key belongs to no instance.
    ...(identity.kind === 'jobTry' && { hour: toHour(identity.instance, nowMs, key) }),
    expiresAt: new Date(nowMs + keptMs),
  };
}

/** The launch in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseLaunch(row: StoredRow): Launch {
  checkBody(row, launchShape);
  return row.body as Launch;
}

/**
 * When the sweep must check a launch, in epoch milliseconds. `undefined` if it need not. A stop comes
 * before the watches of a waiting command and of a mirror job, which it replaces.
 */
export function toCheckMs(launch: Launch): number | undefined {
  const { stage, lookedUpMs = 0, mirror, requestedMs } = launch;
  switch (stage) {
    case 'intended':
      return Math.max(toLastCallMs(launch), lookedUpMs) + lookUpAfterMs;
    case 'refused':
      return mirror?.failing ? requestedMs : undefined;
    case 'started':
      return toEarliest(toDuplicateCheckMs(launch), toStopOrWatchMs(launch));
    default:
      return stage satisfies never;
  }
}

function toStopOrWatchMs({ stop, watch, mirror }: Launch): number | undefined {
  if (stop !== undefined) return isStopping(stop) ? stop.nextMs : undefined;
  return toEarliest(watch && toWatchCheckMs(watch), mirror?.lookMs);
}

/** When the sweep looks at the AutoSys job of a waiting command, in epoch milliseconds. */
export function toWatchCheckMs({ nextMs, seenMs }: LaunchWatch): number {
  return nextMs ?? seenMs + vanishedAfterMs;
}

function toEarliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** When AWS may last have been asked to start an intended launch, in epoch milliseconds. */
export function toLastCallMs({ lease, unknownCalls, requestedMs }: Launch): number {
  return Math.max(requestedMs, unknownCalls?.lastMs ?? 0, lease?.untilMs ?? 0);
}

/**
 * Row that finds the launch of a shortened name. A name that says everything needs none.
 *
 * @returns `undefined` if the name decodes to the identity
 */
export function toShortNameRow(launch: Launch, nowMs: number): Row | undefined {
  if (decodeRunName(launch.name).kind === 'whole') return undefined;
  return {
    key: toShortNameKey(launch.name),
    body: { format: 1, kind: 'launchName', key: toLaunchKey(launch) },
    expiresAt: new Date(nowMs + keptMs),
  };
}

const shortNameShape = z.looseObject({ kind: z.literal('launchName'), key: text });

/** Row key of a shortened name. */
export function toShortNameKey(name: string): string {
  return `launch name ${toKeyPart(name)}`;
}

/** The launch key in the row of a shortened name. @throws {LedgerError} */
export function parseShortName(row: StoredRow): string {
  checkBody(row, shortNameShape);
  return (row.body as { readonly key: string }).key;
}
