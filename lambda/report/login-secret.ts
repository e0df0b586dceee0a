import type { ReadCredentials, SecretLogin } from '../shared/credentials.ts';
import { CredentialsError, SecretShapeError } from '../shared/errors.ts';

/** The versions of one secret, the current one with the time at which it was read. */
export class LoginSecret {
  readonly name: string;
  readonly #readCredentials: ReadCredentials;
  readonly #now: () => Date;
  #current: { readonly login: SecretLogin; readonly readMs: number } | undefined;

  constructor(name: string, readCredentials: ReadCredentials, now: () => Date) {
    this.name = name;
    this.#readCredentials = readCredentials;
    this.#now = now;
  }

  /** What the secret says, as it was last read. */
  get current(): SecretLogin | undefined {
    return this.#current?.login;
  }

  isYoungerThan(ageMs: number): boolean {
    return this.#current !== undefined && this.#now().getTime() - this.#current.readMs < ageMs;
  }

  /** @throws {CredentialsError | LockoutError} */
  async read(): Promise<SecretLogin> {
    const login = await this.#readCredentials(this.name, 'AWSCURRENT');
    if (login === undefined) {
      throw new CredentialsError({ secret: this.name, reason: 'it has no version' });
    }
    return this.keep(login, 0);
  }

  /** Takes it that the secret says so, as if that had been read so long ago. */
  keep(login: SecretLogin, agoMs: number): SecretLogin {
    this.#current = { login, readMs: this.#now().getTime() - agoMs };
    return login;
  }

  /** The secret may say something else by now. */
  forget(): void {
    this.#current = undefined;
  }

  /** What the secret said before its last rotation, where that is another login. @throws {CredentialsError} */
  async readPrevious(): Promise<SecretLogin | undefined> {
    try {
      const previous = await this.#readCredentials(this.name, 'AWSPREVIOUS');
      return isSame(previous, this.current) ? undefined : previous;
    } catch (error) {
      // What was written wrongly once is no login.
      if (error instanceof SecretShapeError) return undefined;
      throw error;
    }
  }
}

function isSame(one: SecretLogin | undefined, other: SecretLogin | undefined): boolean {
  return one?.username === other?.username && one?.password === other?.password;
}
