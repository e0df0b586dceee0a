import { describeEvent, toTrait } from '../../../autosys/event.ts';
import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { toEventSignature } from '../../../lambda/routing/event-signature.ts';
import type { Version, VersionStatus } from '../../../lambda/workload/version.ts';
import { toTarget } from '../autosys/recorder.ts';
import { deadlineMs } from '../deployment.ts';
import type { World } from '../world.ts';
import { isNewer, nameRun, nameVersion } from './versions.ts';

/**
 * Maximum delay between the acceptance and its record: a function may freeze twice in between, each
 * time up to ten minutes. It includes the differences between the clocks of the functions.
 */
const maxRecordDelayMs = 25 * 60_000;

/** A confirmed version, with its time. */
export interface Confirmed {
  readonly version: Version<VersionStatus>;
  readonly atMs: number;
}

/**
 * Watches writes to the ledger table: keeps its content, and detects an entry that goes back to an
 * older version.
 */
export class LedgerWatch {
  readonly entryByKey = new Map<string, Entry>();
  readonly bodyByKey = new Map<string, unknown>();
  readonly violations: string[] = [];
  /** All that was written to the row of each group and day, the oldest first, by row key. */
  readonly groupWritesByKey = new Map<string, readonly GroupRecord[]>();
  /** Ends of the history lines of runs that say that an event was overtaken, by row key. */
  readonly overtakenLinesByKey = new Map<string, Set<string>>();
  /** Confirmations of each target, the oldest first. */
  readonly confirmedByTarget = new Map<string, readonly Confirmed[]>();
  /** Every request that was ever stored, with its position in that order and its time. */
  readonly requestedByName = new Map<
    string,
    { readonly position: number; readonly atMs: number }
  >();
  /** Requests that AutoSys accepted, or that were parked. */
  readonly acceptedOrParked = new Set<string>();
  /** Requests that were ever parked before AutoSys had accepted them. */
  readonly everParked = new Set<string>();
  /**
   * When requests were parked that AutoSys had not accepted, in milliseconds. A request whose event
   * was replayed and parked in a row of its own may be admitted later, from its dead letter.
   */
  readonly parkedMsByRequest = new Map<string, number>();
  /** When the acceptance of a value was first recorded, in milliseconds, by instance and value. */
  readonly acceptedMsByValue = new Map<string, number>();
  /**
   * When the acceptance of an entry was first recorded, by row key. Removed when the entry is no
   * longer accepted.
   */
  readonly #acceptedMsByKey = new Map<string, number>();
  readonly #runByName = new Map<string, Run>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Wraps the table. */
  over(table: Table): Table {
    return {
      ...table,
      put: async (row, seen) => {
        const revision = await table.put(row, seen);
        if (revision !== undefined) this.#onRow(row.key, row.body);
        return revision;
      },
    };
  }

  /**
   * Returns the run row of a version. Runs with the same ARN and different start times are
   * different runs.
   */
  runOf(version: Pick<Version, 'run' | 'beganMs'>): Run | undefined {
    return this.#runByName.get(nameRun(version));
  }

  #onRun(key: string, run: Run): void {
    this.#runByName.set(nameRun(run.version), run);
    for (const { text } of run.history) {
      const [line] = /an event for \w+ is not sent after that$/.exec(text) ?? [];
      if (line === undefined) continue;
      const known = this.overtakenLinesByKey.get(key) ?? new Set();
      this.overtakenLinesByKey.set(key, known.add(line));
    }
  }

  #onRow(key: string, body: unknown): void {
    this.bodyByKey.set(key, body);
    if (isRun(body)) this.#onRun(key, body);
    if (isGroupRecord(body)) {
      this.groupWritesByKey.set(key, [...(this.groupWritesByKey.get(key) ?? []), body]);
    }
    if (!isEntry(body)) return;
    const known = this.entryByKey.get(key);
    if (known && isNewer(known.version, body.version)) {
      this.violations.push(`${key} went back from ${describe(known)} to ${describe(body)}`);
    }
    if (known?.stage !== body.stage) {
      this.#world.log(() => `${body.to}: ${describe(body)} is ${body.stage}${formatReason(body)}`);
      if (body.stage === 'parked') this.#world.count(`parked ${body.parked?.code}`);
    }
    this.entryByKey.set(key, body);
    const request = nameRequest(body);
    if (!this.requestedByName.has(request)) {
      this.requestedByName.set(request, {
        position: this.requestedByName.size,
        atMs: this.#world.nowMs,
      });
    }
    if (body.stage !== 'due' && body.stage !== 'sending') this.acceptedOrParked.add(request);
    if (body.stage === 'parked' && known?.stage !== 'accepted') {
      this.everParked.add(request);
      this.parkedMsByRequest.set(request, this.#world.nowMs);
    }
    if (body.stage === 'due') this.parkedMsByRequest.delete(request);
    this.#recordAccepted(body);
    this.#checkDeadline(key, body);
    if (body.stage !== 'confirmed' || body.kind === 'once') return;
    const target = `${body.to} ${toTarget(body.event)} ${toTrait(body.event.kind).sets}`;
    const confirmed = this.confirmedByTarget.get(target) ?? [];
    this.confirmedByTarget.set(target, [
      ...confirmed,
      { version: body.version, atMs: this.#world.nowMs },
    ]);
  }

  /** Checks that the deadline of an accepted entry counts from its acceptance. */
  #checkDeadline(key: string, entry: Entry): void {
    const acceptedMs = this.#acceptedMsByKey.get(key);
    if (entry.stage !== 'accepted') this.#acceptedMsByKey.delete(key);
    else if (acceptedMs === undefined) this.#acceptedMsByKey.set(key, this.#world.nowMs);
    if (entry.parked?.code !== 'BRIDGE_DEADLINE' || acceptedMs === undefined) return;
    const waitedMs = this.#world.nowMs - acceptedMs;
    if (waitedMs >= deadlineMs - maxRecordDelayMs) return;
    const minutes = Math.round(waitedMs / 60_000);
    this.violations.push(`${describe(entry)} is parked ${minutes} minutes after its acceptance`);
  }

  #recordAccepted({ stage, to, event }: Entry): void {
    if (event.kind !== 'SET_GLOBAL' || (stage !== 'accepted' && stage !== 'confirmed')) return;
    const value = `${to} ${event.globalVariable} ${event.value}`;
    if (!this.acceptedMsByValue.has(value)) this.acceptedMsByValue.set(value, this.#world.nowMs);
  }
}

/** Returns the name of a request, which is the same for all events that cause it. */
export function nameRequest({
  to,
  event,
  version,
}: Pick<Entry, 'event' | 'version'> & { to: string }) {
  return `${to} ${toEventSignature(event)} ${nameVersion(version)}`;
}

/** Formats an entry for a trace line or a violation. */
export function describe({ event, version }: Entry): string {
  const run = version.run.split(':').at(-1);
  return `${describeEvent(event)} of ${run}#${version.attempt} ${version.status}`;
}

function isRun(body: unknown): body is Run {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'run';
}

/** True when a row is that of a group on a business day. */
export function isGroupRecord(body: unknown): body is GroupRecord {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'group';
}

/** True when a row is an entry with a valid effect. Circuit breaker rows and others are not. */
export function isEntry(body: unknown): body is Entry {
  const isObject = typeof body === 'object' && body !== null;
  if (!isObject || ('kind' in body && body.kind === 'observed')) return false;
  return 'version' in body && 'event' in body;
}

function formatReason({ history }: Entry): string {
  return `: ${history.at(-1)?.text ?? ''}`;
}
