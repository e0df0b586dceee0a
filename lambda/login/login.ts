import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { ReadCredentials, SecretCredentials, SecretLogin } from '../aws/secret-login.ts';
import { LoginHeldError } from '../errors.ts';
import type { DeniedFacts } from './denial.ts';
import { isLoginRefusal, isReplyLost } from './failure.ts';
import type { LoginNews } from './news.ts';
import { LoginReader } from './reader.ts';
import { LoginSecret } from './secret.ts';
import { checkDenied, selectLogin, toDoubt } from './selection.ts';
import type { LoginSlots, SlotPass } from './slots.ts';
import type { LoginSlotsRegistry } from './slots-registry.ts';
import { toInstanceLogin } from './state.ts';

/** What a request carries. */
export interface CarriedLogin {
  readonly login: SecretLogin;
  readonly slots: LoginSlots;
}

export interface LoginOptions {
  /** Name of the AutoSys instance. */
  readonly instance: string;
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  readonly slots: LoginSlotsRegistry;
  /** Hands the login to the client that sends the request, such as an `AsyncLocalStorage` of Node.js. */
  readonly carried: {
    run<Done>(carried: CarriedLogin, work: () => Done): Done;
    getStore(): CarriedLogin | undefined;
  };
  /** The setting `requestsUnderWay`: requests under way with this secret over all functions. */
  readonly requestsUnderWay: number;
  readonly now: () => Date;
  /** How long a version that was read is used without reading the secret again. */
  readonly maxAgeMs: number;
  /** @default - no news */
  readonly tell?: (news: LoginNews) => void;
}

/** What a request is about. */
export interface RequestFacts extends DeniedFacts {
  readonly signal?: AbortSignal;
}

/** How long a request waits for the trial of another function. */
const longestTrialMs = 15_000;

/** What one attempt came to: an answer, or another round. */
type AttemptResult<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'again' }
  /** Another request tries the login. */
  | { readonly kind: 'tried' };

/**
 * The login at one AutoSys instance: a rotation loses nothing, and no account is locked; docs/decisions/0009.
 *
 * Every request holds one of the slots of its secret. A login that is not known to be good is tried by one request over all
 * functions. A refusal is recorded before any other request is sent in its place.
 */
export class Login {
  readonly #options: LoginOptions;
  readonly #secret: LoginSecret;
  readonly #reader: LoginReader;
  #told: 'currentInUse' | 'previousInUse' = 'currentInUse';
  #heldTold = false;
  /** Ends when the request of this sandbox that tries a login does; false where another function tries. */
  #trial: Promise<boolean> | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#secret = new LoginSecret(options.secret, options.readCredentials, options.now);
    const { maxAgeMs, tell } = options;
    const hasWorked = (known: SecretLogin) => {
      const standing = toInstanceLogin(this.#slotsOf(known).state, options.instance);
      return standing.worked?.versionId === known.versionId;
    };
    this.#reader = new LoginReader(this.#secret, { maxAgeMs, hasWorked, tell });
  }

  /**
   * The credentials of the request that is being made.
   *
   * @throws {LoginHeldError} where the lease of its slot is over, as after a frozen function was resumed
   * @throws {CredentialsError | LockoutError}
   */
  async credentials(): Promise<SecretCredentials> {
    const carried = this.#options.carried.getStore();
    if (carried === undefined) return this.#secret.read();
    if (carried.slots.isHeld()) return carried.login;
    throw new LoginHeldError('its lease on a request under way was over');
  }

  /**
   * Makes a request that needs the login, and again with another version where that one is refused.
   *
   * @throws {AutosysUnauthorizedError} where no version is accepted, or none may be sent now
   * @throws {RequestDeniedError} where AutoSys refuses this request alone with 401
   * @throws {LoginHeldError} where nothing may be sent now, and AutoSys is not the reason
   * @throws {CredentialsError | LockoutError} where the secret cannot be read
   * @throws {LedgerError} where the ledger is unavailable
   */
  async call<Answer>(make: () => Promise<Answer>, facts: RequestFacts): Promise<Answer> {
    const by = this.#options.slots.newName();
    for (let waitedMs = 0; ; ) {
      const current = await this.#reader.readIfDue();
      const slots = this.#slotsOf(current);
      const { readMs } = this.#secret;
      const done = await slots.use(
        { versionId: current.versionId, readMs },
        (pass) => this.#attempt(make, { ...facts, by, current, readMs, slots, pass }),
        facts.signal,
      );
      if (done.kind === 'answered') return done.answer;
      if (done.kind === 'again') continue;
      if (waitedMs >= longestTrialMs) {
        throw new LoginHeldError('another function tries whether AutoSys accepts the login');
      }
      if (await this.#trial) continue;
      waitedMs += await slots.sleep(facts.signal);
      await slots.refresh();
    }
  }

  async #attempt<Answer>(
    make: () => Promise<Answer>,
    attempt: Attempt,
  ): Promise<AttemptResult<Answer>> {
    const { current, pass } = attempt;
    if (await this.#isOutdated(attempt)) return { kind: 'again' };
    if (pass.suspendedUntilMs !== undefined) {
      if (await this.#reader.hasNewVersion(current)) return { kind: 'again' };
      throw this.#holdBack(pass.suspendedUntilMs);
    }
    const { instance, maxAgeMs } = this.#options;
    const readPrevious = () => this.#secret.readPrevious(maxAgeMs);
    const facts = { instance, nowMs: this.#nowMs(), current, readPrevious };
    const choice = await selectLogin(attempt.slots.state, facts);
    if (choice.kind === 'hold') {
      if (await this.#reader.hasNewVersion(current)) return { kind: 'again' };
      throw this.#holdBack(choice.untilMs);
    }
    await checkDenied(attempt, { instance, versionId: choice.login.versionId }, this.#nowMs());
    if (choice.kind === 'use') return this.#send(make, choice.login, attempt);
    if (this.#trial !== undefined) return { kind: 'tried' };
    return this.#try(make, choice.login, attempt);
  }

  /** Tries a login that is not known to be good, unless another function does; others here wait for the result. */
  async #try<Answer>(
    make: () => Promise<Answer>,
    login: SecretLogin,
    attempt: Attempt,
  ): Promise<AttemptResult<Answer>> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    let begun = false;
    this.#trial = promise;
    try {
      const { instance } = this.#options;
      const trial = { instance, by: attempt.by, versionId: login.versionId };
      begun = await attempt.slots.beginTrial(trial);
      return begun
        ? await this.#send(make, login, { ...attempt, isTrial: true })
        : { kind: 'tried' };
    } finally {
      this.#trial = undefined;
      resolve(begun);
    }
  }

  /** Whether the secret was read again, here or by another function, while this request waited for its slot. */
  async #isOutdated({ current, readMs, slots }: Attempt): Promise<boolean> {
    if ((this.#secret.current ?? current).versionId !== current.versionId) return true;
    const latest = slots.state.current;
    if (latest === undefined || latest.versionId === current.versionId) return false;
    if (latest.readMs < readMs) return false;
    return this.#reader.hasNewVersion(current, { atOnce: true });
  }

  async #send<Answer>(
    make: () => Promise<Answer>,
    login: SecretLogin,
    { slots, current, request, target, by, isTrial = false }: Attempt,
  ): Promise<AttemptResult<Answer>> {
    const { instance } = this.#options;
    const { versionId } = login;
    const begunMs = this.#nowMs();
    const trial = isTrial ? { by } : {};
    try {
      const answer = await this.#options.carried.run({ login, slots }, make);
      const isCurrent = versionId === current.versionId;
      await slots.accept({ instance, versionId, begunMs, ...trial });
      this.#tellInUse(isCurrent);
      return { kind: 'answered', answer };
    } catch (error) {
      if (!isLoginRefusal(error)) {
        const isUnclear = isReplyLost(error);
        if (isTrial) await slots.endTrial({ instance, by, isUnclear });
        else if (isUnclear) await slots.lose({ instance, versionId, by });
        throw error;
      }
      const meaning = await slots.refuse({ instance, versionId, request, target, ...trial });
      if (meaning === 'login') {
        this.#reader.doubt(current);
        return { kind: 'again' };
      }
      this.#options.tell?.({ kind: 'requestRefused', target });
      if (await this.#reader.hasNewVersion(current, { atOnce: true })) return { kind: 'again' };
      throw new LoginHeldError(toDoubt(target));
    }
  }

  #slotsOf({ secretArn }: SecretLogin): LoginSlots {
    const { slots, secret, requestsUnderWay } = this.#options;
    return slots.for(secretArn ?? secret, requestsUnderWay);
  }

  #tellInUse(isCurrent: boolean): void {
    this.#heldTold = false;
    if (isCurrent) this.#secret.trust();
    const kind = isCurrent ? 'currentInUse' : 'previousInUse';
    if (kind !== this.#told) this.#options.tell?.({ kind });
    this.#told = kind;
  }

  #holdBack(untilMs: number): AutosysUnauthorizedError {
    const until = new Date(untilMs);
    if (!this.#heldTold) this.#options.tell?.({ kind: 'heldBack', until });
    this.#heldTold = true;
    const said = `too many logins of secret ${this.#secret.name} were refused; none is sent before ${until.toISOString()} unless the secret gets a new version`;
    return new AutosysUnauthorizedError({ doing: 'signing in', httpStatus: 401, said });
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

interface Attempt extends RequestFacts {
  /** The name of this request among those that try a login. */
  readonly by: string;
  readonly current: SecretLogin;
  /** When {@link current} was read. */
  readonly readMs: number;
  readonly slots: LoginSlots;
  readonly pass: SlotPass;
  readonly isTrial?: boolean;
}
