/**
 * An event pattern that EventBridge rejects, or that contains something unknown.
 *
 * Thrown when a pattern is compiled, never when an event is matched.
 */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  /** The position in the pattern: field names joined by dots; `(root)` for the whole pattern. */
  readonly path: string;
  /** The operator at that position, such as `prefix`. Undefined if there is none. */
  readonly operator: string | undefined;

  constructor(position: PatternPosition, { found, allowed }: { found: string; allowed: string }) {
    const path = position.path === '' ? '(root)' : position.path;
    const operator = position.operator === undefined ? '' : `, operator "${position.operator}"`;
    super(`event pattern at ${path}${operator}: found ${found}, allowed: ${allowed}`);
    this.path = path;
    this.operator = position.operator;
  }
}

/** A position in a pattern. */
export interface PatternPosition {
  readonly path: string;
  readonly operator?: string;
}

/**
 * Describes a JSON value for a message, shortened: `"ab"`, `17`, `an array`, `an object with a, b`.
 */
export function describeJson(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}`;
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
