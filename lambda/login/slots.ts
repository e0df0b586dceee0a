import { LoginHeldError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import {
  type AcceptedLogin,
  beginTrial,
  type EndedTrial,
  type LostReply,
  type RefusedLogin,
} from './changes.ts';
import { type DeniedFacts, markDenialLogged } from './denial.ts';
import { LoginLease } from './lease.ts';
import type { Actor, VersionRead } from './leases.ts';
import { type LoginOutcome, LoginOutcomes, orLater } from './outcomes.ts';
import { LoginQueue } from './queue.ts';
import { LoginRow } from './row.ts';
import { type LoginState, unknownLogin } from './state.ts';

/** How long a request waits for a slot; then its entry waits in the ledger. */
const longestWaitMs = 15_000;
const timeOver = 'the time of the function was over';
const pollMs = { least: 25, most: 75 } as const;

export interface LoginSlotsDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** One name for each sandbox. */
  readonly owner: string;
}

/** What a request is told about its right to be sent. */
export interface SlotPass {
  readonly state: LoginState;
  /** Set where too many logins were refused: nothing is sent before. */
  readonly suspendedUntilMs?: number;
}

/**
 * The right of one sandbox to send requests with the login of one secret.
 *
 * Slots are taken from the row of the secret for many requests together, and given back when no request wants them, at the
 * end of the batch (`LoginSlotsRegistry.during`), or after a second where another function waits.
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
  /** The time until the next look at the row, for all requests of this sandbox together. */
  #poll: Promise<number> | undefined;

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
    this.#outcomes = new LoginOutcomes(this.#row, toActor);
    this.#lease = new LoginLease(this.#row, this.#outcomes, { toActor, toDemand });
  }

  /** The state as this sandbox knows it, its own successes included. */
  get state(): LoginState {
    return this.#outcomes.withWorked(this.#row.known ?? unknownLogin);
  }

  /**
   * Does a piece of work under a slot: at most one request at a time.
   *
   * @param current the current version of the secret
   * @throws {LoginHeldError} where no slot became free in time, or the signal aborts
   * @throws {LedgerError} where the ledger is unavailable: without a slot nothing is sent
   */
  async use<Done>(
    current: VersionRead,
    work: (pass: SlotPass) => Promise<Done>,
    signal?: AbortSignal,
  ): Promise<Done> {
    this.#wanted += 1;
    let entered = false;
    try {
      const pass = await this.#enter(current, signal);
      entered = pass.suspendedUntilMs === undefined;
      return await work(pass);
    } finally {
      if (entered) this.#active -= 1;
      this.#wanted -= 1;
      this.#queue.wake(1);
      if (this.#wanted === 0 && !this.#isKept()) await this.release();
    }
  }

  /** Whether the lease lasts for another request. */
  isHeld(): boolean {
    return this.#lease.isLongEnough();
  }

  /** Prolongs the lease of work that makes several requests under one slot. */
  async keep(): Promise<void> {
    await this.#queue.inTurn(() => this.#lease.keep());
  }

  /** Reads what other functions have recorded. */
  async refresh(): Promise<LoginState> {
    await this.#row.read();
    return this.state;
  }

  /** Waits for the time between two looks at the row. */
  async sleep(signal?: AbortSignal): Promise<number> {
    const ms = pollMs.least + this.#deps.random() * (pollMs.most - pollMs.least);
    await this.#deps.sleep(ms);
    if (signal?.aborted) throw new LoginHeldError(timeOver);
    return ms;
  }

  /**
   * Reserves the trial of a version for one request. From then on it counts as a refusal, until its success is recorded.
   *
   * @returns false where another request is trying one
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

  /** Ends a trial that shows nothing about the login. */
  async endTrial(ended: EndedTrial): Promise<void> {
    await this.#recordOrLater({ kind: 'ended', ended });
  }

  /** Records that the reply to a request with a good login was lost. */
  async lose(lost: LostReply): Promise<void> {
    await this.#recordOrLater({ kind: 'lost', lost });
  }

  /** Records that a login works: a trial before anything else is sent, any other with the next write. */
  async accept(accepted: AcceptedLogin): Promise<void> {
    if (accepted.by === undefined) this.#outcomes.note(accepted);
    else await this.#recordOrLater({ kind: 'accepted', accepted });
  }

  /** Records a refusal before any other request is sent. @throws {LedgerError} where that is not possible */
  async refuse(refused: RefusedLogin): Promise<'login' | 'perhapsRequest'> {
    const one: Extract<LoginOutcome, { kind: 'refused' }> = { kind: 'refused', refused };
    this.#outcomes.add(one);
    await this.#queue.inTurn(() => this.#lease.record());
    return one.meaning ?? 'login';
  }

  /** Records that the rejection of a request is reported. */
  async tellDenial(instance: string, facts: DeniedFacts): Promise<void> {
    await orLater(
      this.#row.change(
        (state) => ({ state: markDenialLogged(state, instance, facts), result: undefined }),
        { fresh: false },
      ),
    );
  }

  async release(): Promise<void> {
    await this.#queue.inTurn(async () => {
      if (this.#active === 0) await this.#lease.release();
    });
  }

  async #enter(current: VersionRead, signal: AbortSignal | undefined): Promise<SlotPass> {
    if (!this.#queue.isEmpty) await this.#queue.wait();
    for (let waitedMs = 0; ; ) {
      if (signal?.aborted) throw new LoginHeldError(timeOver);
      const pass = await this.#queue.inTurn(() => this.#tryToEnter(current));
      if (pass !== undefined) return pass;
      if (this.#active > 0) {
        await this.#queue.wait();
        continue;
      }
      if (waitedMs >= longestWaitMs) {
        throw new LoginHeldError(`all ${this.limit} requests under way for its secret are in use`);
      }
      waitedMs += await this.#untilNextLook();
    }
  }

  /** Lets as many requests go on as there are slots for them. */
  #wake(): void {
    this.#queue.wake(this.#lease.count - this.#active);
  }

  #untilNextLook(): Promise<number> {
    this.#poll ??= this.sleep().finally(() => {
      this.#poll = undefined;
      this.#lease.allowLook();
    });
    return this.#poll;
  }

  /** `undefined` where all slots are in use. */
  async #tryToEnter(current: VersionRead): Promise<SlotPass | undefined> {
    do {
      if (this.#outcomes.isDue) await this.#lease.record();
      await this.#lease.prepare(current);
      // A refusal may have come meanwhile.
    } while (this.#outcomes.isDue);
    if (this.#lease.isHeld) {
      if (!this.#lease.hasFree) return undefined;
      this.#active += 1;
      return { state: this.state };
    }
    // What is under way without slots has lost them: it must end before others are taken.
    if (this.#active > 0 || !this.#lease.mayTake) return undefined;
    const taken = await this.#lease.take(current);
    if (taken.kind === 'wait') return;
    if (taken.kind === 'suspended') return { state: this.state, suspendedUntilMs: taken.untilMs };
    this.#active += 1;
    this.#wake();
    return { state: this.state };
  }

  /** Without the ledger the outcome is recorded before the next request; if this sandbox dies, it counts as a refusal. */
  async #recordOrLater(outcome: LoginOutcome): Promise<void> {
    this.#outcomes.add(outcome);
    await orLater(this.#queue.inTurn(() => this.#lease.record(), { isFirst: true }));
    this.#wake();
  }

  #toActor(): Actor {
    return { owner: this.#deps.owner, nowMs: this.#deps.now().getTime(), limit: this.limit };
  }
}
