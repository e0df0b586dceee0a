/** Notification for operators about the login of an instance. */
export type LoginNotice =
  /** AutoSys refuses the current version of the secret; the previous one is in use. */
  | { readonly kind: 'previousInUse' }
  /** AutoSys accepts the current version of the secret. */
  | { readonly kind: 'currentInUse' }
  /**
   * Too many logins were refused. None is sent until then, unless the secret gets a new version.
   */
  | { readonly kind: 'suspended'; readonly until: Date }
  /** AutoSys refused one request with 401 although the login worked for others. */
  | { readonly kind: 'requestRefused'; readonly target: string }
  /** The secret cannot be read now; the cached version is used. */
  | { readonly kind: 'cachedInUse'; readonly reason: string };

/** Sends notices about one login: each change of the version in use, and each suspension, once. */
export class LoginNotifier {
  readonly #notify: (notice: LoginNotice) => void;
  #lastInUse: 'currentInUse' | 'previousInUse' = 'currentInUse';
  #isSuspensionNotified = false;

  /** @param notify @default - no notices */
  constructor(notify: (notice: LoginNotice) => void = () => {}) {
    this.#notify = notify;
  }

  /** AutoSys accepted the current or the previous version. */
  inUse(isCurrent: boolean): void {
    this.#isSuspensionNotified = false;
    const kind = isCurrent ? 'currentInUse' : 'previousInUse';
    if (kind !== this.#lastInUse) this.#notify({ kind });
    this.#lastInUse = kind;
  }

  /** No login may be sent until then. */
  suspended(until: Date): void {
    if (!this.#isSuspensionNotified) this.#notify({ kind: 'suspended', until });
    this.#isSuspensionNotified = true;
  }

  /** AutoSys refused one request for this target. */
  requestRefused(target: string): void {
    this.#notify({ kind: 'requestRefused', target });
  }
}
