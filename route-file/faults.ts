import { type Problem, type Source, type Span, toPosition } from '../autosys/source.ts';
import type { Located } from './located.ts';

/** Path to a value of the file: keys, and indexes of list items. */
export type Path = readonly PropertyKey[];

/** Collects the faults of a file, each with its position in the text. */
export class Faults {
  readonly #root: Located;
  readonly #source: Source;
  readonly #problems: Problem[] = [];

  constructor(root: Located, source: Source) {
    this.#root = root;
    this.#source = source;
  }

  /** All faults in the order of the file, without duplicates. */
  get problems(): readonly Problem[] {
    const seen = new Set<string>();
    return this.#problems
      .toSorted((one, other) => one.start - other.start)
      .filter(({ start, message }) => {
        const known = seen.has(`${start} ${message}`);
        seen.add(`${start} ${message}`);
        return !known;
      });
  }

  /** Adds problems whose positions are already known. */
  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /**
   * Line on which a value begins, or its nearest ancestor. A message uses it to refer to another
   * position.
   */
  lineOf(path: Path): number {
    return toPosition(this.#source, this.spanOf(path).start).line;
  }

  /** Span of a plain value; for any other value, the span of its key. */
  spanOf(path: Path): Span {
    const { key, node } = this.#find(path);
    const isPlain = node.children.size === 0 && node.span.end > node.span.start;
    return isPlain ? node.span : (key ?? node.span);
  }

  /** Adds a fault of a value. If the value is missing, the fault is at its nearest ancestor. */
  at(path: Path, message: string): void {
    this.#problems.push({ ...this.spanOf(path), message });
  }

  /** Adds a fault of a key. */
  atKey(path: Path, message: string): void {
    const { key, node } = this.#find(path);
    this.#problems.push({ ...(key ?? node.span), message });
  }

  /**
   * Adds a fault within a text. The position is exact if the file contains the text verbatim,
   * without escapes.
   */
  within(path: Path, { start, end, message }: Problem): void {
    const { key, node, whole } = this.#find(path);
    const { textStart } = node;
    const exact = whole && textStart !== undefined && end > start;
    const empty = node.span.end === node.span.start;
    this.#problems.push(
      exact
        ? { start: textStart + start, end: textStart + end, message }
        : { ...(empty ? (key ?? node.span) : node.span), message },
    );
  }

  #find(path: Path): { key: Span | undefined; node: Located; whole: boolean } {
    let key: Span | undefined;
    let node = this.#root;
    for (const step of path) {
      const child = node.children.get(String(step));
      if (child === undefined) return { key, node, whole: false };
      // A list item has no key.
      key = child.key;
      node = child.node;
    }
    return { key, node, whole: true };
  }
}
