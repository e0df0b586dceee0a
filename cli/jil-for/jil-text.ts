import { wrapWords } from '../help-layout.ts';

/** Characters that are no printable ASCII. A JIL file is read by tools of any encoding. */
const notPlain = /[^\x20-\x7e]/g;

/** Replaces every character that is no printable ASCII by `\uXXXX`. The result is one line. */
export function toPlainText(text: string): string {
  return text.replace(
    notPlain,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A value for the attribute `description`: one line in double quotes, at most 255 characters
 * (11.3.6 reference).
 */
export function toDescription(text: string): string {
  const plain = toPlainText(text).replaceAll('"', "'");
  return plain.length > 255 ? `${plain.slice(0, 252)}...` : plain;
}

/**
 * Formats paragraphs as one JIL comment. A text in it cannot end the comment: a slash after an
 * asterisk is escaped, which a regular expression reads as the same slash.
 *
 * @param paragraphs wrapped at 96 characters; one that begins with a blank is kept on its line
 */
export function formatJilComment(paragraphs: readonly string[]): string {
  const lines = paragraphs.flatMap((paragraph) => {
    const safe = toPlainText(paragraph).replaceAll('*/', '*\\/');
    return safe.startsWith(' ') ? [safe] : wrapWords(safe, 96);
  });
  return `/* ${lines.join('\n   ')} */\n`;
}
