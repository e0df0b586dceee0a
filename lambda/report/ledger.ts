/** What the ledger knows of an effect when somebody wants to bring it about. */
export type Claim =
  /** Nobody has begun it: ours to do. */
  | { readonly kind: 'ours' }
  /** Somebody began and nobody knows how it ended: look in AutoSys before sending. */
  | { readonly kind: 'begun' }
  /** AutoSys took it; only the confirmation is still due. */
  | { readonly kind: 'accepted' }
  /** Done, read back: this is a repetition. */
  | { readonly kind: 'confirmed' };

/** How far an effect has come. `open` takes a claim back: nothing happened over there. */
export type Progress = 'open' | 'begun' | 'accepted' | 'confirmed';

/** Remembers which effects were brought about, so that a repeated announcement does not repeat them. */
export interface Ledger {
  /**
   * Claims an effect before it is sent.
   *
   * @param key the effect's key, see `translate`
   * @param redelivered whether the queue has handed this message out before, to this sandbox or to another
   */
  claim(key: string, redelivered: boolean): Promise<Claim>;
  note(key: string, progress: Progress): Promise<void>;
}

/**
 * A ledger in the memory of one sandbox: it forgets with the sandbox and does not know of others.
 *
 * So a redelivered effect it has never heard of counts as begun: another sandbox may have sent it.
 *
 * @param capacity how many effects are remembered; the oldest are forgotten first
 */
export function createMemoryLedger(capacity = 10_000): Ledger {
  const progressByKey = new Map<string, Exclude<Progress, 'open'>>();
  return {
    claim: async (key, redelivered) => {
      const progress = progressByKey.get(key) ?? (redelivered ? 'begun' : undefined);
      if (progress !== undefined) return { kind: progress };
      remember(key, 'begun');
      return { kind: 'ours' };
    },
    note: async (key, progress) => {
      if (progress === 'open') progressByKey.delete(key);
      else remember(key, progress);
    },
  };

  function remember(key: string, progress: Exclude<Progress, 'open'>): void {
    progressByKey.delete(key);
    progressByKey.set(key, progress);
    const oldest = progressByKey.keys().next().value;
    if (progressByKey.size > capacity && oldest !== undefined) progressByKey.delete(oldest);
  }
}
