/** A template or cloud assembly that cannot be run on this machine: where, what was found, what is allowed. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** Logical id and property, or a file. */
  readonly where: string;

  constructor(where: string, { found, allowed }: { found: string; allowed: string }) {
    super(`${where}: found ${found}, allowed: ${allowed}`);
    this.where = where;
  }
}

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Says whether a value is an object, and neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a place, or an empty one when there is nothing. @throws {TemplateError} */
export function objectAt(value: unknown, where: string): JsonObject {
  if (value === undefined) return {};
  if (isJsonObject(value)) return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'an object' });
}

/** The list at a place, or an empty one when there is nothing. @throws {TemplateError} */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a list' });
}

/** The text at a place. @throws {TemplateError} */
export function textAt(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a text' });
}

/** The number at a place, or what CloudFormation takes when there is nothing. @throws {TemplateError} */
export function numberAt(value: unknown, where: string, otherwise?: number): number {
  if (value === undefined && otherwise !== undefined) return otherwise;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a number' });
}

/** What a value is, without showing it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isJsonObject(value)
    ? `an object with ${Object.keys(value).join(', ')}`
    : `a ${typeof value}`;
}
