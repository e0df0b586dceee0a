import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Problem, Span } from '../autosys/source.ts';

/** A value of a YAML text, with its position. */
export interface Located {
  readonly value: unknown;
  /**
   * For a mapping or list, its beginning. Empty for a missing value, such as `secret:` before a
   * line break.
   */
  readonly span: Span;
  /**
   * Position of the first character of a scalar. Set only if the file contains the text verbatim:
   * without escapes and folded lines.
   */
  readonly textStart?: number;
  readonly children: ReadonlyMap<string, Child>;
}

/** An entry of a mapping, with its key, or an item of a list. */
export interface Child {
  readonly key?: Span;
  readonly node: Located;
}

/**
 * Maximum number of values that aliases may expand to. It allows a few repetitions of a large text,
 * and stops an expansion attack.
 */
const maxExpandedValues = 200_000;
const maxDepth = 50;

/** Converts a YAML document to values with their positions. Resolves aliases and merge keys. */
export function locate(document: Document.Parsed, text: string) {
  const locator = new Locator(text);
  return { root: locator.locate(document.contents), problems: locator.problems };
}

class Locator {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #anchors = new Map<string, ParsedNode>();
  /**
   * Target of each alias, fixed when the alias is first resolved: the file may define an anchor
   * name again further down.
   */
  readonly #targets = new Map<ParsedNode, ParsedNode>();
  readonly #ancestors: ParsedNode[] = [];
  #aliases = 0;
  #expanded = 0;

  constructor(text: string) {
    this.#text = text;
  }

  locate(node: ParsedNode | null): Located {
    if (node === null) return { value: null, span: { start: 0, end: 0 }, children: new Map() };
    if (isAlias(node)) return this.#locateAlias(node);
    this.#remember(node);
    if (this.#aliases > 0) this.#expanded += 1;
    if (this.#expanded > maxExpandedValues) return this.#toNull(node);
    if (this.#expanded === maxExpandedValues)
      return this.#refuse(
        node,
        `the aliases expand to too many values; allowed: fewer than ${maxExpandedValues}`,
      );
    if (isScalar(node)) return this.#locateScalar(node);
    if (this.#ancestors.includes(node))
      return this.#refuse(node, 'the value contains itself; remove the alias');
    if (this.#ancestors.length === maxDepth)
      return this.#refuse(node, `nested too deeply; allowed: ${maxDepth} levels`);
    this.#ancestors.push(node);
    const located = isMap(node) ? this.#locateMap(node) : this.#locateList(node);
    this.#ancestors.pop();
    return located;
  }

  #locateScalar(node: Scalar.Parsed): Located {
    const span = toSpan(node);
    const { value } = node;
    const children = new Map<string, Child>();
    if (typeof value === 'string') {
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      const textStart = quoted ? span.start + 1 : span.start;
      const verbatim = this.#text.startsWith(value, textStart);
      return { value, span, children, ...(verbatim && { textStart }) };
    }
    if (value === null || typeof value === 'number' || typeof value === 'boolean') {
      return { value, span, children };
    }
    return this.#refuse(node, 'unsupported value; allowed: a text, a number, true, false or null');
  }

  #locateAlias(node: Alias.Parsed): Located {
    const target = this.#targets.get(node) ?? this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#refuse(
        node,
        `undefined alias *${node.source}; define the anchor &${node.source} above it`,
      );
    }
    this.#targets.set(node, target);
    this.#aliases += 1;
    const located = this.locate(target);
    this.#aliases -= 1;
    return { ...located, span: toSpan(node) };
  }

  #locateList(node: YAMLSeq.Parsed): Located {
    const children = new Map<string, Child>(
      node.items.map((item, at) => [String(at), { node: this.locate(item) }]),
    );
    const value = [...children.values()].map((child) => child.node.value);
    return { value, span: toOpening(node, children), children };
  }

  #locateMap(node: YAMLMap.Parsed): Located {
    const own = new Map<string, Child>();
    const merged: Located[] = [];
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) {
        merged.push(...this.#locateMerged(value));
      } else if (isScalar(key) && key.value !== null && key.value !== '__proto__') {
        this.#remember(key);
        own.set(String(key.value), { key: toSpan(key), node: this.locate(value) });
      } else {
        this.#refuse(key, 'invalid key; allowed: a text');
      }
    }
    // Own keys override merged keys. Among merged mappings, the first one wins.
    const children = new Map([...merged.toReversed().flatMap((one) => [...one.children]), ...own]);
    const entries = [...children].map(([key, child]) => [key, child.node.value] as const);
    return { value: Object.fromEntries(entries), span: toOpening(node, own), children };
  }

  #locateMerged(node: ParsedNode | null): readonly Located[] {
    const located = this.locate(node);
    const merged = Array.isArray(located.value)
      ? [...located.children.values()].map((child) => child.node)
      : [located];
    const wrong = merged.find(({ value }) => !isMapping(value));
    if (wrong === undefined) return merged;
    this.problems.push({
      ...wrong.span,
      message: 'invalid value of <<; allowed: a mapping, or a list of mappings',
    });
    return [];
  }

  #remember(node: ParsedNode): void {
    if (this.#aliases === 0 && 'anchor' in node && node.anchor) {
      this.#anchors.set(node.anchor, node);
    }
  }

  #refuse(node: ParsedNode, message: string): Located {
    this.problems.push({ ...toSpan(node), message });
    return this.#toNull(node);
  }

  #toNull(node: ParsedNode): Located {
    return { value: null, span: toSpan(node), children: new Map() };
  }
}

/** True for a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && typeof key.value === 'symbol' && key.value.description === '<<';
}

function toSpan(node: ParsedNode): Span {
  return { start: node.range[0], end: node.range[1] };
}

/** Beginning of a mapping or list: its first key or item, or its bracket. */
function toOpening(node: ParsedNode, children: ReadonlyMap<string, Child>): Span {
  const [first] = children.values();
  const start = node.range[0];
  return first?.key ?? first?.node.span ?? { start, end: start + 1 };
}
