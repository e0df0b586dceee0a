/** One JSON value in a text, or a place where there should be one; lines count from 1. */
export type JsonValue =
  | { readonly kind: 'value'; readonly line: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly line: number; readonly reason: string };

/**
 * Finds the JSON values in a text: one, one a line, or one after the other over several lines.
 *
 * What is no JSON costs itself and not its neighbours: the search goes on at the next line that begins a value no deeper
 * than the broken one. No reason repeats the text, as it may hold a password.
 */
export function readJsonValues(text: string): readonly JsonValue[] {
  const whole = parse(text.replace(/^\uFEFF/, ''));
  if (whole) return [{ kind: 'value', line: firstLine(text), value: whole.value }];
  return new Reader(text.replace(/^\uFEFF/, '').split(/\r?\n/)).read();
}

class Reader {
  readonly #lines: readonly string[];
  readonly #found: JsonValue[] = [];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): readonly JsonValue[] {
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at] ?? '';
      if (line.trim() !== '') this.#readFrom(line);
    }
    return this.#found;
  }

  /** Reads what begins on this line, and leaves the position on the last line that belongs to it. */
  #readFrom(line: string): void {
    const first = this.#at;
    const own = parse(line);
    if (own) {
      this.#found.push({ kind: 'value', line: first + 1, value: own.value });
      return;
    }
    const end = this.#findEnd(first);
    const spread =
      end === undefined ? undefined : parse(this.#lines.slice(first, end + 1).join('\n'));
    if (spread && end !== undefined) {
      this.#found.push({ kind: 'value', line: first + 1, value: spread.value });
      this.#at = end;
      return;
    }
    this.#found.push({ kind: 'fault', line: first + 1, reason: describe(line, end) });
    this.#at = this.#findNext(first) - 1;
  }

  /** The line on which the brackets that open here are closed again; `undefined` where they never are. */
  #findEnd(first: number): number | undefined {
    let depth = 0;
    for (let at = first; at < this.#lines.length; at += 1) {
      // Texts may hold brackets; JSON ends each of them on its own line.
      const bare = (this.#lines[at] ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
      if ((bare.split('"').length - 1) % 2 === 1) return undefined;
      depth += (bare.match(/[{[]/g) ?? []).length - (bare.match(/[}\]]/g) ?? []).length;
      if (depth <= 0) return at;
    }
    return undefined;
  }

  /** Where the next value may begin: no deeper than the one that broke. */
  #findNext(first: number): number {
    const indent = indentOf(this.#lines[first] ?? '');
    const next = this.#lines.findIndex(
      (line, at) => at > first && /^\s*[{[]/.test(line) && indentOf(line) <= indent,
    );
    return next < 0 ? this.#lines.length : next;
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // The engine's message quotes the text, and an event's text may hold a password.
    return undefined;
  }
}

function describe(line: string, end: number | undefined): string {
  if (!/^\s*[{[]/.test(line)) return 'expected a JSON object or array, found other text';
  return end === undefined
    ? 'expected JSON, found an object, an array or a text that is not closed'
    : 'expected JSON, found text that is none';
}

function firstLine(text: string): number {
  return /^\uFEFF?(?:[ \t]*\r?\n)*/.exec(text)?.[0].split('\n').length ?? 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
