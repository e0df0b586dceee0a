/** The texts between the asterisks of a wildcard, in order. One text means no asterisk. */
export type Wildcard = readonly string[];

/**
 * Reads a wildcard: `*` matches any number of characters, `\*` an asterisk, `\\` a backslash.
 *
 * Two asterisks in a row and a backslash before any other character are invalid.
 *
 * @returns the pieces, or a description of what is allowed
 */
export function readWildcard(text: string): Wildcard | { readonly allowed: string } {
  const pieces = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '*') {
      if (text[at + 1] === '*') return { allowed: 'no two wildcard characters in a row' };
      pieces.push('');
    } else if (character === '\\') {
      at += 1;
      const escaped = text[at];
      if (escaped !== '*' && escaped !== '\\') return { allowed: 'only \\* and \\\\ as escapes' };
      pieces.push(`${pieces.pop()}${escaped}`);
    } else {
      pieces.push(`${pieces.pop()}${character}`);
    }
  }
  return pieces;
}

/**
 * Whether a text matches. Each piece is searched once, from left to right, so it is always fast.
 */
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
