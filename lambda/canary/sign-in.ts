import type { RefusedLogins } from '../report/refused-logins.ts';
import type { Credentials, ReadCredentials, SecretLogin } from '../shared/credentials.ts';
import { BridgeError, LedgerError, LockoutError } from '../shared/errors.ts';
import { type Finding, found } from './finding.ts';

/** One login for a whole examination: never a second one after a refusal. */
export interface SignIn {
  /** Makes the login ready, and says what was found; it is not sent yet. */
  prepare(): Promise<{ readonly findings: readonly Finding[]; readonly ready: boolean }>;
  credentials(): Promise<Credentials>;
  /** AutoSys has taken it. */
  taken(): Promise<readonly Finding[]>;
  /** AutoSys has refused it. */
  refused(): Promise<readonly Finding[]>;
}

export interface SecretSignInOptions {
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  /** What the bridge knows of refused logins. @default - nothing is known, nobody is told */
  readonly refusedLogins?: RefusedLogins;
  readonly now: () => Date;
}

const dayMs = 86_400_000;

/**
 * The login of a secret, for one request too many would lock the account.
 *
 * What the bridge's functions were refused is not sent before its time; then what the secret said before is taken in its
 * place, as they do. A refusal is told to them.
 */
export class SecretSignIn implements SignIn {
  readonly #options: SecretSignInOptions;
  #login: SecretLogin | undefined;
  #isPrevious = false;

  constructor(options: SecretSignInOptions) {
    this.#options = options;
  }

  async prepare() {
    const { secret, readCredentials, now } = this.#options;
    const findings: Finding[] = [];
    try {
      const current = await readCredentials(secret, 'AWSCURRENT');
      if (current === undefined) {
        return {
          findings: [found('secretUnreadable', `secret ${secret} has no version`)],
          ready: false,
        };
      }
      findings.push(toSecretFinding(secret, current, now()));
      const choice = await this.#choose(current);
      this.#login = choice.login;
      return { findings: [...findings, ...choice.findings], ready: choice.login !== undefined };
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      const verdict = error instanceof LockoutError ? 'secretUnreadable' : 'secretNotNow';
      return { findings: [...findings, found(verdict, error.message)], ready: false };
    }
  }

  async credentials(): Promise<Credentials> {
    if (this.#login === undefined) throw new Error('the login is asked for before it was prepared');
    return this.#login;
  }

  async taken(): Promise<readonly Finding[]> {
    const id = this.#login?.versionId ?? '';
    const note = await this.#note((refused) => refused.accept(id, !this.#isPrevious));
    const { secret } = this.#options;
    return this.#isPrevious
      ? [
          found('previousInUse', `AutoSys takes the version before the current one of ${secret}`),
          ...note,
        ]
      : [found('signedIn', `signed in as ${this.#login?.username}`), ...note];
  }

  async refused(): Promise<readonly Finding[]> {
    const id = this.#login?.versionId ?? '';
    return this.#note((refused) => refused.refuse(id, false));
  }

  async #choose(current: SecretLogin): Promise<{ login?: SecretLogin; findings: Finding[] }> {
    const { secret, refusedLogins, readCredentials, now } = this.#options;
    if (refusedLogins === undefined) return { login: current, findings: [] };
    const memory = await this.#remember(refusedLogins);
    if ('silent' in memory) return { login: current, findings: [memory.silent] };
    const isHeld = (login: SecretLogin) =>
      memory.versionIds.includes(login.versionId) && now().getTime() < memory.untilMs;
    if (!isHeld(current)) return { login: current, findings: [] };
    const previous = await readCredentials(secret, 'AWSPREVIOUS');
    if (previous && !isHeld(previous)) {
      this.#isPrevious = true;
      return { login: previous, findings: [] };
    }
    const until = new Date(memory.untilMs).toISOString();
    return {
      findings: [
        found('heldBack', `AutoSys refused the login of ${secret}; none is sent before ${until}`),
      ],
    };
  }

  async #remember(refusedLogins: RefusedLogins) {
    try {
      return await refusedLogins.read();
    } catch (error) {
      return { silent: toSilence(error) };
    }
  }

  async #note(deed: (refused: RefusedLogins) => Promise<unknown>): Promise<readonly Finding[]> {
    const { refusedLogins } = this.#options;
    try {
      if (refusedLogins) await deed(refusedLogins);
      return [];
    } catch (error) {
      return [toSilence(error)];
    }
  }
}

/** A login that somebody typed, or put into the environment. */
export function createGivenSignIn(credentials: Credentials): SignIn {
  return {
    prepare: async () => ({ findings: [], ready: true }),
    credentials: async () => credentials,
    taken: async () => [found('signedIn', `signed in as ${credentials.username}`)],
    refused: async () => [],
  };
}

function toSilence(error: unknown): Finding {
  if (error instanceof LedgerError) return found('memorySilent', error.message);
  throw error;
}

function toSecretFinding(secret: string, { createdAt }: SecretLogin, now: Date): Finding {
  if (createdAt === undefined) return found('secretRead', `secret ${secret} was read`);
  const secretAgeDays = Math.max(0, Math.floor((now.getTime() - createdAt.getTime()) / dayMs));
  const age = secretAgeDays === 1 ? '1 day' : `${secretAgeDays} days`;
  return found('secretRead', `secret ${secret} was read, it is ${age} old`, { secretAgeDays });
}
