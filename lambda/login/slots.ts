import type { Table } from '../ledger/table.ts';
import { LoginHeldError } from '../login-errors.ts';
import {
  type AcceptedLogin,
  beginTrial,
  type EndedTrial,
  type LostReply,
  type RefusedLogin,
} from './changes.ts';
import { type DeniedFacts, markDenialReported } from './denial.ts';
import { LoginLease } from './lease.ts';
import { ignoreLedgerError, type LoginOutcome, LoginOutcomes } from './outcomes.ts';
import { LoginQueue } from './queue.ts';
import { LoginRow } from './row.ts';
import type { Actor, VersionRead } from './slot-changes.ts';
import { SlotPoll, throwIfTimeIsOver } from './slot-poll.ts';
import { type LoginState, unknownLogin } from './state.ts';

/** How long a request waits for a slot. Then its entry waits in the ledger. */
const maxWaitMs = 15_000;

export interface LoginSlotsDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** Resolves after this number of milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Name of this sandbox. */
  readonly owner: string;
}

/** Result of entering a slot. */
export interface SlotGrant {
  readonly state: LoginState;
  /** Set if too many logins were refused: no login is sent before this instant, in milliseconds. */
  readonly suspendedUntilMs?: number;
}

/**
 * Limits the requests that one sandbox sends with the login of one secret.
 *
 * Slots are taken from the row of the secret for several requests together. They are released when
 * no request wants them, at the end of the batch (`LoginSlotsRegistry.during`), or after a second
 * if another function waits.
 */
export class LoginSlots {
  readonly #row: LoginRow;
  readonly #deps: LoginSlotsDeps;
  readonly #isKept: () => boolean;
  readonly #outcomes: LoginOutcomes;
  readonly #lease: LoginLease;
  /** The setting `requestsUnderWay`. */
  limit: number;
  #active = 0;
  #wanted = 0;
  readonly #queue = new LoginQueue();
  readonly #poll: SlotPoll;

  constructor(
    secret: string,
    options: {
      readonly deps: LoginSlotsDeps;
      readonly limit: number;
      readonly isKept: () => boolean;
    },
  ) {
    this.#row = new LoginRow(options.deps.table, secret, options.deps.now);
    this.#deps = options.deps;
    this.#isKept = options.isKept;
    this.limit = options.limit;
    const toActor = () => this.#toActor();
    const toDemand = () => ({
      active: this.#active,
      wanted: Math.max(1, Math.min(this.limit, this.#wanted)),
    });
    this.#poll = new SlotPoll(this.#deps);
    this.#outcomes = new LoginOutcomes(this.#row, toActor);
    this.#lease = new LoginLease(this.#row, this.#outcomes, { toActor, toDemand });
  }

  /** The state as this sandbox knows it, with its own unrecorded successes. */
  get state(): LoginState {
    return this.#outcomes.withWorked(this.#row.known ?? unknownLogin);
  }

  /**
   * Does a piece of work under a slot; the work makes one request at a time.
   *
   * @param current the current version of the secret
   * @throws {LoginHeldError} if no slot becomes free in time, or the signal aborts
   * @throws {LedgerError} if the ledger is unavailable: without a slot nothing is sent
   */
  async use<Done>(
    current: VersionRead,
    work: (grant: SlotGrant) => Promise<Done>,
    signal?: AbortSignal,
  ): Promise<Done> {
    this.#wanted += 1;
    let entered = false;
    try {
      const grant = await this.#enter(current, signal);
      entered = grant.suspendedUntilMs === undefined;
      return await work(grant);
    } finally {
      if (entered) this.#active -= 1;
      this.#wanted -= 1;
      this.#queue.wake(1);
      if (this.#wanted === 0 && !this.#isKept()) await this.release();
    }
  }

  /** Whether the remaining lease is long enough for another request. */
  isHeld(): boolean {
    return this.#lease.isLongEnough();
  }

  /** Extends the lease of work that makes several requests under one slot. */
  async extendLease(): Promise<void> {
    await this.#queue.runExclusive(() => this.#lease.extend());
  }

  /** Waits, then reads what other functions have recorded. @returns the wait in milliseconds */
  async pollRow(signal?: AbortSignal): Promise<number> {
    const waitedMs = await this.#poll.sleep(signal);
    await this.#row.read();
    return waitedMs;
  }

  /**
   * Reserves the trial of a version for one request. It counts as a refusal until its success is
   * recorded.
   *
   * @returns false if another request tries a version
   */
  async beginTrial(trial: Parameters<typeof beginTrial>[2]): Promise<boolean> {
    return this.#row.change(
      (state) => {
        const begun = beginTrial(this.#outcomes.withWorked(state), this.#toActor(), trial);
        return { state: begun, result: begun !== undefined };
      },
      { fresh: false },
    );
  }

  /** Ends a trial that does not show whether the login works. */
  async endTrial(ended: EndedTrial): Promise<void> {
    await this.#recordOrLater({ kind: 'ended', ended });
  }

  /** Records that the reply to a request with a good login was lost. */
  async recordLostReply(lost: LostReply): Promise<void> {
    await this.#recordOrLater({ kind: 'lost', lost });
  }

  /**
   * Records that a login works: a trial before the next request is sent, any other with the next
   * write.
   */
  async accept(accepted: AcceptedLogin): Promise<void> {
    if (accepted.by === undefined) this.#outcomes.addWorked(accepted);
    else await this.#recordOrLater({ kind: 'accepted', accepted });
  }

  /** Records a refusal before another request is sent. @throws {LedgerError} */
  async refuse(refused: RefusedLogin): Promise<'login' | 'perhapsRequest'> {
    const outcome: Extract<LoginOutcome, { kind: 'refused' }> = { kind: 'refused', refused };
    this.#outcomes.add(outcome);
    await this.#queue.runExclusive(() => this.#lease.record());
    return outcome.meaning ?? 'login';
  }

  /** Records that the rejection of a request was reported. */
  async markDenialReported(instance: string, facts: DeniedFacts): Promise<void> {
    await ignoreLedgerError(
      this.#row.change(
        (state) => ({ state: markDenialReported(state, instance, facts), result: undefined }),
        { fresh: false },
      ),
    );
  }

  /** Releases the slots if no request is under way. */
  async release(): Promise<void> {
    await this.#queue.runExclusive(async () => {
      if (this.#active === 0) await this.#lease.release();
    });
  }

  async #enter(current: VersionRead, signal: AbortSignal | undefined): Promise<SlotGrant> {
    if (!this.#queue.isEmpty) await this.#queue.wait();
    for (let waitedMs = 0; ; ) {
      throwIfTimeIsOver(signal);
      const grant = await this.#queue.runExclusive(() => this.#tryToEnter(current));
      if (grant !== undefined) return grant;
      if (this.#active > 0) {
        await this.#queue.wait();
        continue;
      }
      if (waitedMs >= maxWaitMs) {
        throw new LoginHeldError(`all ${this.limit} requests allowed for its secret are under way`);
      }
      waitedMs += await this.#poll.next(() => this.#lease.allowTake());
    }
  }

  /** Resumes as many waiting requests as there are free slots. */
  #wake(): void {
    this.#queue.wake(this.#lease.count - this.#active);
  }

  /** Enters a free slot; `undefined` if all slots are in use. */
  async #tryToEnter(current: VersionRead): Promise<SlotGrant | undefined> {
    do {
      if (this.#outcomes.isDue) await this.#lease.record();
      await this.#lease.prepare(current);
      // A refusal may have been added in the meantime.
    } while (this.#outcomes.isDue);
    if (this.#lease.isHeld) {
      if (!this.#lease.hasFree) return undefined;
      this.#active += 1;
      return { state: this.state };
    }
    // Requests under way have lost their slots. They must end before new slots are taken.
    if (this.#active > 0 || !this.#lease.mayTake) return undefined;
    const result = await this.#lease.take(current);
    if (result.kind === 'wait') return;
    if (result.kind === 'suspended') return { state: this.state, suspendedUntilMs: result.untilMs };
    this.#active += 1;
    this.#wake();
    return { state: this.state };
  }

  /** Records an outcome. If the ledger fails, it is recorded before the next request. */
  async #recordOrLater(outcome: LoginOutcome): Promise<void> {
    this.#outcomes.add(outcome);
    await ignoreLedgerError(
      this.#queue.runExclusive(() => this.#lease.record(), { isFirst: true }),
    );
    this.#wake();
  }

  #toActor(): Actor {
    return { owner: this.#deps.owner, nowMs: this.#deps.now().getTime(), limit: this.limit };
  }
}
