import type { SecretLogin } from '../shared/credentials.ts';
import { LedgerError } from '../shared/errors.ts';
import { afterRefusal, noneRefused, type Refused, type RefusedLogins } from './refused-logins.ts';

export interface RefusalsOptions {
  readonly refusedLogins: RefusedLogins;
  readonly now: () => Date;
  /** How long a refused login is not sent again where the ledger cannot be asked. */
  readonly waitMs: number;
  /** Told why this sandbox goes by its own knowledge. */
  readonly goOn: (reason: string) => void;
}

/**
 * What one sandbox knows of refused logins: its own, counted, and those of the others.
 *
 * The ledger must not undo what AutoSys has taken, so what it cannot tell or keep, the sandbox knows by itself.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  #refused: Refused = noneRefused;
  #count = 0;

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** Refused requests of this sandbox since the last success, or since the last wait was over. */
  get count(): number {
    return this.#count;
  }

  /** Until then no refused login is sent again. */
  get until(): Date {
    return new Date(this.#refused.untilMs);
  }

  /** Whether one refused login may be sent again, once: AutoSys may have been set right. */
  get mayTryAgain(): boolean {
    return this.#count === 0 && this.#nowMs() >= this.#refused.untilMs;
  }

  includes(login: SecretLogin | undefined): boolean {
    return login !== undefined && this.#refused.versionIds.includes(login.versionId);
  }

  /** Of two refused logins the one that was refused longest ago. */
  longestAgo(one: SecretLogin, other: SecretLogin | undefined): SecretLogin {
    return other && other.versionId === this.#refused.versionIds[0] ? other : one;
  }

  /** Asks what other sandboxes have met. */
  async refresh(): Promise<void> {
    this.#refused = await this.#orKnown(() => this.#options.refusedLogins.read());
    if (this.#nowMs() >= this.#refused.untilMs) this.#count = 0;
  }

  /** @param worked whether this login had worked before */
  async add({ versionId }: SecretLogin, worked: boolean): Promise<void> {
    const { refusedLogins, waitMs } = this.#options;
    this.#count += 1;
    const policy = { firstWaitMs: waitMs, maxWaitMs: waitMs };
    const refusal = { versionId, worked, nowMs: this.#nowMs(), policy };
    const ours = afterRefusal(this.#refused, refusal);
    this.#refused = await this.#orKnown(() => refusedLogins.refuse(versionId, worked), ours);
  }

  /** @param isCurrent whether this is what the secret says now */
  async accept({ versionId }: SecretLogin, isCurrent: boolean): Promise<void> {
    this.#count = 0;
    if (this.#refused.versionIds.length === 0) return;
    this.#refused = await this.#orKnown(() =>
      this.#options.refusedLogins.accept(versionId, isCurrent),
    );
  }

  async #orKnown(ask: () => Promise<Refused>, known = this.#refused): Promise<Refused> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#options.goOn(error.message);
      return known;
    }
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }
}
