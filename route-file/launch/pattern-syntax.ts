/** A part of a regular expression, as far as the time that it takes depends on it. */
export type PatternNode =
  /** An assertion or an empty group: it matches no character. */
  | { readonly kind: 'empty' }
  /** One character of a set. */
  | { readonly kind: 'set'; readonly characters: CharacterSet }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly item: PatternNode;
      readonly min: number;
      /** Infinity without a limit. */
      readonly max: number;
      readonly text: string;
    }
  /** A lookahead or lookbehind. */
  | { readonly kind: 'look'; readonly item: PatternNode };

/**
 * The ASCII characters of a set, one bit each, and bit 128 for all other characters. Two sets with
 * bit 128 count as overlapping.
 */
export type CharacterSet = bigint;

/** A regular expression with a construct that the check does not cover. */
export class PatternRefusal extends Error {
  override readonly name = 'PatternRefusal';
}

/**
 * Parses a regular expression with the flag `u`.
 *
 * @param pattern one that `RegExp` accepts; other texts have an undefined result
 * @throws {PatternRefusal} for a backreference or an inline flag
 */
export function parsePattern(pattern: string): PatternNode {
  return new PatternParser(pattern).parse();
}

/** An escape after its backslash. Two escapes may be the halves of one character. */
const escapePattern =
  /u[Dd][89ABab][\dA-Fa-f]{2}\\u[Dd][C-Fc-f][\dA-Fa-f]{2}|[pP]\{[^}]*\}|u\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|./suy;

class PatternParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Pattern := Choice */
  parse(): PatternNode {
    return this.#parseChoice();
  }

  /** Choice := Sequence ('|' Sequence)* */
  #parseChoice(): PatternNode {
    const items = [this.#parseSequence()];
    while (this.#accept('|')) items.push(this.#parseSequence());
    return items.length === 1 && items[0] ? items[0] : { kind: 'choice', items };
  }

  /** Sequence := (Atom Quantifier?)* */
  #parseSequence(): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#text.length && !/[|)]/.test(this.#text.charAt(this.#at))) {
      const start = this.#at;
      items.push(this.#parseQuantifier(this.#parseAtom(), start));
    }
    return { kind: 'sequence', items };
  }

  /** Quantifier := ('*' | '+' | '?' | '{' Count (',' Count?)? '}') '?'? */
  #parseQuantifier(item: PatternNode, start: number): PatternNode {
    const match = this.#match(/(?:[*+?]|\{(?<least>\d+)(?<more>,(?<most>\d*))?\})\??/y);
    if (match === null) return item;
    const text = this.#text.slice(start, this.#at);
    const { least, more, most } = match.groups ?? {};
    if (least === undefined) {
      const min = match[0].startsWith('+') ? 1 : 0;
      const max = match[0].startsWith('?') ? 1 : Number.POSITIVE_INFINITY;
      return { kind: 'repeat', item, min, max, text };
    }
    const upper = most ? Number(most) : Number.POSITIVE_INFINITY;
    const max = more === undefined ? Number(least) : upper;
    return { kind: 'repeat', item, min: Number(least), max, text };
  }

  /** Atom := '(' Group | '[' Class | '\' Escape | Assertion | Character */
  #parseAtom(): PatternNode {
    if (this.#accept('(')) return this.#parseGroup();
    if (this.#accept('^') || this.#accept('$')) return { kind: 'empty' };
    if (this.#match(/\\[bB]/y)) return { kind: 'empty' };
    if (this.#match(/\\(?:[1-9]|k<)/y)) {
      throw new PatternRefusal('it has a backreference, whose time cannot be checked');
    }
    const start = this.#at;
    if (this.#accept('[')) {
      while (!this.#accept(']')) this.#takeCharacter();
    } else {
      this.#takeCharacter();
    }
    return { kind: 'set', characters: toCharacterSet(this.#text.slice(start, this.#at)) };
  }

  /** Group := ('?:' | '?<' Name '>' | '?=' | '?!' | '?<=' | '?<!')? Choice ')' */
  #parseGroup(): PatternNode {
    const isLook = this.#match(/\?<?[=!]/y) !== null;
    if (!isLook && !this.#match(/\?:|\?<[^>]*>/y) && this.#text.charAt(this.#at) === '?') {
      throw new PatternRefusal('it has inline flags');
    }
    const item = this.#parseChoice();
    this.#accept(')');
    return isLook ? { kind: 'look', item } : item;
  }

  /** Takes one character, or one escape. */
  #takeCharacter(): void {
    if (this.#accept('\\')) this.#match(escapePattern);
    else this.#match(/./suy);
  }

  #accept(text: string): boolean {
    const isNext = this.#text.startsWith(text, this.#at);
    if (isNext) this.#at += text.length;
    return isNext;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }
}

/** Characters beyond ASCII that common sets contain. */
const otherSamples = ['\u00a0', 'é', 'ſ', 'K', '١', '漢', '\u2028', '😀'];

/** @param text a character, an escape or a class of a pattern */
function toCharacterSet(text: string): CharacterSet {
  const pattern = new RegExp(`^(?:${text})$`, 'u');
  let set = 0n;
  for (let code = 0; code < 128; code += 1) {
    if (pattern.test(String.fromCharCode(code))) set |= 1n << BigInt(code);
  }
  const mayHaveOthers =
    /[^\p{ASCII}]|\\[pPux]/u.test(text) || otherSamples.some((sample) => pattern.test(sample));
  return mayHaveOthers ? set | (1n << 128n) : set;
}
