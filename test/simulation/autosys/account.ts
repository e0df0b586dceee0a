import type { World } from '../world.ts';

/** A login that AutoSys rejected because of a wrong password. */
export interface RejectedLogin {
  readonly atMs: number;
  readonly password: string;
}

/** The rejected logins of one secret. */
export interface LoginHistory {
  readonly secret: string;
  /** Passwords that were put into the secret during the scenario. */
  readonly newPasswords: ReadonlySet<string>;
  readonly rejections: readonly RejectedLogin[];
}

/** The account of the bridge at one AutoSys, or at all AutoSys that share a user directory. */
export class Account implements LoginHistory {
  readonly secret: string;
  readonly newPasswords = new Set<string>();
  readonly rejections: RejectedLogin[] = [];
  readonly #world: World;
  #password: string;

  constructor(world: World, { secret, password }: { secret: string; password: string }) {
    this.#world = world;
    this.secret = secret;
    this.#password = password;
  }

  /** Changes the password of the account. */
  accept(password: string): void {
    this.#password = password;
  }

  /** Checks the password and records a rejection. Injected 401 answers are not recorded here. */
  checkPassword(password: string): boolean {
    if (password === this.#password) return true;
    this.rejections.push({ atMs: this.#world.nowMs, password });
    this.#world.count('rejected logins');
    return false;
  }
}
