import type { ReadCredentials, SecretLogin, SecretStage } from '../aws/secret-login.ts';
import { CredentialsError, SecretShapeError } from '../login-errors.ts';

/** Cache of the current and the previous version of one secret. */
export class LoginSecret {
  readonly name: string;
  readonly #readCredentials: ReadCredentials;
  readonly #now: () => Date;
  #current: { readonly login: SecretLogin; readonly readMs: number } | undefined;
  #isRefused = false;
  #lastKnown: SecretLogin | undefined;
  #previous:
    | { readonly login: SecretLogin | undefined; readonly of: string; readonly readMs: number }
    | undefined;
  readonly #failures = new Map<
    SecretStage,
    { readonly error: unknown; readonly untilMs: number }
  >();

  constructor(name: string, readCredentials: ReadCredentials, now: () => Date) {
    this.name = name;
    this.#readCredentials = readCredentials;
    this.#now = now;
  }

  /** The current version as last read; `undefined` if it must be read again. */
  get current(): SecretLogin | undefined {
    return this.#current?.login;
  }

  /** The current version as last read, even if it must be read again. */
  get lastKnown(): SecretLogin | undefined {
    return this.#lastKnown;
  }

  isYoungerThan(ageMs: number): boolean {
    return this.#current !== undefined && this.#now().getTime() - this.#current.readMs < ageMs;
  }

  /** @throws {CredentialsError | LockoutError} */
  async read(): Promise<SecretLogin> {
    const login = await this.#readStage('AWSCURRENT');
    if (login === undefined) {
      throw new CredentialsError({ secret: this.name, reason: 'it has no version' });
    }
    return this.keep(login, 0);
  }

  /**
   * Caches a version as the current one.
   *
   * @param ageMs age of the version in the cache, in milliseconds; 0 if it was read now
   */
  keep(login: SecretLogin, ageMs: number): SecretLogin {
    // A new version has not been refused.
    if (login.versionId !== this.#lastKnown?.versionId) this.#isRefused = false;
    this.#current = { login, readMs: this.#now().getTime() - ageMs };
    this.#lastKnown = login;
    return login;
  }

  /** Marks the current version as refused. */
  markRefused(): void {
    this.#isRefused = true;
  }

  /** Marks the current version as working. */
  markWorking(): void {
    this.#isRefused = false;
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Removes the current version from the cache, so that it is read again. */
  invalidate(): void {
    this.#current = undefined;
  }

  /** When the current version was read, in milliseconds; 0 if it was not. */
  get readMs(): number {
    return this.#current?.readMs ?? 0;
  }

  /**
   * The previous version, if its login differs from the current one.
   *
   * @param maxAgeMs how long a cached one is used while the current version stays the same
   * @throws {CredentialsError}
   */
  async readPrevious(maxAgeMs = 0): Promise<SecretLogin | undefined> {
    const nowMs = this.#now().getTime();
    const of = this.#lastKnown?.versionId ?? '';
    const known = this.#previous;
    if (known?.of === of && Math.abs(nowMs - known.readMs) < maxAgeMs) return known.login;
    const login = await readOtherLogin(() => this.#readStage('AWSPREVIOUS'), this.#lastKnown);
    this.#previous = { login, of, readMs: nowMs };
    return login;
  }

  /**
   * Reads a version. After a failure that took 5 s, the same error is thrown for another 5 s.
   *
   * Many calls may wait for this read. If Secrets Manager hangs, the sandbox waits once, not once
   * per call.
   */
  async #readStage(stage: SecretStage): Promise<SecretLogin | undefined> {
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

/**
 * The previous version of a secret, if it is a valid login that differs from the current one.
 *
 * @throws {CredentialsError}
 */
export async function readOtherLogin(
  readPrevious: () => Promise<SecretLogin | undefined>,
  current: SecretLogin | undefined,
): Promise<SecretLogin | undefined> {
  try {
    const previous = await readPrevious();
    return isSame(previous, current) ? undefined : previous;
  } catch (error) {
    if (error instanceof SecretShapeError) return undefined;
    throw error;
  }
}

function isSame(one: SecretLogin | undefined, other: SecretLogin | undefined): boolean {
  return one?.username === other?.username && one?.password === other?.password;
}
