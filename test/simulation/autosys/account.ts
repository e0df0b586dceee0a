import type { World } from '../world.ts';

/** A login that AutoSys refused because its password was not the right one. */
export interface RefusedLogin {
  readonly atMs: number;
  readonly password: string;
}

/** What an account has seen of one secret. */
export interface LoginHistory {
  readonly secret: string;
  /** Passwords that were put into the secret in the course of the night, each once. */
  readonly newPasswords: ReadonlySet<string>;
  readonly refusals: readonly RefusedLogin[];
}

/** The account of the bridge at one AutoSys, or at all that share a user directory. */
export class Account implements LoginHistory {
  readonly secret: string;
  readonly newPasswords = new Set<string>();
  readonly refusals: RefusedLogin[] = [];
  readonly #world: World;
  #password: string;

  constructor(world: World, { secret, password }: { secret: string; password: string }) {
    this.#world = world;
    this.secret = secret;
    this.#password = password;
  }

  /** From now on this password is the right one. */
  accept(password: string): void {
    this.#password = password;
  }

  /** Whether the password is the right one; what AutoSys refuses by mistake does not come here. */
  isRight(password: string): boolean {
    if (password === this.#password) return true;
    this.refusals.push({ atMs: this.#world.nowMs, password });
    this.#world.count('refused logins');
    return false;
  }
}
