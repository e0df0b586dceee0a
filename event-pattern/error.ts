/**
 * An event pattern that EventBridge would refuse, or that says something we do not know.
 *
 * Thrown when a pattern is compiled, never while an event is matched: a rule that stands is a rule that can be trusted.
 */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  /** Where in the pattern: field names joined by dots, `(root)` for the whole. */
  readonly path: string;
  /** The operator that was being read, such as `prefix`; absent where none was. */
  readonly operator: string | undefined;

  constructor(place: PatternPosition, { found, allowed }: { found: string; allowed: string }) {
    const where = place.path === '' ? '(root)' : place.path;
    const operator = place.operator === undefined ? '' : `, operator "${place.operator}"`;
    super(`event pattern at ${where}${operator}: found ${found}, allowed: ${allowed}`);
    this.path = where;
    this.operator = place.operator;
  }
}

/** Where a reader of a pattern stands. */
export interface PatternPosition {
  readonly path: string;
  readonly operator?: string;
}

/** Names a JSON value for a message, shortened: `"ab"`, `17`, `an empty array`, `an object with keys a, b`. */
export function describeJson(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}`;
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
