import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { Credentials, ReadCredentials } from '../shared/credentials.ts';
import type { Autosys } from './bring-about.ts';

export interface LoginOptions {
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  readonly now: () => Date;
  /** How long a secret is believed, and how long a refused login is not tried again. */
  readonly maxAgeMs: number;
}

/**
 * The login at one AutoSys: cached for minutes, read anew when AutoSys refuses it, then held back.
 *
 * Repeated refusals lock an account, so as long as no call has succeeded with these very credentials, calls go one by one,
 * and after a refusal that a fresh secret did not mend none goes out until the secret is due to be read again.
 */
export class Login {
  readonly #options: LoginOptions;
  #known: { readonly credentials: Promise<Credentials>; readonly readAt: number } | undefined;
  #refusal: { readonly error: AutosysUnauthorizedError; readonly at: number } | undefined;
  /** With these a call has succeeded. */
  #proven: Credentials | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** The credentials of the next request. @throws {CredentialsError | SecretShapeError} */
  credentials(): Promise<Credentials> {
    const now = this.#options.now().getTime();
    if (this.#known && now - this.#known.readAt < this.#options.maxAgeMs) {
      return this.#known.credentials;
    }
    return this.#renew();
  }

  /** Makes a call that needs the login, and once more with a fresh secret where that one differs. */
  async call<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    const login = await this.credentials();
    if (!isSame(login, this.#proven)) return this.#inTurn(() => this.#attempt(make));
    try {
      return await make();
    } catch (error) {
      if (!isLoginRefusal(error)) throw error;
      // Many may be under way when the password changes: each is refused once, then they queue up behind the fresh one.
      if (isSame(login, this.#proven)) this.#proven = undefined;
      return this.#inTurn(() => this.#attemptAfresh(make, login, error));
    }
  }

  async #attempt<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    this.#refuseWhileHeld();
    const login = await this.credentials();
    try {
      return await this.#prove(make, login);
    } catch (error) {
      if (!isLoginRefusal(error)) throw error;
      return this.#attemptAfresh(make, login, error);
    }
  }

  /** Another call may have read the secret anew since; else it is read now. */
  async #attemptAfresh<Answer>(
    make: () => Promise<Answer>,
    refused: Credentials,
    refusal: AutosysUnauthorizedError,
  ): Promise<Answer> {
    this.#refuseWhileHeld();
    const known = await this.credentials();
    const fresh = isSame(known, refused) ? await this.#renew() : known;
    if (isSame(fresh, refused)) throw this.#hold(refusal);
    try {
      return await this.#prove(make, fresh);
    } catch (error) {
      throw isLoginRefusal(error) ? this.#hold(error) : error;
    }
  }

  async #prove<Answer>(make: () => Promise<Answer>, login: Credentials): Promise<Answer> {
    const answer = await make();
    this.#proven = login;
    return answer;
  }

  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #hold(error: AutosysUnauthorizedError): AutosysUnauthorizedError {
    this.#refusal = { error, at: this.#options.now().getTime() };
    return error;
  }

  #refuseWhileHeld(): void {
    const now = this.#options.now().getTime();
    if (this.#refusal && now - this.#refusal.at < this.#options.maxAgeMs) throw this.#refusal.error;
    this.#refusal = undefined;
  }

  #renew(): Promise<Credentials> {
    const { secret, readCredentials, now } = this.#options;
    const credentials = readCredentials(secret);
    this.#known = { credentials, readAt: now().getTime() };
    // A failed reading is not kept: the next call asks again.
    credentials.catch(() => {
      if (this.#known?.credentials === credentials) this.#known = undefined;
    });
    return credentials;
  }
}

function isSame(one: Credentials, other: Credentials | undefined): boolean {
  return one.username === other?.username && one.password === other.password;
}

/** An AutoSys whose every call goes through the login, and once more with a fresh secret where that one differs. */
export function withLogin(login: Login, port: Autosys['port']): Autosys['port'] {
  return {
    sendEvent: (event, options) => login.call(() => port.sendEvent(event, options)),
    readJob: (job, options) => login.call(() => port.readJob(job, options)),
    readGlobalVariable: (name, options) => login.call(() => port.readGlobalVariable(name, options)),
  };
}

function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
