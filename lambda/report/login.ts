import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { Credentials, ReadCredentials, SecretLogin } from '../shared/credentials.ts';
import { CredentialsError } from '../shared/errors.ts';
import { LoginSecret } from './login-secret.ts';
import { Refusals } from './refusals.ts';
import type { RefusedLogins } from './refused-logins.ts';
import type { ListingPort } from './shared-reads.ts';
import { Turnstile } from './turnstile.ts';

/** What a person should hear of a login. */
export type LoginNews =
  /** AutoSys has not yet taken what the secret says now; what it said before is used. */
  | { readonly kind: 'previousInUse' }
  /** AutoSys has taken what the secret says now. */
  | { readonly kind: 'currentInUse' }
  /** No login of the secret is taken: until then, or until the secret changes, none is sent. */
  | { readonly kind: 'heldBack'; readonly until: Date }
  /** The secret or the memory of refusals cannot be read now; what is known is used on. */
  | { readonly kind: 'goesOn'; readonly reason: string };

export interface LoginOptions {
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  readonly refusedLogins: RefusedLogins;
  readonly now: () => Date;
  /** How long a secret is believed. */
  readonly maxAgeMs: number;
  /** @default - nobody is told */
  readonly tell?: (news: LoginNews) => void;
}

/** So many requests may be refused before a person must look, and so many are under way at once. */
const refusalsAtMost = 2;
/** A login that has not worked for so long is looked up among the refused before it is sent again. */
const vouchedMs = 5_000;
/** While no login is taken, the secret is looked at anew so often: it may have been mended. */
const lookAgainMs = 10_000;
/** After Secrets Manager could not be asked. */
const rereadAfterMs = 30_000;

const notMine = Symbol('to be done side by side');

/**
 * The login at one AutoSys, so handled that a rotation loses nothing and no account is locked; docs/decisions/0009.
 *
 * A login that works carries two requests at a time; any other is tried by one request while all others wait. A refused
 * one is not sent again by any sandbox before its time: what the secret says now and what it said before are tried in its
 * place, and after two refusals nothing is sent until the secret changes or minutes have passed.
 */
export class Login {
  readonly #options: LoginOptions;
  readonly #secret: LoginSecret;
  readonly #refusals: Refusals;
  readonly #turnstile = new Turnstile(refusalsAtMost);
  /** What the request that is being made carries. */
  #carried: SecretLogin | undefined;
  /** What has worked last, and when. */
  #proven: SecretLogin | undefined;
  #provenMs = 0;
  #refusal: AutosysUnauthorizedError | undefined;
  #told: 'currentInUse' | 'previousInUse' = 'currentInUse';
  #heldTold = false;

  constructor(options: LoginOptions) {
    const { secret, readCredentials, refusedLogins, now, maxAgeMs } = options;
    const goOn = (reason: string) => options.tell?.({ kind: 'goesOn', reason });
    this.#options = options;
    this.#secret = new LoginSecret(secret, readCredentials, now);
    this.#refusals = new Refusals({ refusedLogins, now, waitMs: maxAgeMs, goOn });
  }

  /** The credentials of the request that is being made. @throws {CredentialsError | LockoutError} */
  async credentials(): Promise<Credentials> {
    return this.#carried ?? (await this.#secret.read());
  }

  /**
   * Makes a call that needs the login, and again with another one where that is refused.
   *
   * @throws {AutosysUnauthorizedError} where AutoSys takes none, or none may be sent now
   * @throws {CredentialsError | LockoutError} where the secret cannot be read
   */
  async call<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const done = this.#isReady()
        ? await this.#passThrough(async () => (this.#isReady() ? this.#useProven(make) : notMine))
        : await this.#turnstile.alone(() => this.#prove(make));
      if (done !== notMine) return done.answer;
    }
  }

  /** Beside one other; alone while AutoSys lags behind the secret, since then the next refusal is near. */
  #passThrough<Done>(work: () => Promise<Done>): Promise<Done> {
    const settled = this.#proven?.versionId === this.#secret.current?.versionId;
    return settled ? this.#turnstile.beside(work) : this.#turnstile.alone(work);
  }

  #isReady(): boolean {
    const isVouchedFor = this.#nowMs() - this.#provenMs < vouchedMs;
    return (
      this.#proven !== undefined &&
      isVouchedFor &&
      this.#secret.isYoungerThan(this.#options.maxAgeMs)
    );
  }

  async #useProven<Answer>(make: () => Promise<Answer>) {
    const proven = this.#proven;
    this.#carried = proven;
    try {
      const answer = await make();
      if (this.#proven === proven) this.#provenMs = this.#nowMs();
      return { answer };
    } catch (error) {
      if (!isLoginRefusal(error) || proven === undefined) throw error;
      this.#secret.forget();
      await this.#noteRefusal(proven, error, { worked: true });
      return notMine;
    }
  }

  /** Finds a login that works, by this very call; the turnstile keeps all others out meanwhile. */
  async #prove<Answer>(make: () => Promise<Answer>) {
    if (this.#isReady()) return notMine;
    await this.#refusals.refresh();
    if (this.#refusals.includes(this.#proven)) this.#proven = undefined;
    const current = await this.#readIfDue();
    if (this.#isStillRight(current)) {
      this.#provenMs = this.#nowMs();
      return notMine;
    }
    const tried: string[] = [];
    for (;;) {
      const login = await this.#choose(current);
      if (login === undefined || tried.includes(login.versionId)) throw this.#holdBack();
      this.#carried = login;
      try {
        const answer = await make();
        await this.#noteSuccess(login, login.versionId === current.versionId);
        return { answer };
      } catch (error) {
        if (!isLoginRefusal(error)) throw error;
        tried.push(login.versionId);
        this.#secret.doubt();
        await this.#noteRefusal(login, error, { worked: login === this.#proven });
      }
    }
  }

  async #readIfDue(): Promise<SecretLogin> {
    const { maxAgeMs, tell } = this.#options;
    const { current } = this.#secret;
    // Once another sandbox has found the next version, nobody but us remembers this one as refused.
    const isRefused = this.#refusals.includes(current) || this.#secret.isDoubted;
    const believedMs = isRefused ? lookAgainMs : maxAgeMs;
    if (current && this.#secret.isYoungerThan(believedMs)) return current;
    try {
      return await this.#secret.read();
    } catch (error) {
      // What works is used on, however old it is; that a person took the secret away is another matter.
      if (!(error instanceof CredentialsError) || this.#proven === undefined) throw error;
      tell?.({ kind: 'goesOn', reason: error.message });
      return this.#secret.keep(current ?? this.#proven, maxAgeMs - rereadAfterMs);
    }
  }

  /** Whether what has worked is what the secret says, or as much as AutoSys has taken of it. */
  #isStillRight(current: SecretLogin): boolean {
    if (this.#proven === undefined) return false;
    if (this.#proven.versionId === current.versionId) return true;
    return this.#refusals.includes(current) && !this.#refusals.mayTryAgain;
  }

  /** The likeliest login that may be sent now. */
  async #choose(current: SecretLogin): Promise<SecretLogin | undefined> {
    const refusals = this.#refusals;
    if (!refusals.includes(current)) return current;
    if (this.#proven) return refusals.mayTryAgain ? current : this.#proven;
    if (refusals.count >= refusalsAtMost) return undefined;
    const previous = await this.#secret.readPrevious();
    if (previous && !refusals.includes(previous)) return previous;
    return refusals.mayTryAgain ? refusals.longestAgo(current, previous) : undefined;
  }

  async #noteSuccess(login: SecretLogin, isCurrent: boolean): Promise<void> {
    this.#proven = login;
    this.#provenMs = this.#nowMs();
    this.#heldTold = false;
    const kind = isCurrent ? 'currentInUse' : 'previousInUse';
    if (kind !== this.#told) this.#options.tell?.({ kind });
    this.#told = kind;
    await this.#refusals.accept(login, isCurrent);
  }

  async #noteRefusal(
    login: SecretLogin,
    error: AutosysUnauthorizedError,
    { worked }: { readonly worked: boolean },
  ): Promise<void> {
    this.#refusal = error;
    if (worked) this.#proven = undefined;
    await this.#refusals.add(login, worked);
  }

  #holdBack(): AutosysUnauthorizedError {
    const { until } = this.#refusals;
    if (!this.#heldTold) this.#options.tell?.({ kind: 'heldBack', until });
    this.#heldTold = true;
    const said = `secret ${this.#secret.name} was refused before; nothing is sent until it changes`;
    return (
      this.#refusal ?? new AutosysUnauthorizedError({ doing: 'signing in', httpStatus: 401, said })
    );
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

/** An AutoSys whose every call goes through the login. */
export function withLogin(login: Login, port: ListingPort): ListingPort {
  const readJobEvents = port.readJobEvents?.bind(port);
  return {
    sendEvent: (event, options) => login.call(() => port.sendEvent(event, options)),
    readJob: (job, options) => login.call(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => login.call(() => port.readGlobalVariable(name, options)),
    readGlobalVariables: (pattern, options) =>
      login.call(() => port.readGlobalVariables(pattern, options)),
    ...(readJobEvents && {
      readJobEvents: (job, options) => login.call(() => readJobEvents(job, options)),
    }),
  };
}

function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
