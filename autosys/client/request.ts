import type { AutosysEvent } from '../event.ts';
import { printSendevent } from '../sendevent.ts';
import type { ProfileField, RequestTemplate } from './profile.ts';

/** A request ready to leave, but for host and login. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  /** From the root of the host, the query included. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** What it wants back. @default anything: events answer with nothing, with text or with JSON */
  readonly accept?: string;
}

/** What the braces of a template stand for; a field the event has not is absent. */
export type FieldValues = Readonly<Partial<Record<ProfileField, string | number>>>;

/** The fields of an event; `command`, the event as sendevent's command line, only where the template asks for it. */
export function toFields(event: AutosysEvent, { path, body }: RequestTemplate): FieldValues {
  const { kind: _, ...fields } = event;
  const named = [path, ...Object.values(body ?? {})].flatMap(fieldsNamedIn);
  return named.includes('command') ? { ...fields, command: printSendevent(event) } : fields;
}

/** Which fields a template names, in order. */
export function fieldsNamedIn(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
}

/**
 * Fills a template.
 *
 * A body field that names an absent value is left out; one that is nothing but a number's field stays a number.
 * `undefined` where the path names an absent value, or a job is called `.` or `..`, which no path can carry.
 *
 * @param basePath such as `/AEWS`; of endpoint and profile together
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

/** `#` and its like must be encoded, or the name ends there (seen live). */
function toPathPart(value: string | number): string {
  return encodeURIComponent(value);
}
