/** One JSON value in a text, or a fault. `line` starts at 1. */
export type JsonValue =
  | { readonly kind: 'value'; readonly line: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly line: number; readonly reason: string };

/**
 * Finds the JSON values in a text: one value, one per line, or several, each over several lines.
 *
 * Invalid JSON does not affect its neighbours. The search continues at the next line that starts a
 * value and is not indented more than the invalid one. No reason quotes the text, because it may
 * contain a password.
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

  /** Reads the value that starts on this line. Leaves the position on its last line. */
  #readFrom(line: string): void {
    const first = this.#at;
    const single = parse(line);
    if (single) {
      this.#found.push({ kind: 'value', line: first + 1, value: single.value });
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

  /** The line that closes the brackets opened here; `undefined` if none does. */
  #findEnd(first: number): number | undefined {
    let depth = 0;
    for (let at = first; at < this.#lines.length; at += 1) {
      // Strings may contain brackets. A JSON string ends on its line.
      const bare = (this.#lines[at] ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '""');
      if ((bare.split('"').length - 1) % 2 === 1) return undefined;
      depth += (bare.match(/[{[]/g) ?? []).length - (bare.match(/[}\]]/g) ?? []).length;
      if (depth <= 0) return at;
    }
    return undefined;
  }

  /** The next line that may start a value: not indented more than the invalid one. */
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
    // The error of JSON.parse quotes the text, which may contain a password.
    return undefined;
  }
}

function describe(line: string, end: number | undefined): string {
  if (!/^\s*[{[]/.test(line)) return 'expected a JSON object or array, found text that is neither';
  return end === undefined
    ? 'expected JSON, found an object, array or string that is not closed'
    : 'expected JSON, found text that is not JSON';
}

function firstLine(text: string): number {
  return /^\uFEFF?(?:[ \t]*\r?\n)*/.exec(text)?.[0].split('\n').length ?? 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
