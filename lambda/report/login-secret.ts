import type { ReadCredentials, SecretLogin, SecretStage } from '../shared/credentials.ts';
import { CredentialsError, SecretShapeError } from '../shared/errors.ts';

/** The versions of one secret, the current one with the time at which it was read. */
export class LoginSecret {
  readonly name: string;
  readonly #readCredentials: ReadCredentials;
  readonly #now: () => Date;
  #current: { readonly login: SecretLogin; readonly readMs: number } | undefined;
  #isDoubted = false;
  readonly #failures = new Map<
    SecretStage,
    { readonly error: unknown; readonly untilMs: number }
  >();

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
    const login = await this.#ask('AWSCURRENT');
    if (login === undefined) {
      throw new CredentialsError({ secret: this.name, reason: 'it has no version' });
    }
    return this.keep(login, 0);
  }

  /** Takes it that the secret says so, as if that had been read so long ago. */
  keep(login: SecretLogin, agoMs: number): SecretLogin {
    this.#current = { login, readMs: this.#now().getTime() - agoMs };
    this.#isDoubted = false;
    return login;
  }

  /** What it said was refused since it was read. */
  doubt(): void {
    this.#isDoubted = true;
  }

  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** The secret may say something else by now. */
  forget(): void {
    this.#current = undefined;
  }

  /** What the secret said before its last rotation, where that is another login. @throws {CredentialsError} */
  async readPrevious(): Promise<SecretLogin | undefined> {
    try {
      const previous = await this.#ask('AWSPREVIOUS');
      return isSame(previous, this.current) ? undefined : previous;
    } catch (error) {
      // What was written wrongly once is no login.
      if (error instanceof SecretShapeError) return undefined;
      throw error;
    }
  }

  /**
   * A failure is believed for as long as it took to come: many calls wait behind this one, and a Secrets Manager that hangs
   * must cost their sandbox one wait, not one for each.
   */
  async #ask(stage: SecretStage): Promise<SecretLogin | undefined> {
    const begunMs = this.#now().getTime();
    const failure = this.#failures.get(stage);
    if (failure && begunMs < failure.untilMs) throw failure.error;
    try {
      return await this.#readCredentials(this.name, stage);
    } catch (error) {
      const nowMs = this.#now().getTime();
      this.#failures.set(stage, { error, untilMs: nowMs + (nowMs - begunMs) });
      throw error;
    }
  }
}

function isSame(one: SecretLogin | undefined, other: SecretLogin | undefined): boolean {
  return one?.username === other?.username && one?.password === other?.password;
}
