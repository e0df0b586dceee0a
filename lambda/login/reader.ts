import type { SecretLogin } from '../aws/secret-login.ts';
import { CredentialsError } from '../login-errors.ts';
import type { LoginNotice } from './notice.ts';
import type { LoginSecret } from './secret.ts';

/**
 * Interval at which the secret is read again while no login is accepted: it may have a new version.
 */
const refusedRereadMs = 10_000;
/** Wait before the next read when Secrets Manager could not be called. */
const rereadAfterMs = 30_000;

/** Reads the current version of the secret, and decides when it is read again. */
export class LoginReader {
  readonly #secret: LoginSecret;
  readonly #maxAgeMs: number;
  readonly #hasWorked: (login: SecretLogin) => boolean;
  readonly #notify: ((notice: LoginNotice) => void) | undefined;
  #reading: Promise<SecretLogin> | undefined;

  constructor(
    secret: LoginSecret,
    options: {
      /**
       * How long a version that was read is used without reading the secret again, in milliseconds.
       */
      readonly maxAgeMs: number;
      /** Whether AutoSys has accepted this version, and has not refused it since. */
      readonly hasWorked: (login: SecretLogin) => boolean;
      readonly notify: ((notice: LoginNotice) => void) | undefined;
    },
  ) {
    this.#secret = secret;
    this.#maxAgeMs = options.maxAgeMs;
    this.#hasWorked = options.hasWorked;
    this.#notify = options.notify;
  }

  /** Returns the current version, read again if it is due. Concurrent calls share one read. */
  readIfDue(): Promise<SecretLogin> {
    const { current } = this.#secret;
    const maxAgeMs = this.#secret.isRefused ? refusedRereadMs : this.#maxAgeMs;
    if (current && this.#secret.isYoungerThan(maxAgeMs)) return Promise.resolve(current);
    return this.#read();
  }

  #read(): Promise<SecretLogin> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<SecretLogin> {
    const known = this.#secret.lastKnown;
    try {
      return await this.#secret.read();
    } catch (error) {
      // A login that works stays in use, however old it is. If a person removed the secret
      // (LockoutError), it does not.
      if (!(error instanceof CredentialsError) || known === undefined) throw error;
      if (!this.#hasWorked(known) || this.#secret.isRefused) throw error;
      this.#notify?.({ kind: 'cachedInUse', reason: error.message });
      return this.#secret.keep(known, this.#maxAgeMs - rereadAfterMs);
    }
  }

  /**
   * Whether the secret now has another version than the refused one.
   *
   * @param atOnce whether to read the secret now, even if it was just read
   */
  async hasNewVersion(
    refused: SecretLogin,
    { atOnce = false }: { readonly atOnce?: boolean } = {},
  ): Promise<boolean> {
    if (atOnce) this.doubt(refused);
    else this.#secret.markRefused();
    const { versionId } = await this.readIfDue();
    return versionId !== refused.versionId;
  }

  /**
   * Marks the version as refused, so that the secret is read again, unless another request has done
   * so.
   */
  doubt({ versionId }: SecretLogin): void {
    if (this.#secret.lastKnown?.versionId !== versionId) return;
    this.#secret.markRefused();
    this.#secret.invalidate();
  }
}
