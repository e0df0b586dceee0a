import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { Login, type LoginNews } from '../../../lambda/report/login.ts';
import { createRefusedLogins } from '../../../lambda/report/refused-logins.ts';
import type { ReadCredentials } from '../../../lambda/shared/credentials.ts';
import { createMemoryTable } from '../../../lambda/shared/memory-table.ts';

export const maxAgeMs = 300_000;

/** A secret that can be rotated, an AutoSys that knows one password, sandboxes, and a time that is moved by hand. */
export class LoginWorld {
  nowMs = 1_000_000;
  /** The secret's versions, the oldest first; staged are the last two. */
  versions = ['old'];
  /** The password that AutoSys knows. */
  accepted = 'old';
  readonly readings: string[] = [];
  /** The password of each request, in the order in which AutoSys looked at it. */
  readonly requests: string[] = [];
  readonly news: LoginNews[] = [];
  /** Reading the secret fails with it. */
  secretFailure: Error | undefined;
  /** And takes so long to do so. */
  secretFailsAfterMs = 0;
  /** The ledger's table fails with it. */
  tableFailure: Error | undefined;
  underWay = 0;
  mostUnderWay = 0;
  /** Lets this happen when the request with that number (from 1) comes to AutoSys. */
  readonly onArrival = new Map<number, () => void>();

  readonly #table = createMemoryTable({ now: () => new Date(this.nowMs) });

  readonly #readCredentials: ReadCredentials = async (_secret, stage) => {
    this.readings.push(stage);
    if (this.secretFailure) {
      this.nowMs += this.secretFailsAfterMs;
      throw this.secretFailure;
    }
    const at = stage === 'AWSCURRENT' ? -1 : -2;
    const password = this.versions.at(at);
    const number = this.versions.length + at;
    return password === undefined || number < 0
      ? undefined
      : { username: 'bridge', password, versionId: `v${number} ${password}` };
  };

  get refused(): number {
    return this.requests.filter((password) => password.endsWith('(refused)')).length;
  }

  /** Another sandbox, which shares nothing with the others but the table; a call of it asks AutoSys once. */
  openSandbox(): () => Promise<string> {
    const login = new Login({
      secret: 'autosys/ACE',
      readCredentials: this.#readCredentials,
      refusedLogins: createRefusedLogins({
        table: {
          ...this.#table,
          get: async (key) => this.#orFail(() => this.#table.get(key)),
          put: async (row, seen) => this.#orFail(() => this.#table.put(row, seen)),
        },
        instance: parseAutosysInstance('ACE'),
        now: () => new Date(this.nowMs),
        policy: { firstWaitMs: maxAgeMs, maxWaitMs: 6 * maxAgeMs },
      }),
      now: () => new Date(this.nowMs),
      maxAgeMs,
      tell: (news) => this.news.push(news),
    });
    return () => login.call(async () => this.#ask((await login.credentials()).password));
  }

  /** A request is under way for some turns of the loop before AutoSys looks at it, and some more on its way back. */
  async #ask(password: string): Promise<string> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await turns(3);
    this.onArrival.get(this.requests.length + 1)?.();
    const takes = password === this.accepted;
    this.requests.push(takes ? password : `${password} (refused)`);
    await turns(3);
    this.underWay -= 1;
    if (takes) return 'answer';
    throw new AutosysUnauthorizedError({ doing: 'asking', httpStatus: 401, said: '' });
  }

  #orFail<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.tableFailure ? Promise.reject(this.tableFailure) : ask();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}
