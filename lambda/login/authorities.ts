import { readSecretJson, readSecretText } from '../aws/secret-json.ts';
import type { ReadSecret } from '../aws/secret-login.ts';
import { BridgeError } from '../errors.ts';
import { SecretShapeError } from '../login-errors.ts';
import type { AuthoritySecret, InstanceConfig } from '../routing/routes.ts';
import { findPemFault } from './pem.ts';

export interface AuthoritiesOptions {
  readonly from: AuthoritySecret;
  readonly readSecret: ReadSecret;
  readonly now: () => Date;
  /**
   * How long certificates that were read are used without reading the secret again, in
   * milliseconds.
   */
  readonly maxAgeMs: number;
  /**
   * Called with the reason when the secret cannot be used and the last valid certificates are used
   * instead. @default - not called
   */
  readonly notify?: (reason: string) => void;
}

/** Minimum time between two reads that refused server certificates cause. */
const minRereadMs = 10_000;
/** Wait before the next read when the secret could not be read or held no valid certificates. */
const rereadAfterMs = 30_000;

interface Known {
  readonly pem: string;
  readonly readMs: number;
  /** When the secret is read again. */
  readonly dueMs: number;
}

/**
 * CA certificates from a secret whose value may change at any time.
 *
 * While the secret cannot be read or is invalid, the last valid certificates stay in use. Without
 * any valid certificates nothing is sent.
 */
export class SecretAuthorities {
  readonly #options: AuthoritiesOptions;
  #known: Known | undefined;
  #reading: Promise<string> | undefined;

  constructor(options: AuthoritiesOptions) {
    this.#options = options;
  }

  /**
   * @param after `refusal` when the certificate of a server was just refused
   * @returns PEM, one or more certificates
   * @throws {CredentialsError | LockoutError} when no valid certificates have been read yet
   */
  read(after?: 'refusal'): Promise<string> {
    const nowMs = this.#options.now().getTime();
    const known = this.#known;
    const isDue =
      known === undefined ||
      nowMs >= known.dueMs ||
      (after === 'refusal' && nowMs - known.readMs >= minRereadMs);
    if (!isDue) return Promise.resolve(known.pem);
    // Concurrent calls share one read.
    this.#reading ??= this.#reread(known).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #reread(known: Known | undefined): Promise<string> {
    const { from, readSecret, now, maxAgeMs, notify } = this.#options;
    const keep = (pem: string, forMs: number) => {
      const readMs = now().getTime();
      this.#known = { pem, readMs, dueMs: readMs + forMs };
      return pem;
    };
    try {
      const version = await readSecret(from.secret, 'AWSCURRENT');
      return keep(parseAuthoritySecret(from, version?.text ?? ''), maxAgeMs);
    } catch (error) {
      if (known === undefined || !(error instanceof BridgeError)) throw error;
      notify?.(error.message);
      return keep(known.pem, rereadAfterMs);
    }
  }
}

/**
 * CA certificates of an AutoSys instance: those fixed at synth, or a function that reads them from
 * their secret at run time.
 */
export function createReadAuthorities(
  { certificateAuthority, authoritySecret }: InstanceConfig,
  options: Omit<AuthoritiesOptions, 'from'>,
): string | ((after?: 'refusal') => Promise<string>) | undefined {
  if (authoritySecret === undefined) return certificateAuthority;
  const authorities = new SecretAuthorities({ ...options, from: authoritySecret });
  return function readAuthorities(after) {
    return authorities.read(after);
  };
}

/**
 * Validates the text of a secret that should hold certificates.
 * @throws {SecretShapeError} the message never quotes the text
 */
export function parseAuthoritySecret({ secret, key }: AuthoritySecret, text: string): string {
  const expected =
    key === undefined ? 'certificates in PEM' : `JSON with certificates in PEM under ${key}`;
  const read = key === undefined ? { text } : readKey(text, key);
  if ('found' in read) throw new SecretShapeError({ secret, expected, found: read.found });
  const fault = findPemFault(read.text);
  if (fault === undefined) return read.text;
  const found = fault.advice === undefined ? fault.found : `${fault.found}; ${fault.advice}`;
  throw new SecretShapeError({ secret, expected, found });
}

/** The key comes from the route file, so error messages may quote it. */
function readKey(text: string, key: string): ReturnType<typeof readSecretText> {
  const read = readSecretJson(text);
  return 'found' in read ? read : readSecretText(read.values, key);
}
