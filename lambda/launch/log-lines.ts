/** Maximum bytes of a line in UTF-8, before characters are escaped. */
export const maxLineBytes = 16_384;

/** Control characters but tab, and bidirectional and line separators, which change a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * A log event as lines for people: every line ends with a line break, control characters but tab are
 * escaped (`\x1b`), and a long line is cut. Pure.
 *
 * Line breaks within an event stay; a carriage return before one is removed.
 */
export function toLogText(message: string): string {
  const text = message.toWellFormed().replace(/\r?\n$/, '');
  const bytes = Buffer.byteLength(text);
  const kept = bytes <= maxLineBytes ? text : cutBytes(text, maxLineBytes);
  const mark = bytes <= maxLineBytes ? '' : ` … (cut after 16 KiB; the line has ${bytes} bytes)`;
  const lines = kept.split(/\r?\n/).map((line) => line.replace(control, toEscape));
  return `${lines.join('\n')}${mark}\n`;
}

/** A text of the bridge or of AWS in one line. */
export function toPlainLine(text: string, max = 300): string {
  const line = text.toWellFormed().replace(/\s+/g, ' ').replace(control, toEscape).trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).toWellFormed()}…`;
}

function toEscape(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
}

/** The first bytes of a text, without splitting a character. */
function cutBytes(text: string, max: number): string {
  // A character has at least one byte, so no more characters are needed.
  const bytes = Buffer.from(text.slice(0, max)).subarray(0, max);
  // At most three bytes of a character are left over. An unlimited search would take quadratic time.
  return bytes.toString('utf8').replace(/\ufffd{1,3}$/, '');
}
