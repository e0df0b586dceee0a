import { AutosysUnauthorizedError } from '../../autosys/errors.ts';
import type { Credentials, ReadCredentials } from '../shared/credentials.ts';

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
 * Repeated refusals lock an account, so as long as no call has succeeded with these credentials, calls go one by one,
 * and after a refusal that a fresh secret did not mend none goes out until the secret is due to be read again.
 */
export class Login {
  readonly #options: LoginOptions;
  #known: { readonly credentials: Promise<Credentials>; readonly readAt: number } | undefined;
  #refusal: { readonly error: AutosysUnauthorizedError; readonly at: number } | undefined;
  #proven = false;
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
  call<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    if (this.#proven) return this.#attempt(make);
    const turn = this.#last.then(() => this.#attempt(make));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #attempt<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    this.#refuseWhileHeld();
    try {
      return await this.#prove(make);
    } catch (error) {
      if (!isLoginRefusal(error)) throw error;
      const refused = await this.credentials();
      const fresh = await this.#renew();
      if (fresh.username !== refused.username || fresh.password !== refused.password) {
        return await this.#prove(make);
      }
      throw error;
    }
  }

  async #prove<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await make();
      this.#proven = true;
      this.#refusal = undefined;
      return answer;
    } catch (error) {
      if (isLoginRefusal(error)) {
        this.#proven = false;
        this.#refusal = { error, at: this.#options.now().getTime() };
      }
      throw error;
    }
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
      this.#known = undefined;
    });
    return credentials;
  }
}

function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
