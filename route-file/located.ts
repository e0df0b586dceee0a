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

/** A value of a YAML text, with the place where a person wrote it. */
export interface Located {
  readonly value: unknown;
  /** Of a mapping or list where it begins; empty where nothing was written, as in `secret:` and a line break. */
  readonly span: Span;
  /** Where the text of a scalar begins, if it stands there letter by letter: no escapes, no folded lines. */
  readonly textStart?: number;
  readonly children: ReadonlyMap<string, Child>;
}

/** An entry of a mapping, with its key, or of a list. */
export interface Child {
  readonly key?: Span;
  readonly node: Located;
}

/** Aliases may repeat a large text a few times; a text that unfolds to more is an attack or a slip. */
const mostUnfolded = 200_000;
const deepest = 50;

/** Turns a YAML document into values with their places; aliases and merge keys are followed. */
export function locate(document: Document.Parsed, text: string) {
  const locator = new Locator(text);
  return { root: locator.locate(document.contents), problems: locator.problems };
}

class Locator {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #anchors = new Map<string, ParsedNode>();
  /** What each alias stands for was settled when it was met first: an anchor's name may be used again below. */
  readonly #targets = new Map<ParsedNode, ParsedNode>();
  readonly #open: ParsedNode[] = [];
  #aliases = 0;
  #unfolded = 0;

  constructor(text: string) {
    this.#text = text;
  }

  locate(node: ParsedNode | null): Located {
    if (node === null) return { value: null, span: { start: 0, end: 0 }, children: new Map() };
    if (isAlias(node)) return this.#locateAlias(node);
    this.#remember(node);
    if (this.#aliases > 0) this.#unfolded += 1;
    if (this.#unfolded > mostUnfolded) return this.#nothing(node);
    if (this.#unfolded === mostUnfolded)
      return this.#refuse(node, 'the aliases unfold to too much');
    if (isScalar(node)) return this.#locateScalar(node);
    if (this.#open.includes(node)) return this.#refuse(node, 'this stands within itself');
    if (this.#open.length === deepest) return this.#refuse(node, `nested deeper than ${deepest}`);
    this.#open.push(node);
    const located = isMap(node) ? this.#locateMap(node) : this.#locateList(node);
    this.#open.pop();
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
    return this.#refuse(node, 'this is no text, number, true, false or null');
  }

  #locateAlias(node: Alias.Parsed): Located {
    const target = this.#targets.get(node) ?? this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#refuse(node, `no anchor &${node.source} stands above this alias`);
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
        this.#refuse(key, 'this cannot be a key; allowed: a text');
      }
    }
    // What a mapping says itself goes before what it merges, what is merged first before what comes later.
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
    this.problems.push({ ...wrong.span, message: '<< merges mappings only' });
    return [];
  }

  #remember(node: ParsedNode): void {
    if (this.#aliases === 0 && 'anchor' in node && node.anchor) {
      this.#anchors.set(node.anchor, node);
    }
  }

  #refuse(node: ParsedNode, message: string): Located {
    this.problems.push({ ...toSpan(node), message });
    return this.#nothing(node);
  }

  #nothing(node: ParsedNode): Located {
    return { value: null, span: toSpan(node), children: new Map() };
  }
}

/** Whether a value of YAML is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && typeof key.value === 'symbol' && key.value.description === '<<';
}

function toSpan(node: ParsedNode): Span {
  return { start: node.range[0], end: node.range[1] };
}

/** Where a mapping or list begins: its first key or item, or its bracket. */
function toOpening(node: ParsedNode, children: ReadonlyMap<string, Child>): Span {
  const [first] = children.values();
  const start = node.range[0];
  return first?.key ?? first?.node.span ?? { start, end: start + 1 };
}
