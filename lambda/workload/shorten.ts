/** Maximum characters of an external text in a log line or a ledger row. */
const longest = 200;

/**
 * The text, or the start of a long text followed by its length. For texts from outside the bridge.
 */
export function shorten(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… (${text.length} characters)`;
}
