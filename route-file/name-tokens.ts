/** One element of a name pattern: one character of a kind, or with `star` any number of them. */
export interface NameToken {
  /** A character, or a kind of characters: `any` or `digit`. */
  readonly of: string;
  readonly star: boolean;
}

/** Any character. */
export const any = 'any';
const digit = 'digit';

/** Converts a known text to tokens. */
export function toTextTokens(text: string): readonly NameToken[] {
  return [...text].map((of) => ({ of, star: false }));
}

/** Converts a glob with `*` to tokens. */
export function toGlobTokens(glob: string): readonly NameToken[] {
  return [...glob].map((of) => (of === '*' ? { of: any, star: true } : { of, star: false }));
}

/** Any text, the empty one included. */
export const anyText: readonly NameToken[] = [{ of: any, star: true }];

/** One or more characters. */
export const nonEmptyText: readonly NameToken[] = [{ of: any, star: false }, ...anyText];

/** A fixed number of digits. */
export function toDigits(count: number): readonly NameToken[] {
  return Array.from({ length: count }, () => ({ of: digit, star: false }));
}

/** One or more digits. */
export const someDigits: readonly NameToken[] = [...toDigits(1), { of: digit, star: true }];

/** Returns the known text at the beginning. */
export function readHead(tokens: readonly NameToken[]): string {
  const end = tokens.findIndex(({ of, star }) => star || of === any || of === digit);
  return tokens
    .slice(0, end === -1 ? tokens.length : end)
    .map(({ of }) => of)
    .join('');
}

/** True if a text exists that matches both. */
export function canMeet(one: readonly NameToken[], other: readonly NameToken[]): boolean {
  const width = other.length + 1;
  const failed = new Set<number>();
  const meets = (at: number, otherAt: number): boolean => {
    const [mine, theirs] = [one[at], other[otherAt]];
    if (mine === undefined && theirs === undefined) return true;
    const state = at * width + otherAt;
    if (failed.has(state)) return false;
    const found =
      (mine?.star === true && meets(at + 1, otherAt)) ||
      (theirs?.star === true && meets(at, otherAt + 1)) ||
      (mine !== undefined &&
        theirs !== undefined &&
        // Two stars need no character between them.
        !(mine.star && theirs.star) &&
        overlap(mine.of, theirs.of) &&
        meets(mine.star ? at : at + 1, theirs.star ? otherAt : otherAt + 1));
    if (!found) failed.add(state);
    return found;
  };
  return meets(0, 0);
}

function overlap(one: string, other: string): boolean {
  if (one === other || one === any || other === any) return true;
  return (one === digit && /^\d$/.test(other)) || (other === digit && /^\d$/.test(one));
}
