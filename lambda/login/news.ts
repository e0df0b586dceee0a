/** What operators should know about a login. */
export type LoginNews =
  /** AutoSys does not take the current version of the secret yet; the previous one is in use. */
  | { readonly kind: 'previousInUse' }
  /** AutoSys takes the current version of the secret. */
  | { readonly kind: 'currentInUse' }
  /** Nothing is sent until then, or until the secret has a new version. */
  | { readonly kind: 'heldBack'; readonly until: Date }
  /** AutoSys refused one request with 401 although the login worked for others. */
  | { readonly kind: 'requestRefused'; readonly target: string }
  /** The secret cannot be read now; the cached version is used. */
  | { readonly kind: 'goesOn'; readonly reason: string };
