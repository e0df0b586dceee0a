import { LedgerError } from '../errors.ts';
import {
  type AcceptedLogin,
  acceptLogin,
  type EndedTrial,
  endTrial,
  type LostReply,
  loseReply,
  type RefusedLogin,
  refuseLogin,
} from './changes.ts';
import { type Actor, renewSlots } from './leases.ts';
import type { LoginRow } from './row.ts';
import type { LoginState } from './state.ts';

/** An outcome on its way into the row, and what it means once it is there. */
export type LoginOutcome =
  | {
      readonly kind: 'refused';
      readonly refused: RefusedLogin;
      meaning?: 'login' | 'perhapsRequest';
    }
  /** Of a trial: until its success is recorded it counts as a refusal. */
  | { readonly kind: 'accepted'; readonly accepted: AcceptedLogin }
  | { readonly kind: 'ended'; readonly ended: EndedTrial }
  | { readonly kind: 'lost'; readonly lost: LostReply };

/** The outcomes of the requests of one sandbox: what must be recorded before anything else is sent, and what may wait. */
export class LoginOutcomes {
  readonly #row: LoginRow;
  readonly #toActor: () => Actor;
  readonly #unrecorded: LoginOutcome[] = [];
  /** Logins that have worked since the row was last written, by instance and version. */
  readonly #worked = new Map<string, AcceptedLogin>();

  constructor(row: LoginRow, toActor: () => Actor) {
    this.#row = row;
    this.#toActor = toActor;
  }

  /** Whether nothing may be sent before {@link record}. */
  get isDue(): boolean {
    return this.#unrecorded.length > 0;
  }

  /** Whether the next write has successes to record. */
  get hasWorked(): boolean {
    return this.#worked.size > 0;
  }

  /** The state with the successes that are not recorded yet. */
  withWorked(state: LoginState): LoginState {
    return [...this.#worked.values()].reduce(acceptLogin, state);
  }

  /** The successes are recorded. */
  clearWorked(): void {
    this.#worked.clear();
  }

  /** Notes a success of a login that was known to be good. */
  note(accepted: AcceptedLogin): void {
    this.#worked.set(toKey(accepted), accepted);
  }

  add(outcome: LoginOutcome): void {
    this.#unrecorded.push(outcome);
  }

  /**
   * Records what must not wait.
   *
   * @param wanted slots that are wanted after the success of a trial; they cost no write of their own
   * @returns whether the lease was renewed
   * @throws {LedgerError}
   */
  async record(wanted: number): Promise<boolean> {
    let isRenewed = false;
    for (let next = this.#unrecorded[0]; next; next = this.#unrecorded[0]) {
      if (next.kind === 'refused') await this.#refuse(next);
      else if (next.kind === 'ended') await this.#end(next.ended);
      else if (next.kind === 'lost') await this.#lose(next.lost);
      else isRenewed = (await this.#accept(next.accepted, wanted)) || isRenewed;
      this.#unrecorded.shift();
    }
    return isRenewed;
  }

  async #refuse(one: Extract<LoginOutcome, { kind: 'refused' }>): Promise<void> {
    one.meaning = await this.#row.change(
      (state) => {
        const changed = refuseLogin(this.withWorked(state), this.#toActor(), one.refused);
        return { state: changed.state, result: changed.meaning };
      },
      { fresh: true },
    );
    this.#worked.delete(toKey(one.refused));
  }

  async #end(ended: EndedTrial): Promise<void> {
    await this.#row.change(
      (state) => ({
        state: endTrial(this.withWorked(state), this.#toActor(), ended),
        result: undefined,
      }),
      { fresh: false },
    );
  }

  async #lose(lost: LostReply): Promise<void> {
    await this.#row.change(
      (state) => ({
        state: loseReply(this.withWorked(state), this.#toActor(), lost),
        result: undefined,
      }),
      { fresh: false },
    );
  }

  async #accept(accepted: AcceptedLogin, wanted: number): Promise<boolean> {
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

/** Goes on where the ledger fails: the lease ends by itself, and what is not recorded counts as a refusal. */
export async function orLater(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
  }
}
