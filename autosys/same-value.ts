/**
 * Whether two texts are the same value of a global variable.
 *
 * Blanks at the end are ignored, because `autorep` prints values in columns and a release may show
 * a value without them (inferred). Every other difference counts.
 */
export function isSameValue(one: string, other: string): boolean {
  return withoutTrailingBlanks(one) === withoutTrailingBlanks(other);
}

function withoutTrailingBlanks(text: string): string {
  return text.replace(/(?<![ \t])[ \t]+$/, '');
}

/**
 * Whether AutoSys shows the value in another form: cut short, or with other blanks, quotes or
 * letter case.
 *
 * Such a value is the one that was sent. It is never sent again, because AutoSys would change it
 * again.
 */
export function isVariantOf(shown: string, sent: string): boolean {
  const [one, other] = [toCore(shown), toCore(sent)];
  if (one === '' || other === '') return false;
  return other.startsWith(one);
}

function toCore(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '');
}
