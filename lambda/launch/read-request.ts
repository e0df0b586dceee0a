import { parse as parseForm } from 'node:querystring';
import {
  apiVersion,
  nothingStarted,
  type StartRequest,
  type StopRequest,
  stopCauses,
  versionHeader,
} from './api.ts';
import { ApiError, type InputFault, toInvalidInput } from './api-error.ts';
import { checkFields, pickKnown } from './check-fields.ts';
import { isJsonTooDeep, maxJsonDepth, parseExactJson } from './exact-json.ts';
import { findJsonPosition } from './json-position.ts';

/** A request as API Gateway hands it to the function (REST API, proxy integration). */
export interface ProxyRequest {
  readonly httpMethod: string;
  readonly resource: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly authorizer?: Readonly<Record<string, unknown>> | null;
  } | null;
}

/** Value of a header, whatever the case of its name. */
export function readHeader({ headers }: ProxyRequest, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Whether the answer is text for people: after a form, or if the client does not ask for JSON. */
export function wantsText(request: ProxyRequest): boolean {
  const accept = readHeader(request, 'accept') ?? '*/*';
  if (/\bapplication\/json\b/.test(accept)) return false;
  return isForm(request) || /\btext\/plain\b/.test(accept);
}

/**
 * The caller that the authorizer has named.
 *
 * @throws {ApiError} 401 if there is none: the API was deployed without its authorizer
 */
export function readCallerName({ requestContext }: ProxyRequest): string {
  const name = requestContext?.authorizer?.['caller'];
  if (typeof name === 'string' && name !== '') return name;
  throw new ApiError({
    status: 401,
    code: 'NO_LOGIN',
    message: 'the request carries no login that was checked',
    fix: 'give the login of a caller in the route file',
    exit: nothingStarted.notAllowed,
  });
}

/** Maximum size of a body, in characters. The input is limited to 256 KiB. */
const maxBody = 600_000;

/**
 * Fields of the body, JSON or a form. Every value of a form is text.
 *
 * @throws {ApiError} 400
 */
export function readRequestFields(request: ProxyRequest): Readonly<Record<string, unknown>> {
  const { body, isBase64Encoded } = request;
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
  if (text.length > maxBody) {
    throw toInvalidInput([
      { path: 'body', message: `found ${text.length} characters, allowed: at most ${maxBody}` },
    ]);
  }
  if (text.trim() === '') return {};
  if (isForm(request)) return readForm(text);
  const value = parseJson(text, 'body', JSON.parse);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw toInvalidInput([{ path: 'body', message: 'allowed: a JSON object, or a form' }]);
  }
  if (!Object.hasOwn(value, 'input')) return Object.fromEntries(Object.entries(value));
  // The text is an object, as just parsed; only the digits of its numbers differ.
  const exact = parseExactJson(text) as Readonly<Record<string, unknown>>;
  return { ...Object.fromEntries(Object.entries(value)), input: exact['input'] };
}

function parseJson(text: string, path: string, parse: (text: string) => unknown): unknown {
  if (isJsonTooDeep(text)) {
    const message = `found more than ${maxJsonDepth} levels, allowed: at most ${maxJsonDepth}`;
    throw toInvalidInput([{ path, message }]);
  }
  try {
    return parse(text);
  } catch {
    // The message of the parser may quote the text.
    const at = (findJsonPosition(text) ?? 0) + 1;
    throw toInvalidInput([{ path, message: `the JSON is invalid at character ${at}` }]);
  }
}

function isForm(request: ProxyRequest): boolean {
  const type = readHeader(request, 'content-type') ?? '';
  return type.toLowerCase().startsWith('application/x-www-form-urlencoded');
}

/** `param.date=2026-11-30` becomes `params: {date}`; `input` is JSON text. */
function readForm(text: string): Readonly<Record<string, unknown>> {
  // Entries, not assignments: a field may be called `__proto__`.
  const fields: [string, unknown][] = [];
  const params: [string, string][] = [];
  // By default the parser ignores what follows the thousandth field.
  const parsed = parseForm(text, '&', '=', { maxKeys: 0 });
  for (const [name, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') {
      throw toInvalidInput([{ path: name, message: 'is given more than once' }]);
    }
    if (name.startsWith('param.')) params.push([name.slice(6), value]);
    else fields.push([name, readFormField(name, value)]);
  }
  if (params.length > 0) fields.push(['params', Object.fromEntries(params)]);
  return Object.fromEntries(fields);
}

function readFormField(name: string, text: string): unknown {
  if (name === 'run' || name === 'try') return /^\d{1,10}$/.test(text) ? Number(text) : text;
  if (name === 'again' || name === 'wait') {
    return text === 'true' ? true : text === 'false' ? false : text;
  }
  return name === 'input' ? parseJson(text, name, parseExactJson) : text;
}

const startFields = {
  target: 'text',
  job: 'text',
  instance: 'text',
  run: 'number',
  try: 'number',
  key: 'text',
  params: 'texts',
  input: 'any',
  launchId: 'text',
  again: 'boolean',
  wait: 'boolean',
} as const satisfies Record<keyof StartRequest, string>;

/**
 * Whether a newer command has sent the request: the same major version and a higher minor one. Fields
 * that this version does not know are then ignored; from others they are faults.
 */
export function isFromNewerCommand(request: ProxyRequest): boolean {
  const toParts = (version: string) => version.split('.').map(Number);
  const [major, minor = 0] = toParts(readHeader(request, versionHeader) ?? '');
  const [ourMajor, ourMinor = 0] = toParts(apiVersion);
  return major === ourMajor && minor > ourMinor;
}

/**
 * The request to start a run, checked for its shape.
 *
 * @param isFromNewer whether unknown fields are ignored
 * @throws {ApiError} 400 with all faults
 */
export function readStartRequest(
  given: Readonly<Record<string, unknown>>,
  isFromNewer = false,
): StartRequest {
  const { fields, faults } = checkFields(given, startFields, isFromNewer);
  if (fields['again'] === true && fields['launchId'] === undefined) {
    const message = 'is missing; with again it shows that a repeated request is the same one';
    faults.push({ path: 'launchId', message });
  }
  if (fields['target'] === undefined) faults.push({ path: 'target', message: 'is missing' });
  if (faults.length > 0) throw toInvalidInput(faults);
  return fields as unknown as StartRequest;
}

/** Maximum characters of the reason of a stop. */
const maxReason = 200;

/**
 * The request to stop a run, checked for its shape.
 *
 * @param isFromNewer whether unknown fields are ignored
 * @throws {ApiError} 400 with all faults
 */
export function readStopRequest(
  given: Readonly<Record<string, unknown>>,
  isFromNewer = false,
): StopRequest {
  const fields = isFromNewer ? pickKnown(given, ['reason', 'cause']) : given;
  const { reason, cause, ...others } = fields;
  const faults: InputFault[] = Object.keys(others).map((name) => ({
    path: name,
    message: 'unknown field; allowed: reason, cause',
  }));
  const isReason =
    reason === undefined || (typeof reason === 'string' && reason.length <= maxReason);
  if (!isReason) {
    faults.push({ path: 'reason', message: `allowed: text of at most ${maxReason} characters` });
  }
  const known = stopCauses.find((one) => one === cause);
  if (cause !== undefined && known === undefined) {
    faults.push({ path: 'cause', message: `allowed: ${stopCauses.join(', ')}` });
  }
  if (faults.length > 0) throw toInvalidInput(faults);
  return {
    ...(typeof reason === 'string' && { reason }),
    ...(known !== undefined && { cause: known }),
  };
}
