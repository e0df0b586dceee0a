/** A request that AutoSys accepted, by the text that tells its change from all others. */
export interface Accepted {
  readonly text: string;
  readonly leftMs: number;
}

/**
 * Nothing comes of an event that is older than the deadline, or of an archive replay.
 *
 * @param forbiddenMsByText from when on a text must not be sent, in milliseconds: what was due before may have been sent before
 */
export function judgeOldEvents(
  accepted: readonly Accepted[],
  forbiddenMsByText: ReadonlyMap<string, number>,
): readonly string[] {
  const late = accepted.filter(
    ({ text, leftMs }) => leftMs >= (forbiddenMsByText.get(text) ?? Number.POSITIVE_INFINITY),
  );
  return [...new Set(late.map(({ text }) => text))].map((text) => `an old event acted: ${text}`);
}
