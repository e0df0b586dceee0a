import type { ReadCredentials, SecretCredentials, SecretLogin } from '../aws/secret-login.ts';
import { toReadFacts, toSendFacts } from '../delivery/with-login.ts';
import { BridgeError, LedgerError, LockoutError, LoginHeldError } from '../errors.ts';
import type { DeniedFacts } from '../login/denial.ts';
import { isLoginRefusal, isReplyLost } from '../login/failure.ts';
import { readOtherLogin } from '../login/secret.ts';
import { selectLogin } from '../login/selection.ts';
import type { LoginSlots, SlotPass } from '../login/slots.ts';
import type { LoginSlotsRegistry } from '../login/slots-registry.ts';
import { type Finding, found } from './finding.ts';
import type { CanaryClient } from './speech.ts';

/** One login for a whole examination: never a second one after a refusal. */
export interface SignIn {
  /** Makes the login ready, and says what was found; it is not sent yet. */
  prepare(signal?: AbortSignal): Promise<{
    readonly findings: readonly Finding[];
    readonly ready: boolean;
  }>;
  credentials(): Promise<SecretCredentials>;
  /** A speaker whose refused logins are recorded. */
  watch(speaker: CanaryClient): CanaryClient;
  /** AutoSys has accepted the login. */
  taken(): Promise<readonly Finding[]>;
  /** The examination is over: others may use the slot. */
  end(): Promise<void>;
}

export interface SecretSignInOptions {
  /** Name of the AutoSys instance. */
  readonly instance: string;
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  /** Where refused logins are counted: the ledger, or, without access to it, this process. */
  readonly slots: LoginSlotsRegistry;
  readonly requestsUnderWay: number;
  readonly now: () => Date;
  /** Whether refused logins are counted within this process only. @default false */
  readonly alone?: boolean;
}

const dayMs = 86_400_000;

/** The choice of a login, and what was found about it. */
interface Chosen {
  readonly login?: SecretLogin;
  readonly findings: readonly Finding[];
}

/**
 * The login of a secret for one examination, within the limits that hold for all functions.
 *
 * Holds one slot of the secret from {@link prepare} to {@link end}: one request under way. A version that is not known to
 * be good is the trial of all functions. A refusal is recorded before anything else is sent.
 */
export class SecretSignIn implements SignIn {
  readonly #options: SecretSignInOptions;
  readonly #by: string;
  #login: SecretLogin | undefined;
  #isPrevious = false;
  #slots: LoginSlots | undefined;
  #isTrial = false;
  /** Whether AutoSys may have refused a request whose reply was lost. */
  #isUnclear = false;
  #begunMs = 0;
  #leave: () => void = () => {};
  #left: Promise<unknown> = Promise.resolve();

  constructor(options: SecretSignInOptions) {
    this.#options = options;
    this.#by = options.slots.newName();
  }

  async prepare(signal?: AbortSignal) {
    const { secret, readCredentials, alone = false, now } = this.#options;
    const findings: Finding[] = [];
    try {
      const readMs = now().getTime();
      const current = await readCredentials(secret, 'AWSCURRENT');
      if (current === undefined) {
        const says = `secret ${secret} has no version`;
        return { findings: [found('secretUnreadable', says)], ready: false };
      }
      findings.push(toSecretFinding(secret, current, { now: now(), alone }));
      const chosen = await this.#choose(current, readMs, signal);
      this.#login = chosen.login;
      return { findings: [...findings, ...chosen.findings], ready: chosen.login !== undefined };
    } catch (error) {
      return { findings: [...findings, toFailed(error)], ready: false };
    }
  }

  async credentials(): Promise<SecretCredentials> {
    if (this.#login === undefined) throw new Error('the login is asked for before it was prepared');
    if (this.#slots?.isHeld()) return this.#login;
    throw new LoginHeldError('its lease on a request under way was over');
  }

  watch(speaker: CanaryClient): CanaryClient {
    return {
      sendEvent: (event, options) =>
        this.#orRefused(toSendFacts(event), () => speaker.sendEvent(event, options)),
      readJob: (job, options) =>
        this.#orRefused(toReadFacts(`job ${job}`), () => speaker.readJob(job, options)),
      readGlobalVariable: (name, options) =>
        this.#orRefused(toReadFacts(`global variable ${name}`), () =>
          speaker.readGlobalVariable(name, options),
        ),
      get clockDifference() {
        return speaker.clockDifference;
      },
    };
  }

  async taken(): Promise<readonly Finding[]> {
    const { secret, instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    const by = this.#isTrial ? { by: this.#by } : {};
    await this.#slots?.accept({ instance, versionId, begunMs: this.#begunMs, ...by });
    this.#isTrial = false;
    return this.#isPrevious
      ? [found('previousInUse', `AutoSys takes the version before the current one of ${secret}`)]
      : [found('signedIn', `signed in as ${this.#login?.username}`)];
  }

  async end(): Promise<void> {
    if (this.#isTrial) {
      const { instance } = this.#options;
      await this.#slots?.endTrial({ instance, by: this.#by, isUnclear: this.#isUnclear });
    }
    this.#leave();
    await this.#left;
  }

  /** Records a refused login at once, and says what it means. */
  async #orRefused<Answer>(facts: DeniedFacts, make: () => Promise<Answer>): Promise<Answer> {
    const begunMs = this.#options.now().getTime();
    await this.#slots?.keep();
    try {
      const answer = await make();
      this.#begunMs = begunMs;
      return answer;
    } catch (error) {
      if (!isLoginRefusal(error)) {
        if (isReplyLost(error)) await this.#lose();
        throw error;
      }
      if ((await this.#refuse(facts)) !== 'perhapsRequest') throw error;
      throw new LoginHeldError(
        `AutoSys refused the login (401) for ${facts.target} although it works for other requests`,
      );
    }
  }

  /** The reply to a request was lost: AutoSys may have refused its login. */
  async #lose(): Promise<void> {
    this.#isUnclear = true;
    if (this.#isTrial) return;
    const { instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    await this.#slots?.lose({ instance, versionId, by: this.#by });
  }

  async #refuse({ request, target }: DeniedFacts): Promise<'login' | 'perhapsRequest' | undefined> {
    const { instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    const by = this.#isTrial ? { by: this.#by } : {};
    this.#isTrial = false;
    try {
      return await this.#slots?.refuse({ instance, versionId, request, target, ...by });
    } catch (error) {
      // The slot is not given back before its lease ends.
      if (error instanceof LedgerError) return 'login';
      throw error;
    }
  }

  async #choose(
    current: SecretLogin,
    readMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Chosen> {
    const { secret, instance, readCredentials, now } = this.#options;
    const pass = await this.#enter(current, readMs, signal);
    if (pass.suspendedUntilMs !== undefined) return toHeld(secret, pass.suspendedUntilMs);
    const readPrevious = () =>
      readOtherLogin(() => readCredentials(secret, 'AWSPREVIOUS'), current);
    const facts = { instance, nowMs: now().getTime(), current, readPrevious };
    const choice = await selectLogin(pass.state, facts);
    if (choice.kind === 'hold') return toHeld(secret, choice.untilMs);
    const { login } = choice;
    this.#isPrevious = login !== current;
    if (choice.kind === 'use') return { login, findings: [] };
    this.#isTrial =
      (await this.#slots?.beginTrial({ instance, by: this.#by, versionId: login.versionId })) ??
      false;
    return this.#isTrial
      ? { login, findings: [] }
      : {
          findings: [
            found('slotsInUse', 'another function tries whether AutoSys accepts the login'),
          ],
        };
  }

  /** Holds one slot until {@link end}. */
  async #enter(
    { versionId, secretArn }: SecretLogin,
    readMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SlotPass> {
    const { slots, secret, requestsUnderWay } = this.#options;
    const ofSecret = slots.for(secretArn ?? secret, requestsUnderWay);
    this.#slots = ofSecret;
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    this.#leave = leave;
    return new Promise<SlotPass>((resolve, reject) => {
      const hold = (pass: SlotPass) => {
        resolve(pass);
        return left;
      };
      this.#left = ofSecret.use({ versionId, readMs }, hold, signal).catch(reject);
    });
  }
}

/** A login that a person typed, or put into the environment. */
export function createGivenSignIn(credentials: SecretCredentials): SignIn {
  return {
    prepare: async () => ({ findings: [], ready: true }),
    credentials: async () => credentials,
    watch: (speaker) => speaker,
    taken: async () => [found('signedIn', `signed in as ${credentials.username}`)],
    end: async () => {},
  };
}

function toHeld(secret: string, untilMs: number): Chosen {
  const until = new Date(untilMs).toISOString();
  const says = `AutoSys refused the login of ${secret}; none is sent before ${until}`;
  return { findings: [found('heldBack', says)] };
}

/** Why there is no login: without the ledger none is sent, since refusals could not be counted. */
function toFailed(error: unknown): Finding {
  if (error instanceof LedgerError) return found('ledgerUnavailable', error.message);
  if (error instanceof LoginHeldError) return found('slotsInUse', error.message);
  if (!(error instanceof BridgeError)) throw error;
  return found(error instanceof LockoutError ? 'secretUnreadable' : 'secretNotNow', error.message);
}

function toSecretFinding(
  secret: string,
  { createdAt }: SecretLogin,
  { now, alone }: { readonly now: Date; readonly alone: boolean },
): Finding {
  const counted = alone
    ? '; refused logins are counted within this command only, since the ledger is not given'
    : '';
  if (createdAt === undefined) return found('secretRead', `secret ${secret} was read${counted}`);
  const secretAgeDays = Math.max(0, Math.floor((now.getTime() - createdAt.getTime()) / dayMs));
  const age = secretAgeDays === 1 ? '1 day' : `${secretAgeDays} days`;
  return found('secretRead', `secret ${secret} was read, it is ${age} old${counted}`, {
    secretAgeDays,
  });
}
