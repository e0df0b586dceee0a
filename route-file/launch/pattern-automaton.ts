import { type CharacterSet, type PatternNode, PatternRefusal } from './pattern-syntax.ts';

/**
 * The positions of a regular expression: one for each character that it can read, and the positions
 * that can follow each of them (Glushkov's construction).
 */
export interface Automaton {
  readonly sets: readonly CharacterSet[];
  /** By position: the positions that can follow, and in how many ways. */
  readonly follow: readonly ReadonlyMap<number, number>[];
}

/** The positions at both ends of a part. */
interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Whether the part can match the empty text. */
  readonly isNullable: boolean;
}

const nothing: Fragment = { first: [], last: [], isNullable: true };

/** Maximum number of positions. */
const maxPositions = 500;
/** A fixed number of one character, up to this number, becomes one position for each. */
const maxFixedCopies = 16;
/** The same for any part and number, unless it is within a repetition. */
const maxCopies = 4;

/**
 * Creates the automata of a pattern: its own, and one for each lookahead and lookbehind.
 *
 * A long repetition becomes a loop, as if it had no limit. This can only add ways to match a text.
 *
 * @throws {PatternRefusal} if it repeats a part that can be empty, or is too long
 */
export function createAutomata(pattern: PatternNode): readonly Automaton[] {
  const looks: PatternNode[] = [];
  const own = new AutomatonBuilder(looks).build(pattern);
  return [own, ...looks.flatMap(createAutomata)];
}

class AutomatonBuilder {
  readonly #sets: CharacterSet[] = [];
  readonly #follow: Map<number, number>[] = [];
  readonly #looks: PatternNode[];

  /** @param looks receives the lookaheads and lookbehinds */
  constructor(looks: PatternNode[]) {
    this.#looks = looks;
  }

  build(pattern: PatternNode): Automaton {
    this.#add(pattern, false);
    return { sets: this.#sets, follow: this.#follow };
  }

  #add(node: PatternNode, isRepeated: boolean): Fragment {
    switch (node.kind) {
      case 'empty':
        return nothing;
      case 'look':
        this.#looks.push(node.item);
        return nothing;
      case 'set':
        return this.#addPosition(node.characters);
      case 'sequence':
        return node.items.reduce(
          (before, item) => this.#join(before, this.#add(item, isRepeated)),
          nothing,
        );
      case 'choice':
        return node.items
          .map((item) => this.#add(item, isRepeated))
          .reduce((one, other) => ({
            first: [...one.first, ...other.first],
            last: [...one.last, ...other.last],
            isNullable: one.isNullable || other.isNullable,
          }));
      case 'repeat':
        return this.#addRepetition(node, isRepeated);
      default:
        return node satisfies never;
    }
  }

  #addPosition(characters: CharacterSet): Fragment {
    const position = this.#sets.length;
    if (position === maxPositions) {
      throw new PatternRefusal(`it has more than ${maxPositions} characters and repetitions`);
    }
    this.#sets.push(characters);
    this.#follow.push(new Map());
    return { first: [position], last: [position], isNullable: false };
  }

  #addRepetition(
    { item, min, max, text }: Extract<PatternNode, { kind: 'repeat' }>,
    isRepeated: boolean,
  ): Fragment {
    if (max === 0) return nothing;
    if (max === 1) return withEmpty(this.#add(item, isRepeated), min === 0);
    if (canBeEmpty(item)) {
      throw new PatternRefusal(`${text} repeats a part that can be empty`);
    }
    const isFixed = item.kind === 'set' && min === max && max <= maxFixedCopies;
    const isShort = max <= maxCopies && (item.kind === 'set' || !isRepeated);
    if (isFixed || isShort) return this.#addCopies(item, min, max);
    const part = this.#add(item, true);
    this.#link(part.last, part.first);
    return withEmpty(part, min === 0);
  }

  /** Each copy beyond the minimum is optional, together with those after it. */
  #addCopies(item: PatternNode, min: number, max: number): Fragment {
    const copies = Array.from({ length: max }, () => this.#add(item, true));
    return copies.reduceRight(
      (rest, copy, at) => withEmpty(this.#join(copy, rest), at >= min),
      nothing,
    );
  }

  #join(before: Fragment, after: Fragment): Fragment {
    this.#link(before.last, after.first);
    return {
      first: before.isNullable ? [...before.first, ...after.first] : before.first,
      last: after.isNullable ? [...before.last, ...after.last] : after.last,
      isNullable: before.isNullable && after.isNullable,
    };
  }

  #link(last: readonly number[], first: readonly number[]): void {
    for (const from of last) {
      for (const to of first) {
        const following = this.#follow[from];
        following?.set(to, (following.get(to) ?? 0) + 1);
      }
    }
  }
}

function withEmpty(fragment: Fragment, isOptional: boolean): Fragment {
  return isOptional ? { ...fragment, isNullable: true } : fragment;
}

function canBeEmpty(node: PatternNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'look':
      return true;
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(canBeEmpty);
    case 'choice':
      return node.items.some(canBeEmpty);
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.item);
    default:
      return node satisfies never;
  }
}
