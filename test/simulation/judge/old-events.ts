/** An accepted request, with the text that identifies its change. */
export interface AcceptedText {
  readonly text: string;
  readonly sentMs: number;
}

/**
 * Checks that an event that is older than the deadline, or from an archive replay, has no effect.
 *
 * @param forbiddenMsByText the instant in milliseconds from which a text must not be sent. It may
 * have been sent before
 */
export function judgeOldEvents(
  accepted: readonly AcceptedText[],
  forbiddenMsByText: ReadonlyMap<string, number>,
): readonly string[] {
  const late = accepted.filter(
    ({ text, sentMs }) => sentMs >= (forbiddenMsByText.get(text) ?? Number.POSITIVE_INFINITY),
  );
  return [...new Set(late.map(({ text }) => text))].map(
    (text) => `an old event had an effect: ${text}`,
  );
}
