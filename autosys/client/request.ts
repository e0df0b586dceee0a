import type { AutosysEvent } from '../event.ts';
import { printSendevent } from '../sendevent.ts';
import type { ProfileField, RequestTemplate } from './profile.ts';

/** A complete request, except host and login. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute path, including the query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /**
   * The header `Accept`.
   *
   * @default - any type, because events are answered with text, JSON or no body
   */
  readonly accept?: string;
}

/** The values for the braces of a template. Fields that the event does not have are absent. */
export type FieldValues = Readonly<Partial<Record<ProfileField, string | number>>>;

/**
 * The fields of an event. `command`, its sendevent command line, only if the template contains it.
 */
export function toFields(event: AutosysEvent, { path, body }: RequestTemplate): FieldValues {
  const { kind: _, ...fields } = event;
  const named = [path, ...Object.values(body ?? {})].flatMap(fieldsNamedIn);
  return named.includes('command') ? { ...fields, command: printSendevent(event) } : fields;
}

/** The fields in a template, in order. */
export function fieldsNamedIn(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
}

/**
 * Fills a template.
 *
 * A body field with an absent value is omitted. A body field that consists only of a numeric value
 * stays a number.
 *
 * @param basePath such as `/AEWS`; the joined path of endpoint and profile
 * @returns `undefined` if the path contains an absent value, or the job name `.` or `..`, which a
 *   path cannot contain
 */
export function fillRequest(
  { method, path, body }: Pick<RequestTemplate, 'method' | 'path' | 'body'>,
  fields: FieldValues,
  basePath: string,
): WireRequest | undefined {
  const filled = fill(path, fields, toPathPart);
  if (filled === undefined || /(^|\/)\.{1,2}(\/|\?|$)/.test(String(filled))) return undefined;
  const request = { method, path: `${basePath}/${filled}` };
  if (body === undefined) return request;

  const entries = Object.entries(body).flatMap(([name, template]) => {
    const value = fill(template, fields, (found) => found);
    return value === undefined ? [] : [[name, value] as const];
  });
  const contentType = 'application/json';
  return { ...request, contentType, body: JSON.stringify(Object.fromEntries(entries)) };
}

function fill(
  template: string,
  fields: FieldValues,
  convert: (value: string | number) => string | number,
): string | number | undefined {
  const values = new Map<string, string | number>(Object.entries(fields));
  const names = fieldsNamedIn(template);
  if (names.some((name) => !values.has(name))) return undefined;
  const [only] = names;
  if (template === `{${only}}`) return convert(values.get(only ?? '') ?? '');
  return template.replace(/\{([^{}]*)\}/g, (_, name) => `${convert(values.get(name) ?? '')}`);
}

/** Encodes characters such as `#`, which would otherwise end the path (seen live). */
function toPathPart(value: string | number): string {
  return encodeURIComponent(value);
}
