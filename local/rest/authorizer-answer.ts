import { isJsonObject, type JsonObject } from '../template-error.ts';
import { parsePayload } from './parse-payload.ts';
import { PolicyError, type PolicyStatement, readPolicy } from './policy.ts';

/** The answer of an authorizer. */
export interface AuthorizerAnswer {
  readonly statements: readonly PolicyStatement[];
  /** `principalId` and the values of the context, as texts. */
  readonly values: JsonObject;
}

const fields = ['principalId', 'policyDocument', 'context', 'usageIdentifierKey'];
/** Quotas of the developer guide: size of a result, characters of an ARN in its policy. */
const resultBytes = 8192;
const arnCharacters = 512;

/**
 * Reads the result of an authorizer.
 *
 * An unknown field is a fault (reported). Values of the context are texts, numbers and booleans;
 * functions and templates get them as texts (developer guide, "Output from an API Gateway Lambda
 * authorizer").
 *
 * @param payload JSON
 */
export function readAuthorizerAnswer(
  payload: string,
): AuthorizerAnswer | { readonly fault: string } {
  if (Buffer.byteLength(payload) > resultBytes) {
    return { fault: `the result has more than ${resultBytes} bytes` };
  }
  const result = parsePayload(payload);
  if (!result) return { fault: 'the result is not an object' };
  const unknown = Object.keys(result).find((name) => !fields.includes(name));
  if (unknown !== undefined) return { fault: `unknown field ${unknown}` };
  const { principalId, policyDocument, context = {} } = result;
  if (typeof principalId !== 'string' || principalId === '') {
    return { fault: 'principalId is not a text' };
  }
  if (!isJsonObject(context)) return { fault: 'context is not an object' };
  const wrong = Object.entries(context).find(
    ([, value]) => !['string', 'number', 'boolean'].includes(typeof value),
  );
  if (wrong) return { fault: `context.${wrong[0]} is not a text, number or boolean` };
  try {
    const statements = readPolicy(policyDocument, 'identity');
    const long = statements
      .flatMap(({ resources }) => resources.patterns)
      .find((pattern) => pattern.length > arnCharacters);
    if (long !== undefined) {
      return { fault: `a resource of the policy has more than ${arnCharacters} characters` };
    }
    const texts = Object.entries(context).map(([name, value]) => [name, String(value)] as const);
    return { statements, values: { ...Object.fromEntries(texts), principalId } };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { fault: `policyDocument: ${error.message}` };
  }
}
