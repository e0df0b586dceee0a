import { LedgerError } from '../errors.ts';
import {
  type AcceptedLogin,
  acceptLogin,
  countLostReply,
  type EndedTrial,
  endTrial,
  type LostReply,
  type RefusedLogin,
  refuseLogin,
} from './changes.ts';
import type { LoginRow } from './row.ts';
import { type Actor, renewSlots } from './slot-changes.ts';
import type { LoginState } from './state.ts';

/** Outcome of a request that is not in the row yet. `meaning` is set once it is recorded. */
export type LoginOutcome =
  | {
      readonly kind: 'refused';
      readonly refused: RefusedLogin;
      meaning?: 'login' | 'perhapsRequest';
    }
  /** Success of a trial. Until it is recorded, the trial counts as a refusal. */
  | { readonly kind: 'accepted'; readonly accepted: AcceptedLogin }
  | { readonly kind: 'ended'; readonly ended: EndedTrial }
  | { readonly kind: 'lost'; readonly lost: LostReply };

/**
 * The unrecorded outcomes of the requests of one sandbox.
 *
 * Some must be recorded before the next request is sent. Successes of a login that was known to be
 * good are recorded with the next write.
 */
export class LoginOutcomes {
  readonly #row: LoginRow;
  readonly #toActor: () => Actor;
  readonly #unrecorded: LoginOutcome[] = [];
  /** Successes since the last write of the row, by instance and version. */
  readonly #worked = new Map<string, AcceptedLogin>();

  constructor(row: LoginRow, toActor: () => Actor) {
    this.#row = row;
    this.#toActor = toActor;
  }

  /** Whether {@link record} must be called before the next request is sent. */
  get isDue(): boolean {
    return this.#unrecorded.length > 0;
  }

  /** Whether successes are waiting for the next write. */
  get hasWorked(): boolean {
    return this.#worked.size > 0;
  }

  /** The state with the successes that are not recorded yet. */
  withWorked(state: LoginState): LoginState {
    return [...this.#worked.values()].reduce(acceptLogin, state);
  }

  /** Discards the successes after they were recorded. */
  clearWorked(): void {
    this.#worked.clear();
  }

  /** Keeps a success of a login that was known to be good, for the next write. */
  addWorked(accepted: AcceptedLogin): void {
    this.#worked.set(toKey(accepted), accepted);
  }

  /** Adds an outcome that must be recorded before the next request is sent. */
  add(outcome: LoginOutcome): void {
    this.#unrecorded.push(outcome);
  }

  /**
   * Records the outcomes that must be in the row before the next request.
   *
   * @param wanted number of slots wanted after the success of a trial; they need no extra write
   * @returns whether the lease was renewed
   * @throws {LedgerError}
   */
  async record(wanted: number): Promise<boolean> {
    let isRenewed = false;
    for (let next = this.#unrecorded[0]; next; next = this.#unrecorded[0]) {
      if (next.kind === 'refused') await this.#recordRefused(next);
      else if (next.kind === 'ended') await this.#recordEnded(next.ended);
      else if (next.kind === 'lost') await this.#recordLost(next.lost);
      else isRenewed = (await this.#recordAccepted(next.accepted, wanted)) || isRenewed;
      this.#unrecorded.shift();
    }
    return isRenewed;
  }

  async #recordRefused(one: Extract<LoginOutcome, { kind: 'refused' }>): Promise<void> {
    one.meaning = await this.#row.change(
      (state) => {
        const changed = refuseLogin(this.withWorked(state), this.#toActor(), one.refused);
        return { state: changed.state, result: changed.meaning };
      },
      { fresh: true },
    );
    this.#worked.delete(toKey(one.refused));
  }

  async #recordEnded(ended: EndedTrial): Promise<void> {
    await this.#row.change(
      (state) => ({
        state: endTrial(this.withWorked(state), this.#toActor(), ended),
        result: undefined,
      }),
      { fresh: false },
    );
  }

  async #recordLost(lost: LostReply): Promise<void> {
    await this.#row.change(
      (state) => ({
        state: countLostReply(this.withWorked(state), this.#toActor(), lost),
        result: undefined,
      }),
      { fresh: false },
    );
  }

  async #recordAccepted(accepted: AcceptedLogin, wanted: number): Promise<boolean> {
    return this.#row.change(
      (state) => {
        const worked = acceptLogin(this.withWorked(state), accepted);
        const renewed = renewSlots(worked, this.#toActor(), wanted);
        return { state: renewed?.state ?? worked, result: renewed !== undefined };
      },
      { fresh: false },
    );
  }
}

function toKey({ instance, versionId }: { instance: string; versionId: string }): string {
  return `${instance} ${versionId}`;
}

/**
 * Ignores a failure of the ledger. The lease then expires, and unrecorded outcomes count as
 * refusals.
 */
export async function ignoreLedgerError(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
  }
}
