/** A node of the trie: the wildcard patterns that continue there, and the next nodes. */
interface Node {
  readonly number: number;
  readonly next: Map<number, Node[]>;
  /** The next node for any byte: the asterisk that follows, or the node itself if it is one. */
  anyByte: Node | undefined;
  /**
   * Whether the engine shares this node with other values.
   *
   * Always before the first asterisk, never at the end of a value, otherwise only if exactly one
   * path leads to it.
   */
  readonly sharing: 'always' | 'sometimes' | 'never';
  readonly patterns: Set<string>;
}

/** A byte of a value, or an asterisk. */
type Code = number;

interface Symbol {
  readonly code: Code;
  /** Whether it is the first byte of a character that has an upper and a lower case. */
  readonly isCased: boolean;
}

const asterisk = -1;
const anyOther = -2;

/** Maximum number of node sets, above that of any accepted pattern. It limits the search time. */
const mostSets = 50_000;

/**
 * The wildcard patterns of one field, as a trie like that of the engine of AWS.
 *
 * The engine reads a value byte by byte, including its JSON quotes, and is in several nodes at
 * once. The complexity depends on the nodes that patterns share, so the sharing is that of
 * event-ruler 2.1.0 (ByteMachine).
 */
export class ValueTrie {
  #nodes = 0;
  readonly #root = this.#createNode('always');
  readonly #matches = new Map<string, Node>();

  /**
   * Adds one value of a pattern. `pattern` identifies the pattern, which may have several values.
   */
  add(pattern: string, wildcard: readonly string[]): void {
    const symbols = toSymbols(wildcard);
    const last = symbols.pop();
    if (last === undefined) return;
    let node = this.#root;
    let before: Node | undefined;
    let isNew = false;
    for (const symbol of symbols) {
      const shared: Node | undefined = isNew ? undefined : findShared(node, symbol);
      isNew ||= shared === undefined;
      const isPlain = node.sharing === 'always' && symbol.code !== asterisk;
      const next = shared ?? this.#createNode(isPlain ? 'always' : 'sometimes');
      next.patterns.add(pattern);
      if (shared === undefined) link([node, before], symbol.code, next);
      before = symbol.code === asterisk ? node : undefined;
      node = next;
    }
    link([node, before], last.code, this.#matchOf(pattern));
  }

  /**
   * The maximum number of wildcard patterns that the engine tests at the same time, for any value.
   *
   * @returns at most `most`
   */
  complexity(most: number): number {
    const seen = new Set<string>();
    const waiting: (readonly Node[])[] = [[this.#root]];
    let highest = 0;
    for (let nodes = waiting.pop(); nodes !== undefined; nodes = waiting.pop()) {
      for (const reached of step(nodes)) {
        const key = reached.map(({ number }) => number).join();
        if (seen.has(key)) continue;
        seen.add(key);
        highest = Math.max(highest, countPatterns(reached));
        if (highest >= most || seen.size > mostSets) return most;
        waiting.push(reached);
      }
    }
    return highest;
  }

  #createNode(sharing: Node['sharing']): Node {
    this.#nodes += 1;
    return {
      number: this.#nodes,
      next: new Map(),
      anyByte: undefined,
      sharing,
      patterns: new Set(),
    };
  }

  /** The final node of a pattern. All its values end there. */
  #matchOf(pattern: string): Node {
    const match = this.#matches.get(pattern) ?? this.#createNode('never');
    this.#matches.set(pattern, match);
    match.patterns.add(pattern);
    return match;
  }
}

/** Connects two nodes. An asterisk may match nothing, so the node before it is connected too. */
function link(
  [node, beforeAsterisk]: readonly [Node, Node | undefined],
  code: Code,
  to: Node,
): void {
  if (code === asterisk) {
    to.anyByte = to;
    node.anyByte = to;
    return;
  }
  for (const from of beforeAsterisk ? [node, beforeAsterisk] : [node]) {
    const known = from.next.get(code) ?? [];
    if (!known.includes(to)) from.next.set(code, [...known, to]);
  }
}

/** The bytes of a value, including its JSON quotes. */
function toSymbols(wildcard: readonly string[]): Symbol[] {
  const symbols: Symbol[] = [];
  wildcard.forEach((piece, at) => {
    if (at > 0) symbols.push({ code: asterisk, isCased: false });
    const open = at === 0 ? '"' : '';
    const close = at === wildcard.length - 1 ? '"' : '';
    for (const character of `${open}${piece}${close}`) {
      const isCased = character.toLowerCase() !== character.toUpperCase();
      for (const [index, code] of Buffer.from(character).entries()) {
        symbols.push({ code, isCased: isCased && index === 0 });
      }
    }
  });
  return symbols;
}

/** The existing node that a new value can share (event-ruler, canReuseNextByteState). */
function findShared(node: Node, { code, isCased }: Symbol): Node | undefined {
  // The node of an asterisk has itself as the next node for any byte.
  const anyByte = node.anyByte === node ? undefined : node.anyByte;
  if (code === asterisk) return anyByte;
  const isForked = anyByte !== undefined || isCased;
  return node.next
    .get(code)
    ?.find(({ sharing }) => sharing === 'always' || (sharing === 'sometimes' && !isForked));
}

/** The sets of nodes that are reached with one more byte. */
function step(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const bytes = new Set([anyOther, ...nodes.flatMap(({ next }) => [...next.keys()])]);
  return [...bytes].flatMap((byte) => {
    const reached = nodes.flatMap(({ next, anyByte }) => [
      ...(next.get(byte) ?? []),
      ...(anyByte ? [anyByte] : []),
    ]);
    return reached.length === 0
      ? []
      : [[...new Set(reached)].toSorted((a, b) => a.number - b.number)];
  });
}

/**
 * Counts the patterns of the nodes. An asterisk may match nothing, so the next one counts already.
 */
function countPatterns(nodes: readonly Node[]): number {
  const upcoming = nodes.flatMap(({ anyByte }) =>
    anyByte === undefined || nodes.includes(anyByte) ? [] : [anyByte],
  );
  return [...nodes, ...upcoming].reduce((sum, { patterns }) => sum + patterns.size, 0);
}
