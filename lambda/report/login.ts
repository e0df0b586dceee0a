import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { Credentials, ReadCredentials, SecretLogin } from '../shared/credentials.ts';
import { CredentialsError, LedgerError, SecretShapeError } from '../shared/errors.ts';
import type { Autosys } from './bring-about.ts';
import { afterRefusal, noneRefused, type Refused, type RefusedLogins } from './refused-logins.ts';
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
  readonly #turnstile = new Turnstile(refusalsAtMost);
  /** What the secret says, as it was last read. */
  #current: { readonly login: SecretLogin; readonly readMs: number } | undefined;
  /** What the request that is being made carries. */
  #carried: SecretLogin | undefined;
  /** What has worked last, and when. */
  #proven: SecretLogin | undefined;
  #provenMs = 0;
  /** Since the last success. */
  #refusals = 0;
  #refusal: AutosysUnauthorizedError | undefined;
  #refused: Refused = noneRefused;
  #previousTold = false;
  #heldTold = false;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** The credentials of the request that is being made. @throws {CredentialsError | LockoutError} */
  async credentials(): Promise<Credentials> {
    return this.#carried ?? (await this.#readCurrent());
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
    const settled = this.#proven?.versionId === this.#current?.login.versionId;
    return settled ? this.#turnstile.beside(work) : this.#turnstile.alone(work);
  }

  #isReady(): boolean {
    const { maxAgeMs } = this.#options;
    if (this.#proven === undefined || this.#current === undefined) return false;
    return (
      this.#nowMs() - this.#current.readMs < maxAgeMs && this.#nowMs() - this.#provenMs < vouchedMs
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
      this.#current = undefined; // the secret may say better
      await this.#noteRefusal(proven, error, { worked: true });
      return notMine;
    }
  }

  /** Finds a login that works, by this very call; the turnstile keeps all others out meanwhile. */
  async #prove<Answer>(make: () => Promise<Answer>) {
    if (this.#isReady()) return notMine;
    const current = await this.#refresh();
    if (this.#isVouchedFor(current)) {
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
        await this.#noteRefusal(login, error, { worked: login === this.#proven });
      }
    }
  }

  /** Reads what is due: the secret, and what has been refused elsewhere. */
  async #refresh(): Promise<SecretLogin> {
    this.#refused = await this.#orKnown(() => this.#options.refusedLogins.read());
    if (this.#nowMs() >= this.#refused.untilMs) this.#refusals = 0;
    if (this.#isRefused(this.#proven)) this.#proven = undefined;
    const known = this.#current;
    const believedMs = this.#isRefused(known?.login) ? lookAgainMs : this.#options.maxAgeMs;
    if (known && this.#nowMs() - known.readMs < believedMs) return known.login;
    try {
      return await this.#readCurrent();
    } catch (error) {
      // What works is used on, however old it is; that a person took the secret away is another matter.
      if (!(error instanceof CredentialsError) || this.#proven === undefined) throw error;
      this.#options.tell?.({ kind: 'goesOn', reason: error.message });
      const readMs = this.#nowMs() - this.#options.maxAgeMs + rereadAfterMs;
      this.#current = { login: known?.login ?? this.#proven, readMs };
      return this.#current.login;
    }
  }

  /** What works is what the secret says, or as much as AutoSys has taken of it. */
  #isVouchedFor(current: SecretLogin): boolean {
    if (this.#proven === undefined) return false;
    if (this.#proven.versionId === current.versionId) return true;
    return this.#isRefused(current) && !this.#mayTryAgain();
  }

  /** The likeliest login that may be sent now. */
  async #choose(current: SecretLogin): Promise<SecretLogin | undefined> {
    if (!this.#isRefused(current)) return current;
    if (this.#proven) return this.#mayTryAgain() ? current : this.#proven;
    if (this.#refusals >= refusalsAtMost) return undefined;
    const previous = await this.#readPrevious();
    if (previous && !this.#isRefused(previous)) return previous;
    if (!this.#mayTryAgain()) return undefined;
    const [longestRefused] = this.#refused.versionIds;
    return previous?.versionId === longestRefused ? previous : current;
  }

  #isRefused(login: SecretLogin | undefined): boolean {
    return login !== undefined && this.#refused.versionIds.includes(login.versionId);
  }

  /** Once in a long while a refused login is sent again: AutoSys may have been set right. */
  #mayTryAgain(): boolean {
    return this.#refusals === 0 && this.#nowMs() >= this.#refused.untilMs;
  }

  async #noteSuccess(login: SecretLogin, isCurrent: boolean): Promise<void> {
    this.#proven = login;
    this.#provenMs = this.#nowMs();
    this.#refusals = 0;
    this.#heldTold = false;
    if (isCurrent === this.#previousTold) {
      this.#previousTold = !isCurrent;
      this.#options.tell?.({ kind: isCurrent ? 'currentInUse' : 'previousInUse' });
    }
    if (this.#refused.versionIds.length === 0) return;
    const { refusedLogins } = this.#options;
    this.#refused = await this.#orKnown(() => refusedLogins.accept(login.versionId, isCurrent));
  }

  async #noteRefusal(
    { versionId }: SecretLogin,
    error: AutosysUnauthorizedError,
    { worked }: { readonly worked: boolean },
  ): Promise<void> {
    const { refusedLogins, maxAgeMs } = this.#options;
    this.#refusals += 1;
    this.#refusal = error;
    if (worked) this.#proven = undefined;
    const policy = { firstWaitMs: maxAgeMs, maxWaitMs: maxAgeMs };
    const refusal = { versionId, worked, nowMs: this.#nowMs(), policy };
    this.#refused = await this.#orKnown(
      () => refusedLogins.refuse(versionId, worked),
      afterRefusal(this.#refused, refusal),
    );
  }

  #holdBack(): AutosysUnauthorizedError {
    const until = new Date(this.#refused.untilMs);
    if (!this.#heldTold) this.#options.tell?.({ kind: 'heldBack', until });
    this.#heldTold = true;
    const said = `secret ${this.#options.secret} was refused before; nothing is sent until it changes`;
    return (
      this.#refusal ?? new AutosysUnauthorizedError({ doing: 'signing in', httpStatus: 401, said })
    );
  }

  async #readCurrent(): Promise<SecretLogin> {
    const { secret, readCredentials } = this.#options;
    const login = await readCredentials(secret, 'AWSCURRENT');
    if (login === undefined) throw new CredentialsError({ secret, reason: 'it has no version' });
    this.#current = { login, readMs: this.#nowMs() };
    return login;
  }

  async #readPrevious(): Promise<SecretLogin | undefined> {
    try {
      return await this.#options.readCredentials(this.#options.secret, 'AWSPREVIOUS');
    } catch (error) {
      // What was written wrongly once is no login.
      if (error instanceof SecretShapeError) return undefined;
      throw error;
    }
  }

  /** The ledger must not undo what AutoSys has taken: what it cannot tell or keep, this sandbox knows by itself. */
  async #orKnown(ask: () => Promise<Refused>, known = this.#refused): Promise<Refused> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.tell?.({ kind: 'goesOn', reason: error.message });
      return known;
    }
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}

/** An AutoSys whose every call goes through the login. */
export function withLogin(login: Login, port: Autosys['port']): Autosys['port'] {
  const readJobEvents = port.readJobEvents?.bind(port);
  return {
    sendEvent: (event, options) => login.call(() => port.sendEvent(event, options)),
    readJob: (job, options) => login.call(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => login.call(() => port.readGlobalVariable(name, options)),
    ...(readJobEvents && {
      readJobEvents: (job, options) => login.call(() => readJobEvents(job, options)),
    }),
  };
}

function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
