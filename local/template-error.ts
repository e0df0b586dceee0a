/**
 * A template or cloud assembly that cannot be run on this machine: the location, what was found,
 * what is allowed.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** Logical id and property, or a file. */
  readonly where: string;

  constructor(where: string, { found, allowed }: { found: string; allowed: string }) {
    super(`${where}: found ${found}, allowed: ${allowed}`);
    this.where = where;
  }
}

/** A JSON object with unknown contents. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True when a value is an object, and neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty object if it is undefined. @throws {TemplateError} */
export function objectAt(value: unknown, where: string): JsonObject {
  if (value === undefined) return {};
  if (isJsonObject(value)) return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'an object' });
}

/** The value as a list; an empty list if it is undefined. @throws {TemplateError} */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a list' });
}

/** The value as a text. @throws {TemplateError} */
export function textAt(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a text' });
}

/** The value as a number; CloudFormation's default if it is undefined. @throws {TemplateError} */
export function numberAt(value: unknown, where: string, defaultValue?: number): number {
  if (value === undefined && defaultValue !== undefined) return defaultValue;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'a number' });
}

/** The kind of a value, without its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isJsonObject(value)
    ? `an object with ${Object.keys(value).join(', ')}`
    : `a ${typeof value}`;
}

/** Refuses a setting that is not emulated, if it is set. @throws {TemplateError} */
export function refuseSetting(value: unknown, where: string, allowed: string): void {
  if (!value) return;
  throw new TemplateError(where, { found: 'a setting that is not emulated', allowed });
}
