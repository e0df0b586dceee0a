import type { SecretLogin } from '../aws/secret-login.ts';
import { CredentialsError } from '../errors.ts';
import type { LoginNews } from './news.ts';
import type { LoginSecret } from './secret.ts';

/** While no login is accepted, the secret is read again so often: it may have a new version. */
const lookAgainMs = 10_000;
/** After Secrets Manager could not be asked. */
const rereadAfterMs = 30_000;
/** When the secret is read again: the current version, and whether it may have changed. */
export class LoginReader {
  readonly #secret: LoginSecret;
  readonly #maxAgeMs: number;
  readonly #hasWorked: (login: SecretLogin) => boolean;
  readonly #tell: ((news: LoginNews) => void) | undefined;
  #reading: Promise<SecretLogin> | undefined;

  constructor(
    secret: LoginSecret,
    options: {
      /** How long a version that was read is used without reading the secret again. */
      readonly maxAgeMs: number;
      /** Whether AutoSys has accepted this version, and has not refused it since. */
      readonly hasWorked: (login: SecretLogin) => boolean;
      readonly tell: ((news: LoginNews) => void) | undefined;
    },
  ) {
    this.#secret = secret;
    this.#maxAgeMs = options.maxAgeMs;
    this.#hasWorked = options.hasWorked;
    this.#tell = options.tell;
  }

  /** The current version; read by one request for all that want it. */
  readIfDue(): Promise<SecretLogin> {
    const { current } = this.#secret;
    const believedMs = this.#secret.isDoubted ? lookAgainMs : this.#maxAgeMs;
    if (current && this.#secret.isYoungerThan(believedMs)) return Promise.resolve(current);
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
      // A login that works is used on, however old it is; that a person took the secret away is another matter.
      if (!(error instanceof CredentialsError) || known === undefined) throw error;
      if (!this.#hasWorked(known) || this.#secret.isDoubted) throw error;
      this.#tell?.({ kind: 'goesOn', reason: error.message });
      return this.#secret.keep(known, this.#maxAgeMs - rereadAfterMs);
    }
  }

  /** Whether the secret has another version than the one that was refused. */
  async hasNewVersion(
    refused: SecretLogin,
    { atOnce = false }: { readonly atOnce?: boolean } = {},
  ): Promise<boolean> {
    if (atOnce) this.doubt(refused);
    else this.#secret.doubt();
    const { versionId } = await this.readIfDue();
    return versionId !== refused.versionId;
  }

  /** The secret is read again, unless another request has done so since. */
  doubt({ versionId }: SecretLogin): void {
    if (this.#secret.lastKnown?.versionId !== versionId) return;
    this.#secret.doubt();
    this.#secret.forget();
  }
}
