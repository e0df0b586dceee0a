import type { ReadCredentials, SecretCredentials, SecretLogin } from '../aws/secret-login.ts';
import { toReadFacts, toSendFacts } from '../delivery/with-login.ts';
import { LedgerError } from '../errors.ts';
import type { DeniedFacts } from '../login/denial.ts';
import { isCutShort, isLoginRefusal, isReplyLost } from '../login/failure.ts';
import type { RequestFacts } from '../login/login.ts';
import { readOtherLogin } from '../login/secret.ts';
import { selectLogin } from '../login/selection.ts';
import type { LoginSlots, SlotGrant } from '../login/slots.ts';
import type { LoginSlotsRegistry } from '../login/slots-registry.ts';
import { LoginHeldError } from '../login-errors.ts';
import type { CanaryClient } from './canary-client.ts';
import { createFinding, type Finding } from './finding.ts';
import type { SignIn } from './sign-in.ts';
import { toPrepareFailure, toSecretFinding, toSuspendedFinding } from './sign-in-findings.ts';

export interface SecretSignInOptions {
  /** Name of the AutoSys instance. */
  readonly instance: string;
  /** Name or ARN of the secret. */
  readonly secret: string;
  readonly readCredentials: ReadCredentials;
  /**
   * Counts refused logins: in the ledger, or in this process if there is no access to the ledger.
   */
  readonly slots: LoginSlotsRegistry;
  readonly requestsUnderWay: number;
  readonly now: () => Date;
  /** Whether refused logins are counted only in this process. @default false */
  readonly alone?: boolean;
}

/** The selected login, and findings about it. */
interface SelectedLogin {
  readonly login?: SecretLogin;
  readonly findings: readonly Finding[];
}

/**
 * The login of a secret for one examination. The limits of all functions apply to it.
 *
 * Holds one slot of the secret from {@link prepare} to {@link end}, so one request is under way. A
 * version that is not known to be good is the trial of all functions. A refusal is recorded before
 * the next request is sent.
 */
export class SecretSignIn implements SignIn {
  readonly #options: SecretSignInOptions;
  readonly #by: string;
  #login: SecretLogin | undefined;
  #isPrevious = false;
  #slots: LoginSlots | undefined;
  #isTrial = false;
  /** Whether a reply was lost, so that AutoSys may have refused the login. */
  #isUnclear = false;
  /** Whether the function itself ended the wait for one of them early. */
  #isCutShort = false;
  #begunMs = 0;
  #release: () => void = () => {};
  #released: Promise<unknown> = Promise.resolve();

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
        const message = `secret ${secret} has no version`;
        return { findings: [createFinding('secretUnreadable', message)], ready: false };
      }
      findings.push(toSecretFinding(secret, current, { now: now(), alone }));
      const selected = await this.#select(current, readMs, signal);
      this.#login = selected.login;
      return { findings: [...findings, ...selected.findings], ready: selected.login !== undefined };
    } catch (error) {
      return { findings: [...findings, toPrepareFailure(error)], ready: false };
    }
  }

  async credentials(): Promise<SecretCredentials> {
    if (this.#login === undefined) throw new Error('credentials() was called before prepare()');
    if (this.#slots?.isHeld()) return this.#login;
    throw new LoginHeldError('the lease of its slot has expired');
  }

  wrap(client: CanaryClient): CanaryClient {
    return {
      sendEvent: (event, options) =>
        this.#recordRefusal({ ...toSendFacts(event), ...options }, () =>
          client.sendEvent(event, options),
        ),
      readJob: (job, options) =>
        this.#recordRefusal({ ...toReadFacts(`job ${job}`), ...options }, () =>
          client.readJob(job, options),
        ),
      readGlobalVariable: (name, options) =>
        this.#recordRefusal({ ...toReadFacts(`global variable ${name}`), ...options }, () =>
          client.readGlobalVariable(name, options),
        ),
      get clockDifference() {
        return client.clockDifference;
      },
    };
  }

  async accepted(): Promise<readonly Finding[]> {
    const { secret, instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    const by = this.#isTrial ? { by: this.#by } : {};
    await this.#slots?.accept({ instance, versionId, begunMs: this.#begunMs, ...by });
    this.#isTrial = false;
    return this.#isPrevious
      ? [
          createFinding(
            'previousInUse',
            `AutoSys accepts the previous version of secret ${secret}, not the current one`,
          ),
        ]
      : [createFinding('signedIn', `signed in as ${this.#login?.username}`)];
  }

  async end(): Promise<void> {
    if (this.#isTrial) {
      const { instance } = this.#options;
      await this.#slots?.endTrial({
        ...{ instance, by: this.#by },
        isUnclear: this.#isUnclear,
        isCutShort: this.#isCutShort,
      });
    }
    this.#release();
    await this.#released;
  }

  /**
   * Makes a request. If AutoSys refuses the login, records it at once.
   *
   * @throws {LoginHeldError} if AutoSys may have refused this request alone
   */
  async #recordRefusal<Answer>(
    { signal, ...facts }: RequestFacts,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    const begunMs = this.#options.now().getTime();
    await this.#slots?.extendLease();
    try {
      const answer = await make();
      this.#begunMs = begunMs;
      return answer;
    } catch (error) {
      if (!isLoginRefusal(error)) {
        const waitedMs = this.#options.now().getTime() - begunMs;
        if (isReplyLost(error)) await this.#recordLostReply(isCutShort(signal, waitedMs));
        throw error;
      }
      if ((await this.#refuse(facts)) !== 'perhapsRequest') throw error;
      throw new LoginHeldError(
        `AutoSys refused the login (401) for ${facts.target} although it works for other requests`,
      );
    }
  }

  /** Records that a reply was lost, so that AutoSys may have refused the login. */
  async #recordLostReply(isShort: boolean): Promise<void> {
    this.#isUnclear = true;
    this.#isCutShort ||= isShort;
    if (this.#isTrial) return;
    const { instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    await this.#slots?.recordLostReply({
      ...{ instance, versionId },
      by: this.#by,
      isCutShort: isShort,
    });
  }

  async #refuse({ request, target }: DeniedFacts): Promise<'login' | 'perhapsRequest' | undefined> {
    const { instance } = this.#options;
    const versionId = this.#login?.versionId ?? '';
    const by = this.#isTrial ? { by: this.#by } : {};
    this.#isTrial = false;
    try {
      return await this.#slots?.refuse({ instance, versionId, request, target, ...by });
    } catch (error) {
      // The slot is not released before its lease ends.
      if (error instanceof LedgerError) return 'login';
      throw error;
    }
  }

  async #select(
    current: SecretLogin,
    readMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SelectedLogin> {
    const { secret, instance, readCredentials, now } = this.#options;
    const grant = await this.#enter(current, readMs, signal);
    if (grant.suspendedUntilMs !== undefined) {
      return { findings: [toSuspendedFinding(secret, grant.suspendedUntilMs)] };
    }
    const readPrevious = () =>
      readOtherLogin(() => readCredentials(secret, 'AWSPREVIOUS'), current);
    const facts = { instance, nowMs: now().getTime(), current, readPrevious };
    const choice = await selectLogin(grant.state, facts);
    if (choice.kind === 'suspended') {
      return { findings: [toSuspendedFinding(secret, choice.untilMs)] };
    }
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
            createFinding(
              'slotsInUse',
              'another function is testing whether AutoSys accepts the login',
            ),
          ],
        };
  }

  /** Holds one slot until {@link end}. */
  async #enter(
    { versionId, secretArn }: SecretLogin,
    readMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SlotGrant> {
    const { slots, secret, requestsUnderWay } = this.#options;
    const slotsOfSecret = slots.for(secretArn ?? secret, requestsUnderWay);
    this.#slots = slotsOfSecret;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    this.#release = release;
    return new Promise<SlotGrant>((resolve, reject) => {
      const hold = (grant: SlotGrant) => {
        resolve(grant);
        return released;
      };
      this.#released = slotsOfSecret.use({ versionId, readMs }, hold, signal).catch(reject);
    });
  }
}
