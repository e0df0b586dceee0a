import { describeEvent, toTrait } from '../../../autosys/event.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { toEventSignature } from '../../../lambda/routing/event-signature.ts';
import type { Version } from '../../../lambda/workload/version.ts';
import { toTarget } from '../autosys/witness.ts';
import { deadlineMs } from '../deployment.ts';
import type { World } from '../world.ts';
import { isNewer, nameRun, nameVersion } from './versions.ts';

/** By how much the clocks of two functions may differ: 3 s each at first, and some jumps of 5 s. */
const clockSkewMs = 60_000;

/** A version that was confirmed, and when. */
export interface Confirmed {
  readonly version: Version;
  readonly atMs: number;
}

/** Watches what is written to the table: what stands in it, and whether an entry goes back to something older. */
export class LedgerWatch {
  readonly entryByKey = new Map<string, Entry>();
  readonly bodyByKey = new Map<string, unknown>();
  readonly violations: string[] = [];
  /** Every confirmation of a target, the first one first. */
  readonly confirmedByTarget = new Map<string, readonly Confirmed[]>();
  /** Every wish that was ever stored, with its place in that order and when that was. */
  readonly requestedByName = new Map<string, { readonly place: number; readonly atMs: number }>();
  /** Those of them that AutoSys took, or that were left to a person. */
  readonly taken = new Set<string>();
  /** When those were parked that AutoSys had not accepted. */
  readonly refusedMsByRequest = new Map<string, number>();
  /** When it was first recorded that AutoSys had accepted a value, by instance and value. */
  readonly acceptedMsByValue = new Map<string, number>();
  /** When the sends of each entry were first recorded as accepted, by row key; none once it is not accepted any more. */
  readonly #acceptedMsByKey = new Map<string, number>();
  readonly #runByName = new Map<string, Run>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The table, watched. */
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

  /** What the ledger knows of the run of this version; runs that share an ARN and not their start are two. */
  runOf(version: Pick<Version, 'run' | 'beganMs'>): Run | undefined {
    return this.#runByName.get(nameRun(version));
  }

  #onRow(key: string, body: unknown): void {
    this.bodyByKey.set(key, body);
    if (isRun(body)) this.#runByName.set(nameRun(body.version), body);
    if (!isEntry(body)) return;
    const known = this.entryByKey.get(key);
    if (known && isNewer(known.version, body.version)) {
      this.violations.push(`${key} went back from ${describe(known)} to ${describe(body)}`);
    }
    if (known?.stage !== body.stage) {
      this.#world.note(() => `${body.to}: ${describe(body)} is ${body.stage}${why(body)}`);
      if (body.stage === 'parked') this.#world.count(`parked ${body.parked?.code}`);
    }
    this.entryByKey.set(key, body);
    const request = nameRequest(body);
    if (!this.requestedByName.has(request)) {
      this.requestedByName.set(request, {
        place: this.requestedByName.size,
        atMs: this.#world.nowMs,
      });
    }
    if (body.stage !== 'due' && body.stage !== 'sending') this.taken.add(request);
    if (body.stage === 'parked' && known?.stage !== 'accepted') {
      this.refusedMsByRequest.set(request, this.#world.nowMs);
    }
    this.#noteAccepted(body);
    this.#checkDeadline(key, body);
    if (body.stage !== 'confirmed' || body.kind === 'once') return;
    const target = `${body.to} ${toTarget(body.event)} ${toTrait(body.event.kind).sets}`;
    const confirmed = this.confirmedByTarget.get(target) ?? [];
    this.confirmedByTarget.set(target, [
      ...confirmed,
      { version: body.version, atMs: this.#world.nowMs },
    ]);
  }

  /** The deadline of an entry that AutoSys has accepted counts from its acceptance. */
  #checkDeadline(key: string, entry: Entry): void {
    const acceptedMs = this.#acceptedMsByKey.get(key);
    if (entry.stage !== 'accepted') this.#acceptedMsByKey.delete(key);
    else if (acceptedMs === undefined) this.#acceptedMsByKey.set(key, this.#world.nowMs);
    if (entry.parked?.code !== 'BRIDGE_DEADLINE' || acceptedMs === undefined) return;
    const waitedMs = this.#world.nowMs - acceptedMs;
    if (waitedMs >= deadlineMs - clockSkewMs) return;
    const minutes = Math.round(waitedMs / 60_000);
    this.violations.push(`${describe(entry)} is parked ${minutes} minutes after its acceptance`);
  }

  #noteAccepted({ stage, to, event }: Entry): void {
    if (event.kind !== 'SET_GLOBAL' || (stage !== 'accepted' && stage !== 'confirmed')) return;
    const value = `${to} ${event.globalVariable} ${event.value}`;
    if (!this.acceptedMsByValue.has(value)) this.acceptedMsByValue.set(value, this.#world.nowMs);
  }
}

/** One wish, whatever announced it. */
export function nameRequest({
  to,
  event,
  version,
}: Pick<Entry, 'event' | 'version'> & { to: string }) {
  return `${to} ${toEventSignature(event)} ${nameVersion(version)}`;
}

/** An entry in a few words. */
export function describe({ event, version }: Entry): string {
  const run = version.run.split(':').at(-1);
  return `${describeEvent(event)} of ${run}#${version.attempt} ${version.status}`;
}

function isRun(body: unknown): body is Run {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'run';
}

/** Whether a row is an entry that was sayable; gates and the like are not. */
export function isEntry(body: unknown): body is Entry {
  return typeof body === 'object' && body !== null && 'version' in body && 'event' in body;
}

function why({ history }: Entry): string {
  return `: ${history.at(-1)?.text ?? ''}`;
}
