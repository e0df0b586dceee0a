import type { JsonObject } from '../template-error.ts';
import type { CustomGatewayResponse } from './definition.ts';
import type { GatewayFailure } from './failure.ts';
import { findContextValue } from './request-context.ts';
import type { RestAnswer } from './rest-answer.ts';
import type { RestCall } from './rest-call.ts';
import { lastHeader, lastParameter, toMediaType } from './rest-request.ts';

const defaultTemplate = '{"message":$context.error.messageString}';
const json = 'application/json';

/**
 * The answer to a request that the gateway refuses, after the template's gateway responses.
 *
 * A template body is text with simple variables: `$context.NAME`, `$stageVariables.NAME` and
 * `$method.request.PLACE.NAME`. A variable without a value becomes an empty text (inferred).
 *
 * @param context values of `$context`, with those of `error`
 */
export function renderFailure(
  failure: GatewayFailure,
  call: RestCall,
  context: JsonObject,
): RestAnswer {
  const { message, errorType } = failure;
  const errorHeader = ['x-amzn-ErrorType', errorType] as const;
  if (failure.plainText) return toText(failure.status, message ?? '', errorHeader);
  const custom = findCustom(failure, call);
  if (!custom) {
    // The default of ACCESS_DENIED has a capital letter, unlike its documented template (reported).
    const name = failure.type === 'ACCESS_DENIED' ? 'Message' : 'message';
    const body = Buffer.from(JSON.stringify({ [name]: message }));
    return { status: failure.status, headers: [['Content-Type', json], errorHeader], body };
  }
  const values = { call, context };
  const [type, template] = chooseTemplate(custom, call);
  const headers = Object.entries(custom.headers).map(
    ([name, source]) => [name, toHeaderValue(evaluateSource(source, values))] as const,
  );
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status: custom.status ?? failure.status,
    headers: [...(hasType ? [] : [['Content-Type', type] as const]), errorHeader, ...headers],
    body: Buffer.from(renderTemplate(template, values)),
  };
}

/** The values of `$context.error`. */
export function toErrorContext({ type, message, validationError }: GatewayFailure): JsonObject {
  return {
    message: message ?? 'null',
    messageString: JSON.stringify(message),
    responseType: type,
    ...(validationError === undefined ? {} : { validationErrorString: validationError }),
  };
}

function findCustom(
  { type, status }: GatewayFailure,
  { place }: RestCall,
): CustomGatewayResponse | undefined {
  // The response 413 cannot be customized (developer guide, "Important notes").
  if (type === 'REQUEST_TOO_LARGE') return undefined;
  const { gatewayResponses } = place.api;
  return (
    gatewayResponses.get(type) ?? gatewayResponses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX')
  );
}

/** The template for the first type of `Accept`, or the one for JSON, or the first one (inferred). */
function chooseTemplate(
  { templates }: CustomGatewayResponse,
  { request }: RestCall,
): readonly [type: string, template: string] {
  const wanted = toMediaType(lastHeader(request.headers, 'accept'));
  const entries = Object.entries(templates);
  const found =
    entries.find(([type]) => type.toLowerCase() === wanted) ??
    entries.find(([type]) => type === json) ??
    entries[0];
  return found ?? [json, defaultTemplate];
}

interface TemplateVariables {
  readonly call: RestCall;
  readonly context: JsonObject;
}

const variablePattern =
  /\$(?:context\.[\w.]*\w|stageVariables\.\w+|method\.request\.(?:header|querystring|path)\.[\w-]+)/g;

function renderTemplate(template: string, values: TemplateVariables): string {
  return template.replace(variablePattern, (found) => evaluateSource(found.slice(1), values));
}

/** The value of `'text'`, `context.NAME`, `stageVariables.NAME` or `method.request.PLACE.NAME`. */
function evaluateSource(source: string, { call, context }: TemplateVariables): string {
  if (source.startsWith("'")) return source.slice(1, -1);
  const [, kind, name = ''] =
    /^(context|stageVariables|method\.request)\.(.+)$/s.exec(source) ?? [];
  if (kind === 'context') return findContextValue(context, name) ?? '';
  if (kind === 'stageVariables') return call.stage.variables[name] ?? '';
  const [, place, parameter = ''] = /^(header|querystring|path)\.(.+)$/s.exec(name) ?? [];
  if (place === 'header') return lastHeader(call.request.headers, parameter) ?? '';
  if (place === 'path') return call.route?.pathParameters[parameter] ?? '';
  return lastParameter(call.request, parameter) ?? '';
}

/** Without the characters that a header cannot have. */
const toHeaderValue = (text: string) => text.replace(/[^\t -~\x80-\xff]/g, '');

function toText(status: number, text: string, errorHeader: readonly [string, string]): RestAnswer {
  return {
    status,
    headers: [['Content-Type', 'text/plain'], errorHeader],
    body: Buffer.from(text),
  };
}
