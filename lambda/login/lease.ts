import { LedgerError } from '../errors.ts';
import type { LoginOutcomes } from './outcomes.ts';
import type { LoginRow } from './row.ts';
import {
  type Actor,
  releaseSlots,
  renewSlots,
  takeSlots,
  type VersionRead,
  withVersion,
} from './slot-changes.ts';
import { slotLeaseMs } from './state.ts';

/** After this time without a break, slots are released to other functions that wait. */
const maxHoldMs = 1_000;
/** Minimum time between two attempts to take more slots. */
const minGrowMs = 100;
/** Interval at which long work under one slot extends the lease. */
const extendAfterMs = 10_000;
/** Minimum remaining lease when a request begins: `requestMs` of the client plus one second. */
const requestMarginMs = 31_000;

/** Number of requests of this sandbox that are under way, and number of slots it wants in total. */
export interface Demand {
  readonly active: number;
  readonly wanted: number;
}

/** Result of taking the first slot. */
export type LeaseResult =
  | { readonly kind: 'held' }
  | { readonly kind: 'wait' }
  /** Too many logins were refused. */
  | { readonly kind: 'suspended'; readonly untilMs: number };

interface HeldSlots {
  readonly untilMs: number;
  readonly sinceMs: number;
  readonly count: number;
}

/** The slots that one sandbox holds in the row of a secret. Calls must not overlap. */
export class LoginLease {
  readonly #row: LoginRow;
  readonly #outcomes: LoginOutcomes;
  readonly #toActor: () => Actor;
  readonly #toDemand: () => Demand;
  #held: HeldSlots | undefined;
  #grownMs = 0;
  #isYielding = false;
  /** Whether this sandbox is in the list of waiters. */
  #isWaiting = false;
  /** The lease expired. Its slots count as refusals until this sandbox releases them. */
  #isOverdue = false;
  #mayTake = true;

  constructor(
    row: LoginRow,
    outcomes: LoginOutcomes,
    facts: { readonly toActor: () => Actor; readonly toDemand: () => Demand },
  ) {
    this.#row = row;
    this.#outcomes = outcomes;
    this.#toActor = facts.toActor;
    this.#toDemand = facts.toDemand;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Whether another request may be sent under the held slots. */
  get hasFree(): boolean {
    return !this.#isYielding && this.#toDemand().active < this.count;
  }

  get count(): number {
    return this.#held?.count ?? 0;
  }

  /** Whether the row may be read now to take slots. */
  get mayTake(): boolean {
    return this.#mayTake;
  }

  /** Whether the remaining lease is long enough for another request. */
  isLongEnough(): boolean {
    const { untilMs } = this.#held ?? { untilMs: 0 };
    const leftMs = untilMs - this.#nowMs();
    // A remainder longer than a whole lease means that the clock was set back.
    return leftMs >= requestMarginMs && leftMs <= slotLeaseMs;
  }

  /** Allows {@link take} again, after the wait between two reads of the row. */
  allowTake(): void {
    this.#mayTake = true;
  }

  /** Extends the lease of work that makes several requests under one slot. */
  async extend(): Promise<void> {
    const held = this.#held;
    if (held && this.#nowMs() - held.sinceMs >= extendAfterMs) await this.#renew(held.count);
  }

  /** Records outcomes that must be in the row before the next request. @throws {LedgerError} */
  async record(): Promise<void> {
    const nowMs = this.#nowMs();
    const isRenewed = await this.#outcomes.record(this.#toDemand().wanted);
    const { owner } = this.#toActor();
    const count = this.#row.known?.slots.find((slot) => slot.owner === owner)?.count ?? 0;
    if (!this.#held) return;
    this.#held = { ...this.#held, count, ...(isRenewed && { untilMs: nowMs + slotLeaseMs }) };
  }

  /** Updates held slots: their lease, their number, and the current version of the secret. */
  async prepare(current: VersionRead): Promise<void> {
    if (this.#held !== undefined) await this.#renewIfDue();
    if (this.#held === undefined) return;
    if (this.#row.known?.current?.versionId !== current.versionId)
      await this.#recordVersion(current);
    if (!this.#isYielding && this.#toDemand().active >= this.count) await this.#growIfDue();
  }

  /** Takes the first slots, or joins the waiters. @throws {LedgerError} */
  async take(current: VersionRead): Promise<LeaseResult> {
    const taking = await this.#row.change(
      (state) => {
        const { wanted } = this.#toDemand();
        const request = { wanted, current };
        const result = takeSlots(this.#outcomes.withWorked(state), this.#toActor(), request);
        return { state: result.state, result };
      },
      { fresh: true },
    );
    this.#isWaiting = taking.kind === 'wait';
    this.#mayTake = taking.kind !== 'wait';
    if (taking.kind !== 'taken') return taking;
    this.#outcomes.clearWorked();
    const { owner } = this.#toActor();
    const mine = taking.state.slots.find((slot) => slot.owner === owner);
    const { count = 0, untilMs = 0 } = mine ?? {};
    this.#held = { count, untilMs, sinceMs: this.#nowMs() };
    this.#isYielding = false;
    this.#isOverdue = false;
    return { kind: 'held' };
  }

  /** Releases all slots, if any are held. No request of this sandbox is under way. */
  async release(): Promise<void> {
    const has = this.#held !== undefined || this.#isWaiting || this.#isOverdue;
    if (has || this.#outcomes.hasWorked || this.#outcomes.isDue) await this.#releaseAll();
  }

  /** Records the current version: held slots are valid for the next version too. */
  async #recordVersion(current: VersionRead): Promise<void> {
    await this.#row.change(
      (state) => {
        const updated = withVersion(state, current, this.#nowMs());
        return { state: updated === state ? undefined : updated, result: undefined };
      },
      { fresh: false },
    );
  }

  /** Renews the lease. If other functions wait, releases the slots once no request is under way. */
  async #renewIfDue(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    if (held.count <= 0 || !this.isLongEnough()) {
      this.#isOverdue = true;
      this.#held = undefined;
      return;
    }
    if (this.#isYielding) return this.#yield();
    if (Math.abs(this.#nowMs() - held.sinceMs) < maxHoldMs) return;
    const { waiting } = await this.#row.read();
    const { owner, nowMs } = this.#toActor();
    if (waiting.some((waiter) => waiter.owner !== owner && waiter.untilMs > nowMs)) {
      this.#isYielding = true;
      return this.#yield();
    }
    await this.#renew(this.#toDemand().wanted);
  }

  /** Takes more free slots when more requests wait. */
  async #growIfDue(): Promise<void> {
    const held = this.#held;
    const { wanted } = this.#toDemand();
    if (held === undefined || wanted <= held.count) return;
    if (Math.abs(this.#nowMs() - this.#grownMs) < minGrowMs) return;
    this.#grownMs = this.#nowMs();
    const { sinceMs } = held;
    await this.#renew(wanted);
    if (this.#held) this.#held = { ...this.#held, sinceMs };
  }

  async #renew(wanted: number): Promise<void> {
    const nowMs = this.#nowMs();
    const count = await this.#row.change(
      (state) => {
        const renewed = renewSlots(this.#outcomes.withWorked(state), this.#toActor(), wanted);
        return { state: renewed?.state, result: renewed?.count };
      },
      { fresh: false },
    );
    this.#outcomes.clearWorked();
    const untilMs = nowMs + slotLeaseMs;
    this.#isOverdue ||= count === undefined;
    this.#held = count === undefined ? undefined : { count, untilMs, sinceMs: nowMs };
  }

  /** Releases the slots. The waiting function reads the row before this one takes slots again. */
  async #yield(): Promise<void> {
    if (this.#toDemand().active > 0) return;
    await this.#releaseAll();
    this.#mayTake = false;
  }

  /**
   * Releases all slots. If the ledger fails, the lease expires, and its slots count as refusals.
   */
  async #releaseAll(): Promise<void> {
    this.#held = undefined;
    this.#isWaiting = false;
    this.#isYielding = false;
    const { owner } = this.#toActor();
    try {
      // A slot is not released before its outcome is recorded.
      await this.record();
      await this.#row.change(
        (state) => ({
          state: releaseSlots(this.#outcomes.withWorked(state), owner),
          result: undefined,
        }),
        { fresh: false },
      );
      this.#isOverdue = false;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#isOverdue = true;
    }
    this.#outcomes.clearWorked();
  }

  #nowMs(): number {
    return this.#toActor().nowMs;
  }
}
