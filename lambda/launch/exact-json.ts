/** A number with more digits than a JavaScript number holds; `JSON.stringify` writes it as it was. */
interface RawJson {
  readonly rawJSON: string;
}

/** Parts of `JSON` that Node.js has since version 21, and `lib.es2024` does not describe. */
interface ExactJson {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): boolean;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}

const json = JSON as unknown as ExactJson;

/** Maximum nesting of a body. Deeper values end the functions of `JSON` with a stack overflow. */
export const maxJsonDepth = 500;

/** True if arrays and objects are nested deeper than {@link maxJsonDepth}. Any text is allowed. */
export function isJsonTooDeep(text: string): boolean {
  let depth = 0;
  // A quote without an end takes the rest, so that no part of the text is read twice.
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{}\]]/gs)) {
    if (part === '[' || part === '{') depth += 1;
    else if (part === ']' || part === '}') depth -= 1;
    if (depth > maxJsonDepth) return true;
  }
  return false;
}

/**
 * Parses JSON so that `JSON.stringify` returns each number as it was written, such as
 * `12345678901234567890` or `1e400`.
 *
 * Such a number is no `number` in the result: see {@link isExactNumber}.
 *
 * @throws {SyntaxError} whose message may quote the text
 */
export function parseExactJson(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value,
  );
}

/** Whether a value of {@link parseExactJson} is a number that no `number` holds as it was written. */
export function isExactNumber(value: unknown): boolean {
  return json.isRawJSON(value);
}
