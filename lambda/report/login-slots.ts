import { LedgerError, LoginHeldError } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import {
  type AcceptedLogin,
  type Actor,
  acceptLogin,
  beginTrial,
  type DeniedFacts,
  endTrial,
  markDenialTold,
  type RefusedLogin,
  refuseLogin,
  releaseSlots,
  renewSlots,
  takeSlots,
  type VersionRead,
  withVersion,
} from './login-changes.ts';
import { LoginRow } from './login-row.ts';
import { type LoginState, slotLeaseMs, unknownLogin } from './login-state.ts';

/** Held without a break for so long, slots are given to other functions that wait. */
const quantumMs = 1_000;
/** More slots are asked for so often. */
const growAfterMs = 100;
/** Work that keeps its slot for long prolongs the lease so often. */
const keepAfterMs = 10_000;
/** What must be left of a lease when a request begins: `requestMs` of the client, and a second. */
const requestMarginMs = 31_000;
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

/** A refusal on its way into the row, and what it means once it is there. */
interface Unrecorded {
  readonly refused: RefusedLogin;
  meaning?: 'login' | 'perhapsRequest';
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
  /** The setting `requestsUnderWay`. */
  limit: number;
  #held: { readonly untilMs: number; readonly sinceMs: number; count: number } | undefined;
  #active = 0;
  #grownMs = 0;
  #wanted = 0;
  #isYielding = false;
  /** Whether this sandbox has a place among the waiters. */
  #isWaiting = false;
  /** Requests of this sandbox that wait for one of its own slots, in the order of their coming. */
  readonly #queue: (() => void)[] = [];
  /** The time until the next look at the row, for all requests of this sandbox together. */
  #poll: Promise<number> | undefined;
  #mayLook = true;
  /** One function call after another takes, renews or gives back. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Refusals that could not be recorded yet; nothing is sent before they are. */
  readonly #unrecorded: Unrecorded[] = [];
  /** Logins that have worked since the row was last written, by instance and version. */
  readonly #worked = new Map<string, AcceptedLogin>();

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
  }

  /** The state as this sandbox knows it, its own successes included. */
  get state(): LoginState {
    return this.#withWorked(this.#row.known ?? unknownLogin);
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
      if (pass.suspendedUntilMs !== undefined) return await work(pass);
      entered = true;
      return await work(pass);
    } finally {
      if (entered) this.#active -= 1;
      this.#wanted -= 1;
      this.#queue.shift()?.();
      if (this.#wanted === 0 && !this.#isKept()) await this.release();
    }
  }

  /** Whether the lease lasts for another request. */
  isHeld(): boolean {
    const { untilMs } = this.#held ?? { untilMs: 0 };
    const leftMs = untilMs - this.#nowMs();
    // More than a whole lease is left only to a clock that was set back.
    return leftMs >= requestMarginMs && leftMs <= slotLeaseMs;
  }

  /** Prolongs the lease of work that makes several requests under one slot. */
  async keep(): Promise<void> {
    await this.#inTurn(async () => {
      const held = this.#held;
      if (held && this.#nowMs() - held.sinceMs >= keepAfterMs) await this.#renew(held.count);
    });
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

  /** Reserves the trial of a version for one request. @returns false where another request is trying one */
  async beginTrial(trial: Parameters<typeof beginTrial>[2]): Promise<boolean> {
    return this.#row.change(
      (state) => {
        const begun = beginTrial(this.#withWorked(state), this.#actor(), trial);
        return { state: begun, result: begun !== undefined };
      },
      { fresh: false },
    );
  }

  /** Ends a trial that says nothing about the login. */
  async endTrial(instance: string, by: string): Promise<void> {
    await this.#orLater(
      this.#row.change((state) => ({ state: endTrial(state, instance, by), result: undefined }), {
        fresh: false,
      }),
    );
  }

  /** Records that a login works: a trial at once, any other with the next write. */
  async accept(accepted: AcceptedLogin): Promise<void> {
    this.#worked.set(`${accepted.instance} ${accepted.versionId}`, accepted);
    if (accepted.by === undefined) return;
    const { instance, by } = accepted;
    await this.#orLater(
      this.#row.change(
        (state) => {
          const worked = acceptLogin(this.#withWorked(state), accepted);
          return { state: endTrial(worked, instance, by), result: undefined };
        },
        { fresh: false },
      ),
    );
  }

  /** Records a refusal before any other request is sent. @throws {LedgerError} where that is not possible */
  async refuse(refused: RefusedLogin): Promise<'login' | 'perhapsRequest'> {
    const one: Unrecorded = { refused };
    this.#unrecorded.push(one);
    await this.#inTurn(() => this.#record());
    return one.meaning ?? 'login';
  }

  /** Records that the rejection of a request is reported. */
  async tellDenial(instance: string, facts: DeniedFacts): Promise<void> {
    await this.#orLater(
      this.#row.change(
        (state) => ({ state: markDenialTold(state, instance, facts), result: undefined }),
        { fresh: false },
      ),
    );
  }

  /** Gives all slots back. */
  async release(): Promise<void> {
    await this.#inTurn(async () => {
      const isIdle = this.#held === undefined && !this.#isWaiting && this.#worked.size === 0;
      if (this.#active > 0 || isIdle) return;
      await this.#giveBack();
    });
  }

  async #enter(current: VersionRead, signal: AbortSignal | undefined): Promise<SlotPass> {
    if (this.#queue.length > 0) await this.#queueUp();
    for (let waitedMs = 0; ; ) {
      if (signal?.aborted) throw new LoginHeldError(timeOver);
      const pass = await this.#inTurn(() => this.#tryToEnter(current));
      if (pass !== undefined) return pass;
      if (this.#active > 0) {
        await this.#queueUp();
        continue;
      }
      if (waitedMs >= longestWaitMs) {
        throw new LoginHeldError(`all ${this.limit} requests under way for its secret are in use`);
      }
      waitedMs += await this.#untilNextLook();
    }
  }

  /** Waits until a request of this sandbox ends. */
  #queueUp(): Promise<void> {
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #untilNextLook(): Promise<number> {
    this.#poll ??= this.sleep().finally(() => {
      this.#poll = undefined;
      this.#mayLook = true;
    });
    return this.#poll;
  }

  /** `undefined` where all slots are in use. */
  async #tryToEnter(current: VersionRead): Promise<SlotPass | undefined> {
    do {
      if (this.#unrecorded.length > 0) await this.#record();
      await this.#prepareHeld(current);
      // A refusal may have come meanwhile.
    } while (this.#unrecorded.length > 0);
    if (this.#held !== undefined) {
      if (this.#isYielding || this.#active >= this.#held.count) return undefined;
      this.#active += 1;
      return { state: this.state };
    }
    // What is under way without slots has lost them: it must end before others are taken.
    return this.#active > 0 || !this.#mayLook ? undefined : this.#take(current);
  }

  /** Brings slots that are held up to date: their lease, their number, and the current version of the secret. */
  async #prepareHeld(current: VersionRead): Promise<void> {
    if (this.#held !== undefined) await this.#renewIfDue();
    if (this.#held === undefined) return;
    if (this.#row.known?.current?.versionId !== current.versionId) await this.#note(current);
    if (!this.#isYielding && this.#active >= this.#held.count) await this.#growIfDue();
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

  async #take(current: VersionRead): Promise<SlotPass | undefined> {
    const taken = await this.#row.change(
      (state) => {
        const result = takeSlots(this.#withWorked(state), this.#actor(), {
          wanted: this.#toWanted(),
          current,
        });
        return { state: result.state, result };
      },
      { fresh: true },
    );
    this.#isWaiting = taken.kind === 'wait';
    this.#mayLook = taken.kind !== 'wait';
    if (taken.kind === 'wait') return undefined;
    if (taken.kind === 'suspended') return { state: this.state, suspendedUntilMs: taken.untilMs };
    this.#worked.clear();
    const mine = taken.state.slots.find(({ owner }) => owner === this.#deps.owner);
    const { count = 0, untilMs = 0 } = mine ?? {};
    this.#held = { count, untilMs, sinceMs: this.#nowMs() };
    this.#isYielding = false;
    this.#active += 1;
    for (let others = 1; others < count; others += 1) this.#queue.shift()?.();
    return { state: this.state };
  }

  /** Renews the lease, or gives the slots to functions that wait once nothing is under way. */
  async #renewIfDue(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    const isLost = held.count <= 0 || !this.isHeld();
    if (isLost) {
      this.#held = undefined;
      return;
    }
    if (this.#isYielding) return this.#yield();
    if (Math.abs(this.#nowMs() - held.sinceMs) < quantumMs) return;
    const { waiting } = await this.#row.read();
    if (
      waiting.some(({ owner, untilMs }) => owner !== this.#deps.owner && untilMs > this.#nowMs())
    ) {
      this.#isYielding = true;
      return this.#yield();
    }
    await this.#renew(this.#toWanted());
  }

  /** Takes more slots where more requests wait, and some are free. */
  async #growIfDue(): Promise<void> {
    const held = this.#held;
    if (held === undefined || this.#toWanted() <= held.count) return;
    if (Math.abs(this.#nowMs() - this.#grownMs) < growAfterMs) return;
    this.#grownMs = this.#nowMs();
    const { sinceMs } = held;
    await this.#renew(this.#toWanted());
    if (this.#held) this.#held = { ...this.#held, sinceMs };
  }

  #toWanted(): number {
    return Math.max(1, Math.min(this.limit, this.#wanted));
  }

  async #renew(wanted: number): Promise<void> {
    const nowMs = this.#nowMs();
    const count = await this.#row.change(
      (state) => {
        const renewed = renewSlots(this.#withWorked(state), this.#actor(), wanted);
        return { state: renewed?.state, result: renewed?.count };
      },
      { fresh: false },
    );
    this.#worked.clear();
    const untilMs = nowMs + slotLeaseMs;
    this.#held = count === undefined ? undefined : { count, untilMs, sinceMs: nowMs };
  }

  /** The function that waits looks at the row before this one does again. */
  async #yield(): Promise<void> {
    if (this.#active > 0) return;
    await this.#giveBack();
    this.#mayLook = false;
  }

  async #giveBack(): Promise<void> {
    this.#held = undefined;
    this.#isWaiting = false;
    this.#isYielding = false;
    await this.#orLater(
      this.#row.change(
        (state) => ({
          state: releaseSlots(this.#withWorked(state), this.#deps.owner),
          result: undefined,
        }),
        { fresh: false },
      ),
    );
    this.#worked.clear();
  }

  async #record(): Promise<void> {
    for (let next = this.#unrecorded[0]; next; next = this.#unrecorded[0]) {
      const one = next;
      one.meaning = await this.#row.change(
        (state) => {
          const changed = refuseLogin(this.#withWorked(state), this.#actor(), one.refused);
          return { state: changed.state, result: changed.meaning };
        },
        { fresh: true },
      );
      this.#unrecorded.shift();
      const mine = this.#row.known?.slots.find(({ owner }) => owner === this.#deps.owner);
      if (this.#held) this.#held.count = mine?.count ?? 0;
      this.#worked.delete(`${one.refused.instance} ${one.refused.versionId}`);
    }
  }

  #withWorked(state: LoginState): LoginState {
    return [...this.#worked.values()].reduce(acceptLogin, state);
  }

  /** The lease ends by itself, and what worked is found out again. */
  async #orLater(writing: Promise<unknown>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }

  async #inTurn<Done>(work: () => Promise<Done>): Promise<Done> {
    const before = this.#turn;
    const done = before.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #actor(): Actor {
    return { owner: this.#deps.owner, nowMs: this.#nowMs(), limit: this.limit };
  }

  #nowMs(): number {
    return this.#deps.now().getTime();
  }
}
