import { isJsonObject, type JsonObject } from '../template-error.ts';
import { isBinaryType } from './media-types.ts';
import { parsePayload } from './parse-payload.ts';
import { remapAnswerHeader } from './remap-headers.ts';
import type { RestAnswer } from './rest-answer.ts';
import type { RestCall } from './rest-call.ts';
import { lastHeader, toMediaType } from './rest-request.ts';

const fields = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];
const namePattern = /^[\w!#$%&'*+.^`|~-]+$/;
// Visible characters, spaces and tabs, as Node.js can send them.
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The answer of a Lambda proxy integration, or why the function's result is not one.
 *
 * An unknown field is refused (recorded by others), and so is any type but the documented one.
 * API Gateway also accepts a missing or textual status code and booleans as header values; this is
 * stricter (developer guide, "Output format of a Lambda function for proxy integration").
 *
 * @param payload the function's result as JSON
 */
export function readProxyAnswer(
  payload: string,
  call: RestCall,
): { readonly answer: RestAnswer } | { readonly fault: string } {
  const result = parsePayload(payload);
  if (!result) return { fault: 'the result is not an object' };
  const fault = findFault(result);
  if (fault !== undefined) return { fault };
  const { statusCode, body, isBase64Encoded } = result;
  const headers = [
    ...toPairs(result['headers']),
    ...toPairs(result['multiValueHeaders']).filter(
      ([name, value]) => !hasPair(toPairs(result['headers']), name, value),
    ),
  ];
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const text = typeof body === 'string' ? body : '';
  const isDecoded = isBase64Encoded === true && wantsBinary(call, contentType);
  return {
    answer: {
      status: Number(statusCode),
      headers: [
        ...(contentType === undefined ? ([['Content-Type', 'application/json']] as const) : []),
        ...headers.flatMap(([name, value]) => {
          const renamed = remapAnswerHeader(name);
          return renamed === undefined ? [] : [[renamed, value] as const];
        }),
      ],
      body: Buffer.from(text, isDecoded ? 'base64' : 'utf8'),
    },
  };
}

function findFault(result: JsonObject): string | undefined {
  const unknown = Object.keys(result).find((name) => !fields.includes(name));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result;
  if (!Number.isInteger(statusCode) || Number(statusCode) < 200 || Number(statusCode) > 599) {
    return 'statusCode is not an integer from 200 to 599';
  }
  if (body !== undefined && body !== null && typeof body !== 'string') return 'body is not a text';
  if (isBase64Encoded !== undefined && typeof isBase64Encoded !== 'boolean') {
    return 'isBase64Encoded is not true or false';
  }
  for (const [field, value, isList] of [
    ['headers', headers, false],
    ['multiValueHeaders', multiValueHeaders, true],
  ] as const) {
    if (value === undefined || value === null) continue;
    if (!isJsonObject(value)) return `${field} is not an object`;
    const wrong = Object.entries(value).find(
      ([name, one]) =>
        !namePattern.test(name) || Array.isArray(one) !== isList || ![one].flat().every(isValue),
    );
    if (wrong) return `${field}: ${wrong[0]} is not a header with a text`;
  }
  return undefined;
}

const isValue = (value: unknown) => typeof value === 'string' && valuePattern.test(value);

const toPairs = (headers: unknown): readonly (readonly [string, string])[] =>
  isJsonObject(headers)
    ? Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((one) => [name, String(one)] as const),
      )
    : [];

/** A pair that both fields give is sent once (developer guide, the same section). */
const hasPair = (
  pairs: readonly (readonly [string, string])[],
  name: string,
  value: string,
): boolean =>
  pairs.some(([one, other]) => one.toLowerCase() === name.toLowerCase() && other === value);

/** Only the first type of `Accept` counts; without it, the type of the answer does. */
function wantsBinary({ place, request }: RestCall, contentType: string | undefined): boolean {
  const wanted = lastHeader(request.headers, 'accept') ?? contentType;
  return isBinaryType(toMediaType(wanted), place.api.binaryMediaTypes);
}
