import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import type { ReadCredentials, SecretCredentials } from '../../../lambda/aws/secret-login.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { createCarriedLogin } from '../../../lambda/login/carried-login.ts';
import { Login } from '../../../lambda/login/login.ts';
import type { LoginNotice } from '../../../lambda/login/notice.ts';
import { LoginSlotsRegistry } from '../../../lambda/login/slots-registry.ts';

export const maxAgeMs = 300_000;
export const halfHourMs = 30 * 60_000;

/** One sandbox with the login of one instance. */
export interface LoginSandbox {
  /**
   * Makes one request. @param request identifies it among the requests for the target; @default -
   * the target
   */
  readonly call: (target?: string, request?: string) => Promise<string>;
  /** Makes a request of another kind. */
  readonly request: <Answer>(make: () => Promise<Answer>, signal?: AbortSignal) => Promise<Answer>;
  /** Stops the sandbox: its work never ends, and it releases nothing. */
  readonly die: () => void;
  /** Makes requests as part of one batch. */
  readonly batch: <Done>(work: () => Promise<Done>) => Promise<Done>;
}

/**
 * A secret that can be rotated, an AutoSys that accepts one password, sandboxes, and a manual
 * clock.
 */
export class LoginWorld {
  nowMs = 1_000_000_000;
  /**
   * Versions of the secret, oldest first; the last two are staged. The same text is the same
   * version.
   */
  #versions = ['old'];
  /** The password that AutoSys accepts. */
  accepted = 'old';
  readonly readings: string[] = [];
  /** The password of each request, in the order in which AutoSys checked it. */
  readonly requests: string[] = [];
  readonly notices: LoginNotice[] = [];
  readonly #refusals: {
    readonly atMs: number;
    readonly versionId: string;
    readonly isFirstOfNew: boolean;
  }[] = [];
  /** If set, reading the secret fails with this error. */
  secretFailure: Error | undefined;
  /** Time that a failed read of the secret takes, in milliseconds. */
  secretFailsAfterMs = 0;
  /** If set, the ledger table fails with this error. */
  tableFailure: Error | undefined;
  /** Number of writes that take effect although their answer is lost. */
  lostWrites = 0;
  underWay = 0;
  maxUnderWay = 0;
  /** Targets whose requests are refused with 401, with any password. */
  readonly denied = new Set<string>();
  /** Called when the request with this number (from 1) reaches AutoSys. */
  readonly onArrival = new Map<number, () => void>();
  /** Number of turns of the event loop that a request takes. */
  turns = 20;

  #names = 0;
  readonly table = createMemoryTable({ now: () => new Date(this.nowMs) });

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

  get versions(): readonly string[] {
    return this.#versions;
  }

  set versions(versions: readonly string[]) {
    this.#versions = [...versions];
  }

  /** Refusals that a sandbox did not record because it died. */
  lostRefusals = 0;

  get refused(): number {
    return this.#refusals.length;
  }

  /** Highest number of refusals within half an hour, without the first one of each new version. */
  get worstHalfHour(): number {
    const counted = this.#refusals.filter(({ isFirstOfNew }) => !isFirstOfNew);
    const times = counted.map(({ atMs }) => atMs);
    const within = (endMs: number) =>
      times.filter((atMs) => atMs <= endMs && atMs > endMs - halfHourMs).length;
    return Math.max(0, ...times.map(within));
  }

  /** Opens another sandbox. It shares only the table with the others. */
  openSandbox({ instance = 'ACE', requestsUnderWay = 2 } = {}): LoginSandbox {
    let isDead = false;
    /** Refusals since the last write. */
    let unrecorded = 0;
    const onRefused = () => {
      if (isDead) this.lostRefusals += 1;
      else unrecorded += 1;
    };
    const alive = async <Done>(work: () => Promise<Done>): Promise<Done> => {
      if (isDead) return new Promise(() => {});
      const done = await work();
      return isDead ? new Promise(() => {}) : done;
    };
    const slots = new LoginSlotsRegistry({
      table: {
        ...this.table,
        get: (key) => alive(() => this.#orFail(() => this.table.get(key))),
        put: (row, seen) =>
          alive(async () => {
            const revision = await this.#orFail(() => this.#put(row, seen));
            if (revision !== undefined) unrecorded = 0;
            return revision;
          }),
      },
      now: () => new Date(this.nowMs),
      random: () => 0,
      newName: () => {
        this.#names += 1;
        return `name ${this.#names}`;
      },
      sleep: async () => {
        await turns(10);
        this.nowMs += 5;
      },
    });
    const login = new Login({
      instance,
      secret: 'autosys/ACE',
      readCredentials: this.#readCredentials,
      slots,
      carried: createCarriedLogin(),
      requestsUnderWay,
      now: () => new Date(this.nowMs),
      maxAgeMs,
      notify: (notice) => this.notices.push(notice),
    });
    return {
      call: (target = 'send job ANY', request = target) =>
        login.call(
          () =>
            alive(async () => {
              const credentials = await login.credentials();
              return this.#ask(credentials, { target, onRefused });
            }),
          { request, target },
        ),
      die: () => {
        isDead = true;
        this.lostRefusals += unrecorded;
        unrecorded = 0;
      },
      request: (make, signal) =>
        login.call(make, {
          ...{ request: 'any', target: 'send job ANY' },
          ...(signal && { signal }),
        }),
      batch: (work) => slots.during(work),
    };
  }

  /**
   * Sends a request. AutoSys checks it after half of the turns, and its reply takes the other half.
   */
  async #ask(
    login: SecretCredentials,
    { target, onRefused }: { readonly target: string; readonly onRefused: () => void },
  ): Promise<string> {
    const { password } = login;
    const versionId = 'versionId' in login ? String(login.versionId) : '';
    this.underWay += 1;
    this.maxUnderWay = Math.max(this.maxUnderWay, this.underWay);
    await turns(this.turns / 2);
    this.onArrival.get(this.requests.length + 1)?.();
    const takes = password === this.accepted && !this.denied.has(target);
    this.requests.push(takes ? password : `${password} (refused)`);
    if (!takes) {
      this.#recordRefusal(versionId);
      onRefused();
    }
    await turns(this.turns / 2);
    this.underWay -= 1;
    if (takes) return 'answer';
    throw new AutosysUnauthorizedError({ doing: 'asking', httpStatus: 401, said: '' });
  }

  #recordRefusal(versionId: string): void {
    // The first version was there from the start, so it is not new.
    const isNew = !versionId.startsWith('v0 ');
    const isFirstOfNew = isNew && !this.#refusals.some((one) => one.versionId === versionId);
    this.#refusals.push({ atMs: this.nowMs, versionId, isFirstOfNew });
  }

  async #put(...written: Parameters<Table['put']>): ReturnType<Table['put']> {
    const revision = await this.table.put(...written);
    if (this.lostWrites === 0) return revision;
    this.lostWrites -= 1;
    throw new LedgerError({ doing: 'write', reason: 'TimeoutError' });
  }

  #orFail<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return this.tableFailure ? Promise.reject(this.tableFailure) : ask();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}
