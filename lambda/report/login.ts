import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { Credentials, ReadCredentials, SecretLogin } from '../shared/credentials.ts';
import { CredentialsError, LoginHeldError, RequestDeniedError } from '../shared/errors.ts';
import { type DeniedFacts, findDenial, toStanding } from './login-changes.ts';
import { chooseLogin, toChoiceFacts } from './login-choice.ts';
import { LoginSecret } from './login-secret.ts';
import type { LoginSlots, SlotPass } from './login-slots.ts';
import type { LoginSlotsRegistry } from './login-slots-registry.ts';

/** What operators should know about a login. */
export type LoginNews =
  /** AutoSys does not take the current version of the secret yet; the previous one is in use. */
  | { readonly kind: 'previousInUse' }
  /** AutoSys takes the current version of the secret. */
  | { readonly kind: 'currentInUse' }
  /** Nothing is sent until then, or until the secret has a new version. */
  | { readonly kind: 'heldBack'; readonly until: Date }
  /** AutoSys refused one request with 401 although the login worked for others. */
  | { readonly kind: 'requestRefused'; readonly target: string }
  /** The secret cannot be read now; the cached version is used. */
  | { readonly kind: 'goesOn'; readonly reason: string };

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

/** While no login is accepted, the secret is read again so often: it may have a new version. */
const lookAgainMs = 10_000;
/** After Secrets Manager could not be asked. */
const rereadAfterMs = 30_000;
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
  #reading: Promise<SecretLogin> | undefined;
  #told: 'currentInUse' | 'previousInUse' = 'currentInUse';
  #heldTold = false;
  /** Ends when the request of this sandbox that tries a login does; false where another function tries. */
  #trial: Promise<boolean> | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#secret = new LoginSecret(options.secret, options.readCredentials, options.now);
  }

  /**
   * The credentials of the request that is being made.
   *
   * @throws {LoginHeldError} where the lease of its slot is over, as after a frozen function was resumed
   * @throws {CredentialsError | LockoutError}
   */
  async credentials(): Promise<Credentials> {
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
      const current = await this.#readIfDue();
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
      if (await this.#hasNewVersion(current)) return { kind: 'again' };
      throw this.#holdBack(pass.suspendedUntilMs);
    }
    const choice = await this.#choose(attempt);
    if (choice.kind === 'hold') {
      if (await this.#hasNewVersion(current)) return { kind: 'again' };
      throw this.#holdBack(choice.untilMs);
    }
    await this.#rejectDenied(attempt, choice.login.versionId);
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
    return this.#hasNewVersion(current, { atOnce: true });
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
        if (isTrial) await slots.endTrial(instance, by);
        throw error;
      }
      const meaning = await slots.refuse({ instance, versionId, request, target, ...trial });
      if (meaning === 'login') {
        this.#doubt(current);
        return { kind: 'again' };
      }
      this.#options.tell?.({ kind: 'requestRefused', target });
      if (await this.#hasNewVersion(current, { atOnce: true })) return { kind: 'again' };
      throw new LoginHeldError(toDoubt(target));
    }
  }

  /** The version that this request carries, and how. */
  async #choose({ slots, current }: Attempt) {
    const { instance } = this.#options;
    const state = slots.state;
    const standing = toStanding(state, instance);
    const facts = toChoiceFacts(state, instance, current.versionId, this.#nowMs());
    const first = chooseLogin(standing, { ...facts, previous: undefined });
    if (first.kind === 'hold') return first;
    if (first.kind !== 'readPrevious') return { kind: first.kind, login: current } as const;
    const previous = (await this.#secret.readPrevious(this.#options.maxAgeMs)) ?? null;
    const choice = chooseLogin(standing, { ...facts, previous: previous?.versionId ?? null });
    if (choice.kind === 'hold') return choice;
    const login =
      previous && 'versionId' in choice && choice.versionId === previous.versionId
        ? previous
        : current;
    return { kind: choice.kind === 'use' ? 'use' : 'try', login } as const;
  }

  async #rejectDenied(
    { slots, request, target, deniedBy }: Attempt,
    versionId: string,
  ): Promise<void> {
    const { instance } = this.#options;
    const facts = { instance, request, target, versionId, ...(deniedBy && { deniedBy }) };
    const denial = findDenial(slots.state, facts, { nowMs: this.#nowMs(), limit: slots.limit });
    if (denial === undefined) return;
    if (denial.kind === 'undecided') throw new LoginHeldError(toDoubt(target));
    const [at, until] = [new Date(denial.atMs), new Date(denial.untilMs)];
    if (denial.kind === 'denied') {
      await slots.tellDenial(instance, facts);
      throw new RequestDeniedError({ target, at, until });
    }
    throw new LoginHeldError(
      `AutoSys refused the login (401) for a request for this target alone (${target}), at ${at.toISOString()}; every refused login counts towards the lock of the account, so the next one waits until ${until.toISOString()}`,
    );
  }

  #slotsOf({ secretArn }: SecretLogin): LoginSlots {
    const { slots, secret, requestsUnderWay } = this.#options;
    return slots.for(secretArn ?? secret, requestsUnderWay);
  }

  /** The current version; read by one request for all that want it. */
  #readIfDue(): Promise<SecretLogin> {
    const { current } = this.#secret;
    const believedMs = this.#secret.isDoubted ? lookAgainMs : this.#options.maxAgeMs;
    if (current && this.#secret.isYoungerThan(believedMs)) return Promise.resolve(current);
    return this.#read();
  }

  #read(): Promise<SecretLogin> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<SecretLogin> {
    const { maxAgeMs, tell } = this.#options;
    const known = this.#secret.lastKnown;
    try {
      return await this.#secret.read();
    } catch (error) {
      // A login that works is used on, however old it is; that a person took the secret away is another matter.
      if (!(error instanceof CredentialsError) || known === undefined) throw error;
      if (!this.#worksAsKnown(known)) throw error;
      tell?.({ kind: 'goesOn', reason: error.message });
      return this.#secret.keep(known, maxAgeMs - rereadAfterMs);
    }
  }

  /** Whether AutoSys has accepted this version, and has not refused it since. */
  #worksAsKnown(known: SecretLogin): boolean {
    const standing = toStanding(this.#slotsOf(known).state, this.#options.instance);
    return standing.worked?.versionId === known.versionId && !this.#secret.isDoubted;
  }

  /** Whether the secret has another version than the one that was refused. */
  async #hasNewVersion(
    refused: SecretLogin,
    { atOnce = false }: { readonly atOnce?: boolean } = {},
  ): Promise<boolean> {
    if (atOnce) this.#doubt(refused);
    else this.#secret.doubt();
    const { versionId } = await this.#readIfDue();
    return versionId !== refused.versionId;
  }

  /** The secret is read again, unless another request has done so since. */
  #doubt({ versionId }: SecretLogin): void {
    if (this.#secret.lastKnown?.versionId !== versionId) return;
    this.#secret.doubt();
    this.#secret.forget();
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

function toDoubt(target: string): string {
  return `AutoSys refused the login (401) for ${target} although it had worked within a minute, and it is not known yet whether the login is refused or this request alone`;
}

function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
