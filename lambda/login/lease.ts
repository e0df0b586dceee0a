import { LedgerError } from '../errors.ts';
import {
  type Actor,
  releaseSlots,
  renewSlots,
  takeSlots,
  type VersionRead,
  withVersion,
} from './leases.ts';
import type { LoginOutcomes } from './outcomes.ts';
import type { LoginRow } from './row.ts';
import { slotLeaseMs } from './state.ts';

/** Held without a break for so long, slots are given to other functions that wait. */
const quantumMs = 1_000;
/** More slots are asked for so often. */
const growAfterMs = 100;
/** Work that keeps its slot for long prolongs the lease so often. */
const keepAfterMs = 10_000;
/** What must be left of a lease when a request begins: `requestMs` of the client, and a second. */
const requestMarginMs = 31_000;

/** How many requests of this sandbox are under way, and how many slots they want together. */
export interface Demand {
  readonly active: number;
  readonly wanted: number;
}

/** What came of asking for the first slot. */
export type LeaseResult =
  | { readonly kind: 'held' }
  | { readonly kind: 'wait' }
  /** Too many logins were refused. */
  | { readonly kind: 'suspended'; readonly untilMs: number };

interface Held {
  readonly untilMs: number;
  readonly sinceMs: number;
  readonly count: number;
}

/** The slots that one sandbox holds in the row of a secret. Its methods are called one after another. */
export class LoginLease {
  readonly #row: LoginRow;
  readonly #outcomes: LoginOutcomes;
  readonly #toActor: () => Actor;
  readonly #toDemand: () => Demand;
  #held: Held | undefined;
  #grownMs = 0;
  #isYielding = false;
  /** Whether this sandbox has a place among the waiters. */
  #isWaiting = false;
  /** The lease ran out: its slots count as refusals until this sandbox says that they were not. */
  #isOverdue = false;
  #mayLook = true;

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

  /** Whether another request may be sent under the slots that are held. */
  get hasFree(): boolean {
    return !this.#isYielding && this.#toDemand().active < this.count;
  }

  get count(): number {
    return this.#held?.count ?? 0;
  }

  /** Whether the row may be looked at now for slots. */
  get mayTake(): boolean {
    return this.#mayLook;
  }

  /** Whether the lease lasts for another request. */
  isLongEnough(): boolean {
    const { untilMs } = this.#held ?? { untilMs: 0 };
    const leftMs = untilMs - this.#nowMs();
    // More than a whole lease is left only to a clock that was set back.
    return leftMs >= requestMarginMs && leftMs <= slotLeaseMs;
  }

  /** The time between two looks at the row has passed. */
  allowLook(): void {
    this.#mayLook = true;
  }

  /** Prolongs the lease of work that makes several requests under one slot. */
  async keep(): Promise<void> {
    const held = this.#held;
    if (held && this.#nowMs() - held.sinceMs >= keepAfterMs) await this.#renew(held.count);
  }

  /** Records the outcomes that must not wait. @throws {LedgerError} */
  async record(): Promise<void> {
    const nowMs = this.#nowMs();
    const isRenewed = await this.#outcomes.record(this.#toDemand().wanted);
    const { owner } = this.#toActor();
    const count = this.#row.known?.slots.find((slot) => slot.owner === owner)?.count ?? 0;
    if (!this.#held) return;
    this.#held = { ...this.#held, count, ...(isRenewed && { untilMs: nowMs + slotLeaseMs }) };
  }

  /** Brings slots that are held up to date: their lease, their number, and the current version of the secret. */
  async prepare(current: VersionRead): Promise<void> {
    if (this.#held !== undefined) await this.#renewIfDue();
    if (this.#held === undefined) return;
    if (this.#row.known?.current?.versionId !== current.versionId) await this.#note(current);
    if (!this.#isYielding && this.#toDemand().active >= this.count) await this.#growIfDue();
  }

  async take(current: VersionRead): Promise<LeaseResult> {
    const taken = await this.#row.change(
      (state) => {
        const { wanted } = this.#toDemand();
        const asked = { wanted, current };
        const result = takeSlots(this.#outcomes.withWorked(state), this.#toActor(), asked);
        return { state: result.state, result };
      },
      { fresh: true },
    );
    this.#isWaiting = taken.kind === 'wait';
    this.#mayLook = taken.kind !== 'wait';
    if (taken.kind !== 'taken') return taken;
    this.#outcomes.clearWorked();
    const { owner } = this.#toActor();
    const mine = taken.state.slots.find((slot) => slot.owner === owner);
    const { count = 0, untilMs = 0 } = mine ?? {};
    this.#held = { count, untilMs, sinceMs: this.#nowMs() };
    this.#isYielding = false;
    this.#isOverdue = false;
    return { kind: 'held' };
  }

  /** Gives all slots back, where there is anything to give. Nothing of this sandbox is under way. */
  async release(): Promise<void> {
    const has = this.#held !== undefined || this.#isWaiting || this.#isOverdue;
    if (has || this.#outcomes.hasWorked || this.#outcomes.isDue) await this.#giveBack();
  }

  /** Slots that were taken with one version serve the next one as well. */
  async #note(current: VersionRead): Promise<void> {
    await this.#row.change(
      (state) => {
        const noted = withVersion(state, current, this.#nowMs());
        return { state: noted === state ? undefined : noted, result: undefined };
      },
      { fresh: false },
    );
  }

  /** Renews the lease, or gives the slots to functions that wait once nothing is under way. */
  async #renewIfDue(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    if (held.count <= 0 || !this.isLongEnough()) {
      this.#isOverdue = true;
      this.#held = undefined;
      return;
    }
    if (this.#isYielding) return this.#yield();
    if (Math.abs(this.#nowMs() - held.sinceMs) < quantumMs) return;
    const { waiting } = await this.#row.read();
    const { owner, nowMs } = this.#toActor();
    if (waiting.some((waiter) => waiter.owner !== owner && waiter.untilMs > nowMs)) {
      this.#isYielding = true;
      return this.#yield();
    }
    await this.#renew(this.#toDemand().wanted);
  }

  /** Takes more slots where more requests wait, and some are free. */
  async #growIfDue(): Promise<void> {
    const held = this.#held;
    const { wanted } = this.#toDemand();
    if (held === undefined || wanted <= held.count) return;
    if (Math.abs(this.#nowMs() - this.#grownMs) < growAfterMs) return;
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

  /** The function that waits looks at the row before this one does again. */
  async #yield(): Promise<void> {
    if (this.#toDemand().active > 0) return;
    await this.#giveBack();
    this.#mayLook = false;
  }

  /** Where the ledger fails the lease ends by itself, and its slots count as refusals. */
  async #giveBack(): Promise<void> {
    this.#held = undefined;
    this.#isWaiting = false;
    this.#isYielding = false;
    const { owner } = this.#toActor();
    try {
      // A slot whose outcome is not recorded is not given back.
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
