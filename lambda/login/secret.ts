import type { ReadCredentials, SecretLogin, SecretStage } from '../aws/secret-login.ts';
import { CredentialsError, SecretShapeError } from '../errors.ts';

/** The versions of one secret, the current one with the time at which it was read. */
export class LoginSecret {
  readonly name: string;
  readonly #readCredentials: ReadCredentials;
  readonly #now: () => Date;
  #current: { readonly login: SecretLogin; readonly readMs: number } | undefined;
  #isDoubted = false;
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

  /** What the secret says, as it was last read. */
  get current(): SecretLogin | undefined {
    return this.#current?.login;
  }

  /** What the secret said when it was last read, also where it is to be read anew. */
  get lastKnown(): SecretLogin | undefined {
    return this.#lastKnown;
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
    // A new version has not been refused.
    if (login.versionId !== this.#lastKnown?.versionId) this.#isDoubted = false;
    this.#current = { login, readMs: this.#now().getTime() - agoMs };
    this.#lastKnown = login;
    return login;
  }

  /** The current version was refused. */
  doubt(): void {
    this.#isDoubted = true;
  }

  /** The current version works. */
  trust(): void {
    this.#isDoubted = false;
  }

  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** The secret may say something else by now. */
  forget(): void {
    this.#current = undefined;
  }

  /** When the current version was read; 0 where it was not. */
  get readMs(): number {
    return this.#current?.readMs ?? 0;
  }

  /**
   * The previous version, where it is another login than the current one.
   *
   * @param believedMs how long it is used without reading it again, as long as the current version is the same
   * @throws {CredentialsError}
   */
  async readPrevious(believedMs = 0): Promise<SecretLogin | undefined> {
    const nowMs = this.#now().getTime();
    const of = this.#lastKnown?.versionId ?? '';
    const known = this.#previous;
    if (known?.of === of && Math.abs(nowMs - known.readMs) < believedMs) return known.login;
    const login = await readOtherLogin(() => this.#ask('AWSPREVIOUS'), this.#lastKnown);
    this.#previous = { login, of, readMs: nowMs };
    return login;
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

/**
 * The previous version of a secret, where it is a login and another one than the current version.
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
