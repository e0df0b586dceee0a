import { readSecretJson, readSecretText } from '../aws/secret-json.ts';
import type { ReadSecret } from '../aws/secret-login.ts';
import { BridgeError, SecretShapeError } from '../errors.ts';
import type { AuthoritySecret, InstanceConfig } from '../routing/routes.ts';
import { findPemFault } from './pem.ts';

export interface AuthoritiesOptions {
  readonly from: AuthoritySecret;
  readonly readSecret: ReadSecret;
  readonly now: () => Date;
  /** How long what was read is believed. */
  readonly maxAgeMs: number;
  /** Told what is wrong while the certificates that were read last are used on. @default - nobody is told */
  readonly tell?: (reason: string) => void;
}

/** Not more often is the secret read, whoever distrusts which server. */
const restMs = 10_000;
/** After the secret could not be read, or held no certificates. */
const rereadAfterMs = 30_000;

interface Known {
  readonly pem: string;
  readonly readMs: number;
  /** From then on it is read again. */
  readonly dueMs: number;
}

/**
 * The certificates to trust, from a secret that may change at any time.
 *
 * Whatever becomes of the secret, the last certificates that were sound are used on: a server's certificate is checked
 * against something, or nothing is sent.
 */
export class SecretAuthorities {
  readonly #options: AuthoritiesOptions;
  #known: Known | undefined;
  #reading: Promise<string> | undefined;

  constructor(options: AuthoritiesOptions) {
    this.#options = options;
  }

  /**
   * @param after told where a server's certificate was just refused
   * @returns PEM, one certificate or several
   * @throws {CredentialsError | LockoutError} where none has been read yet
   */
  read(after?: 'refusal'): Promise<string> {
    const nowMs = this.#options.now().getTime();
    const known = this.#known;
    const isDue =
      known === undefined ||
      nowMs >= known.dueMs ||
      (after === 'refusal' && nowMs - known.readMs >= restMs);
    if (!isDue) return Promise.resolve(known.pem);
    // Many may ask at once.
    this.#reading ??= this.#readAnew(known).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAnew(known: Known | undefined): Promise<string> {
    const { from, readSecret, now, maxAgeMs, tell } = this.#options;
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
      tell?.(error.message);
      return keep(known.pem, rereadAfterMs);
    }
  }
}

/** The certificates of an AutoSys's CA: as they were at synth, or as their secret says from time to time. */
export function bindAuthorities(
  { certificateAuthority, authoritySecret }: InstanceConfig,
  options: Omit<AuthoritiesOptions, 'from'>,
): string | ((after?: 'refusal') => Promise<string>) | undefined {
  if (authoritySecret === undefined) return certificateAuthority;
  const authorities = new SecretAuthorities({ ...options, from: authoritySecret });
  return (after) => authorities.read(after);
}

/** Checks the text of a secret that should hold certificates. @throws {SecretShapeError} which never quotes it */
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

/** The key is the route file's own word, so it may be told. */
function readKey(text: string, key: string): ReturnType<typeof readSecretText> {
  const read = readSecretJson(text);
  return 'found' in read ? read : readSecretText(read.values, key);
}
