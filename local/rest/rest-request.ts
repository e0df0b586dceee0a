/** A request as it arrives, before the stage is known. */
export interface RestArrival {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  /** Names and values in turn, as Node.js gives them. */
  readonly rawHeaders: readonly string[];
  /** At most the limit of a payload. */
  readonly body: Buffer;
  /** Bytes of the whole body, also of those that were not kept. */
  readonly bodyBytes: number;
}

/** A request in the form of the proxy event. */
export interface RestRequest {
  readonly httpMethod: string;
  /** The name of the stage in the path; an empty text if there is none. */
  readonly stageName: string;
  /** The path after the stage, as in the URL. */
  readonly path: string;
  readonly headers: MultiValues;
  readonly query: MultiValues;
  readonly body: Buffer;
}

/** Values by name, in the order of their arrival. Names keep the spelling of the client. */
export type MultiValues = Readonly<Record<string, readonly string[]>>;

/** Headers that the function does not get (developer guide, "Important notes"). */
const droppedHeaders = [
  'connection',
  // The guide lists it as passed through. In recorded proxy events it is missing.
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
];
const httpMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** The stage, path, headers and query of a request. */
export function toRestRequest(arrival: RestArrival): RestRequest {
  const { target, rawHeaders, body } = arrival;
  const mark = target.indexOf('?');
  const [whole, query] =
    mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
  const [, stageName = '', path = ''] = /^\/([^/]*)(.*)$/s.exec(whole) ?? [];
  const headers = toHeaders(rawHeaders);
  // API Gateway replaces the method (developer guide, "Important notes").
  const override = lastHeader(headers, 'x-http-method-override')?.toUpperCase();
  const httpMethod =
    override !== undefined && httpMethods.includes(override) ? override : arrival.method;
  return {
    httpMethod,
    stageName,
    path: path === '' ? '/' : path,
    headers,
    query: toQuery(query),
    body,
  };
}

/** The last value of a parameter of the query; its name is case-sensitive. */
export function lastParameter({ query }: RestRequest, name: string): string | undefined {
  return Object.hasOwn(query, name) ? query[name]?.at(-1) : undefined;
}

/** The last value of a header; its name is not case-sensitive. */
export function lastHeader(headers: MultiValues, name: string): string | undefined {
  const found = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : headers[found]?.at(-1);
}

/** The media type of a header such as `application/json; charset=utf-8`, in lower case. */
export function toMediaType(header: string | undefined): string | undefined {
  return header?.split(/[;,]/)[0]?.trim().toLowerCase();
}

/** Bytes of all header lines. */
export function countHeaderBytes(rawHeaders: readonly string[]): number {
  // Each line has a colon, a space and a line end besides its name and value.
  return rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1') + 2, 0);
}

function toHeaders(rawHeaders: readonly string[]): MultiValues {
  const headers = new Map<string, { readonly spelling: string; readonly values: string[] }>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (droppedHeaders.includes(lower)) continue;
    const known = headers.get(lower) ?? { spelling: name, values: [] };
    known.values.push(value);
    headers.set(lower, known);
  }
  return Object.fromEntries([...headers.values()].map((one) => [one.spelling, one.values]));
}

/** `+` is a space; `&` and `;` separate (developer guide, "Important notes", and recordings). */
function toQuery(text: string): MultiValues {
  const query = new Map<string, string[]>();
  for (const pair of text.split(/[&;]/)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1));
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  return Object.fromEntries(query);
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
