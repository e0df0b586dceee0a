const lineWidth = 100;

/**
 * Prints JSON as the formatter of the project does: indented by two spaces, and a list of words on
 * one line if it fits.
 */
export function printFormattedJson(value: unknown): string {
  const word = '"(?:[^"\\\\]|\\\\.)*"';
  const words = new RegExp(`^(.*)\\[\\n\\s+(${word}(?:,\\n\\s+${word})*)\\n\\s+\\]`, 'gm');
  const text = JSON.stringify(value, null, 2).replace(words, (long, before, list) => {
    const line = `${before}[${list.replace(/,\n\s+/g, ', ')}]`;
    return line.length < lineWidth ? line : long;
  });
  return `${text}\n`;
}
