/** As much of a stranger's text as a person reads, and as a line of a log and a row of the ledger have room for. */
const longest = 200;

/** The beginning of a text that somebody else wrote, with its length where that is not all. */
export function shorten(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… (${text.length} characters)`;
}
