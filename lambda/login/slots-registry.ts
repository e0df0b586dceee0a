import { LoginSlots, type LoginSlotsDeps } from './slots.ts';

export interface LoginSlotsRegistryDeps extends Omit<LoginSlotsDeps, 'owner'> {
  /** A new name each time, unlike that of any other sandbox. */
  readonly newName: () => string;
  /** Notified of an unexpected failure to give slots back: their lease ends by itself. @default - it is thrown */
  readonly onUnexpected?: (error: unknown) => void;
}

/** The slots of one sandbox for all secrets. */
export class LoginSlotsRegistry {
  readonly #deps: LoginSlotsDeps;
  readonly #slotsBySecret = new Map<string, LoginSlots>();
  readonly #onUnexpected: (error: unknown) => void;
  #batches = 0;

  /** A name for one request among those that try a login. */
  readonly newName: () => string;

  constructor(deps: LoginSlotsRegistryDeps) {
    this.newName = deps.newName;
    this.#onUnexpected = deps.onUnexpected ?? rethrow;
    this.#deps = { ...deps, owner: deps.newName() };
  }

  /**
   * The slots of one secret; instances that share it share them, and the smallest limit holds.
   *
   * @param secret the canonical name: the whole ARN of the secret
   */
  for(secret: string, limit: number): LoginSlots {
    const isKept = () => this.#batches > 0;
    const slots =
      this.#slotsBySecret.get(secret) ??
      new LoginSlots(secret, { deps: this.#deps, limit, isKept });
    this.#slotsBySecret.set(secret, slots);
    slots.limit = Math.min(slots.limit, limit);
    return slots;
  }

  /** Keeps slots from one request to the next until the work is done, and gives them back then. */
  async during<Done>(work: () => Promise<Done>): Promise<Done> {
    this.#batches += 1;
    try {
      return await work();
    } finally {
      this.#batches -= 1;
      if (this.#batches === 0) {
        const all = [...this.#slotsBySecret.values()];
        await Promise.all(all.map((slots) => slots.release().catch(this.#onUnexpected)));
      }
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
