/** What stands between the asterisks of a wildcard, in order; one piece means no asterisk at all. */
export type Wildcard = readonly string[];

/**
 * Reads a wildcard: `*` is any run of characters, `\*` an asterisk, `\\` a backslash.
 *
 * @returns the pieces, or what is wrong: two asterisks in a row, a backslash before anything else
 */
export function readWildcard(text: string): Wildcard | { readonly wrong: string } {
  const pieces = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '*') {
      if (text[at + 1] === '*') return { wrong: 'no two wildcard characters in a row' };
      pieces.push('');
    } else if (character === '\\') {
      at += 1;
      const escaped = text[at];
      if (escaped !== '*' && escaped !== '\\') return { wrong: 'only \\* and \\\\ as escapes' };
      pieces.push(`${pieces.pop()}${escaped}`);
    } else {
      pieces.push(`${pieces.pop()}${character}`);
    }
  }
  return pieces;
}

/** Says whether a text fits: each piece is looked for once, from left to right, so no text can make it slow. */
export function fitsWildcard(text: string, wildcard: Wildcard): boolean {
  const [first = '', ...rest] = wildcard;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
