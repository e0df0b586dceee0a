import { LoginSlots, type LoginSlotsDeps } from './slots.ts';

export interface LoginSlotsRegistryDeps extends Omit<LoginSlotsDeps, 'owner'> {
  /** Returns a new name, unique among all sandboxes. */
  readonly newName: () => string;
  /**
   * Called when slots could not be released unexpectedly; their lease then expires. @default - it
   * is thrown
   */
  readonly onUnexpected?: (error: unknown) => void;
}

/** The login slots of one sandbox, for all secrets. */
export class LoginSlotsRegistry {
  readonly #deps: LoginSlotsDeps;
  readonly #slotsBySecret = new Map<string, LoginSlots>();
  readonly #onUnexpected: (error: unknown) => void;
  #batches = 0;

  /** Returns a name for one request among those that try a login. */
  readonly newName: () => string;

  constructor(deps: LoginSlotsRegistryDeps) {
    this.newName = deps.newName;
    this.#onUnexpected = deps.onUnexpected ?? rethrow;
    this.#deps = { ...deps, owner: deps.newName() };
  }

  /**
   * Returns the slots of one secret. Instances with the same secret share them; the smallest limit
   * applies.
   *
   * @param secret canonical name: the whole ARN of the secret
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

  /** Keeps slots between the requests of `work`, and releases them when it ends. */
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
