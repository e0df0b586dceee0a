import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { ReadCredentials, SecretCredentials, SecretLogin } from '../aws/secret-login.ts';
import { LoginHeldError } from '../login-errors.ts';
import type { CarriedLogin } from './carried-login.ts';
import type { DeniedFacts } from './denial.ts';
import { isCutShort, isLoginRefusal, isReplyLost } from './failure.ts';
import { type LoginNotice, LoginNotifier } from './notice.ts';
import { LoginReader } from './reader.ts';
import { LoginSecret } from './secret.ts';
import { checkDenied, formatUndecided, selectLogin } from './selection.ts';
import type { LoginSlots, SlotGrant } from './slots.ts';
import type { LoginSlotsRegistry } from './slots-registry.ts';
import { toInstanceLogin } from './state.ts';

export interface LoginOptions {
  /** Name of the AutoSys instance. */
  readonly instance: string;
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  readonly slots: LoginSlotsRegistry;
  /**
   * Passes the login to the client that sends the request, such as an `AsyncLocalStorage` of
   * Node.js.
   */
  readonly carried: {
    run<Done>(carried: CarriedLogin, work: () => Done): Done;
    getStore(): CarriedLogin | undefined;
  };
  /** The setting `requestsUnderWay`: requests under way with this secret, over all functions. */
  readonly requestsUnderWay: number;
  readonly now: () => Date;
  /** How long a version that was read is used without reading the secret again, in milliseconds. */
  readonly maxAgeMs: number;
  /** @default - not called */
  readonly notify?: (notice: LoginNotice) => void;
}

/** Facts about a request that decide whether it may be sent. */
export interface RequestFacts extends DeniedFacts {
  readonly signal?: AbortSignal;
}

/** How long a request waits for the trial of another function. */
const maxTrialWaitMs = 15_000;

/** Result of one attempt. */
type AttemptResult<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** Choose a login again. */
  | { readonly kind: 'again' }
  /** Another request tries the login; wait for its result. */
  | { readonly kind: 'otherTrial' };

/**
 * The login at one AutoSys instance. A rotation of the secret loses no event, and refused logins do
 * not lock the account; see docs/decisions/0009.
 *
 * Every request holds one of the slots of its secret. A login that is not known to be good is tried
 * by one request of all functions. A refusal is recorded before another request takes its place.
 */
export class Login {
  readonly #options: LoginOptions;
  readonly #secret: LoginSecret;
  readonly #reader: LoginReader;
  readonly #notifier: LoginNotifier;
  /** The trial of this sandbox under way. Resolves to false if another function tries instead. */
  #trial: Promise<boolean> | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#secret = new LoginSecret(options.secret, options.readCredentials, options.now);
    this.#notifier = new LoginNotifier(options.notify);
    const { maxAgeMs, notify } = options;
    const hasWorked = (known: SecretLogin) => {
      const { worked } = toInstanceLogin(this.#slotsOf(known).state, options.instance);
      return worked?.versionId === known.versionId;
    };
    this.#reader = new LoginReader(this.#secret, { maxAgeMs, hasWorked, notify });
  }

  /**
   * The credentials for the request that is being made.
   *
   * @throws {LoginHeldError} if the lease of its slot has expired, as after the sandbox was frozen
   * @throws {CredentialsError | LockoutError}
   */
  async credentials(): Promise<SecretCredentials> {
    const carried = this.#options.carried.getStore();
    if (carried === undefined) return this.#secret.read();
    if (carried.slots.isHeld()) return carried.login;
    throw new LoginHeldError('the lease of its slot has expired');
  }

  /**
   * Makes a request that needs the login. Repeats it with another version if one is refused.
   *
   * @throws {AutosysUnauthorizedError} if no version is accepted, or too many logins were refused
   * @throws {RequestDeniedError} if AutoSys refuses this request alone with 401
   * @throws {LoginHeldError} if nothing may be sent now, and AutoSys is not the reason
   * @throws {CredentialsError | LockoutError} if the secret cannot be read
   * @throws {LedgerError} if the ledger is unavailable
   */
  async call<Answer>(make: () => Promise<Answer>, facts: RequestFacts): Promise<Answer> {
    const by = this.#options.slots.newName();
    for (let waitedMs = 0; ; ) {
      const current = await this.#reader.readIfDue();
      const slots = this.#slotsOf(current);
      const { readMs } = this.#secret;
      const result = await slots.use(
        { versionId: current.versionId, readMs },
        (grant) => this.#attempt(make, { ...facts, by, current, readMs, slots, grant }),
        facts.signal,
      );
      if (result.kind === 'answered') return result.answer;
      if (result.kind === 'again') continue;
      if (waitedMs >= maxTrialWaitMs) {
        throw new LoginHeldError('another function is testing whether AutoSys accepts the login');
      }
      if (await this.#trial) continue;
      waitedMs += await slots.pollRow(facts.signal);
    }
  }

  async #attempt<Answer>(
    make: () => Promise<Answer>,
    attempt: Attempt,
  ): Promise<AttemptResult<Answer>> {
    const { current, grant } = attempt;
    if (await this.#isOutdated(attempt)) return { kind: 'again' };
    if (grant.suspendedUntilMs !== undefined) {
      if (await this.#reader.hasNewVersion(current)) return { kind: 'again' };
      throw this.#toSuspendedError(grant.suspendedUntilMs);
    }
    const { instance, maxAgeMs } = this.#options;
    const readPrevious = () => this.#secret.readPrevious(maxAgeMs);
    const facts = { instance, nowMs: this.#nowMs(), current, readPrevious };
    const choice = await selectLogin(attempt.slots.state, facts);
    if (choice.kind === 'suspended') {
      if (await this.#reader.hasNewVersion(current)) return { kind: 'again' };
      throw this.#toSuspendedError(choice.untilMs);
    }
    await checkDenied(attempt, { instance, versionId: choice.login.versionId }, this.#nowMs());
    if (choice.kind === 'use') return this.#send(make, choice.login, attempt);
    if (this.#trial !== undefined) return { kind: 'otherTrial' };
    return this.#try(make, choice.login, attempt);
  }

  /**
   * Tries a login that is not known to be good, unless another function does. Other requests of
   * this sandbox wait for the result.
   */
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
        : { kind: 'otherTrial' };
    } finally {
      this.#trial = undefined;
      resolve(begun);
    }
  }

  /** Whether the secret was read again, by any function, while this request waited for its slot. */
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
    { slots, current, request, target, by, signal, isTrial = false }: Attempt,
  ): Promise<AttemptResult<Answer>> {
    const { instance } = this.#options;
    const { versionId } = login;
    const begunMs = this.#nowMs();
    const trial = isTrial ? { by } : {};
    try {
      const answer = await this.#options.carried.run({ login, slots }, make);
      const isCurrent = versionId === current.versionId;
      await slots.accept({ instance, versionId, begunMs, ...trial });
      if (isCurrent) this.#secret.markWorking();
      this.#notifier.inUse(isCurrent);
      return { kind: 'answered', answer };
    } catch (error) {
      if (!isLoginRefusal(error)) {
        const lost = {
          isUnclear: isReplyLost(error),
          isCutShort: isCutShort(signal, this.#nowMs() - begunMs),
        };
        if (isTrial) await slots.endTrial({ instance, by, ...lost });
        else if (lost.isUnclear) {
          await slots.recordLostReply({ instance, versionId, by, isCutShort: lost.isCutShort });
        }
        throw error;
      }
      const meaning = await slots.refuse({ instance, versionId, request, target, ...trial });
      if (meaning === 'login') {
        this.#reader.doubt(current);
        return { kind: 'again' };
      }
      this.#notifier.requestRefused(target);
      if (await this.#reader.hasNewVersion(current, { atOnce: true })) return { kind: 'again' };
      throw new LoginHeldError(formatUndecided(target));
    }
  }

  #slotsOf({ secretArn }: SecretLogin): LoginSlots {
    const { slots, secret, requestsUnderWay } = this.#options;
    return slots.for(secretArn ?? secret, requestsUnderWay);
  }

  #toSuspendedError(untilMs: number): AutosysUnauthorizedError {
    const until = new Date(untilMs);
    this.#notifier.suspended(until);
    const said = `too many logins of secret ${this.#secret.name} were refused; no login is sent before ${until.toISOString()} unless the secret gets a new version`;
    return new AutosysUnauthorizedError({ doing: 'signing in', httpStatus: 401, said });
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

interface Attempt extends RequestFacts {
  /** Name of this request among those that try a login. */
  readonly by: string;
  readonly current: SecretLogin;
  /** When {@link current} was read, in milliseconds. */
  readonly readMs: number;
  readonly slots: LoginSlots;
  readonly grant: SlotGrant;
  readonly isTrial?: boolean;
}
