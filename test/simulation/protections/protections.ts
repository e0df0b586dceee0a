/**
 * What keeps a night whole; the simulator can take away each, to show that it would notice.
 *
 * The shipped code knows nothing of it: what crosses its ports is bent.
 */
export const protections = [
  /** A row is written only over the revision that was seen. */
  'conditional write',
  /** One at a time works on an entry. */
  'lease',
  /** A one-off that may have left is looked for, never sent again unseen. */
  'look before resend',
  /** A message is acknowledged once all it asks for stands in the ledger. */
  'acknowledge after apply',
  /** An older fact never follows a newer one. */
  'version order',
  /** An AutoSys that is down is tried by one, seldom. */
  'gate',
] as const;

export type Protection = (typeof protections)[number];

/** Whether the text names a protection. */
export function isProtection(text: string): text is Protection {
  return protections.some((protection) => protection === text);
}
