import { type Problem, type Source, type Span, toPosition } from '../autosys/source.ts';
import type { Located } from './located.ts';

/** The way to a value of the file: keys, and positions in lists. */
export type Path = readonly PropertyKey[];

/** Everything wrong with a file, each at the place where a person wrote it. */
export class Faults {
  readonly #root: Located;
  readonly #source: Source;
  readonly #problems: Problem[] = [];

  constructor(root: Located, source: Source) {
    this.#root = root;
    this.#source = source;
  }

  /** In the order of the file, each once. */
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

  /** What somebody else has found. */
  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** The line on which a value, or its nearest ancestor, begins: for a message about one place that names another. */
  lineOf(path: Path): number {
    return toPosition(this.#source, this.spanOf(path).start).line;
  }

  /** Where a value stands, or its key where it is no plain one. */
  spanOf(path: Path): Span {
    const { key, node } = this.#find(path);
    const isPlain = node.children.size === 0 && node.span.end > node.span.start;
    return isPlain ? node.span : (key ?? node.span);
  }

  /** Something is wrong with the value, or with its absence: then its nearest ancestor is pointed at. */
  at(path: Path, message: string): void {
    this.#problems.push({ ...this.spanOf(path), message });
  }

  /** Something is wrong with the key itself. */
  atKey(path: Path, message: string): void {
    const { key, node } = this.#find(path);
    this.#problems.push({ ...(key ?? node.span), message });
  }

  /** Something is wrong within a text; the place is exact where the text stands in the file letter by letter. */
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
      // An item of a list has no key of its own.
      key = child.key;
      node = child.node;
    }
    return { key, node, whole: true };
  }
}
