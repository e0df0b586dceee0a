import { isJsonObject, type JsonObject, kindOf, TemplateError } from '../template-error.ts';

/** A JSON schema of draft 4 whose keywords have been checked by {@link checkSchema}. */
export type JsonSchema = JsonObject;

const annotations = ['$schema', 'id', 'title', 'description', 'default', 'definitions', 'format'];
const keywords = [
  '$ref',
  'type',
  'enum',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
];
const draft4 = 'http://json-schema.org/draft-04/schema#';
const typeNames = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/**
 * Checks that a model uses only the supported part of JSON schema draft 4, which API Gateway
 * validates against (developer guide, "Data models for REST APIs").
 *
 * `format` is ignored, as API Gateway ignores it. References are supported to `#/definitions/NAME`
 * of the same model.
 *
 * @throws {TemplateError} for an unsupported keyword, or a value that draft 4 does not allow
 */
export function checkSchema(value: unknown, where: string): JsonSchema {
  const schema = objectOnly(value, where);
  if (schema['$schema'] !== undefined && schema['$schema'] !== draft4) {
    throw refusal(where, '$schema', String(schema['$schema']), draft4);
  }
  for (const [name, definition] of Object.entries(objectOnly(schema['definitions'] ?? {}, where))) {
    checkNode(definition, `${where}.definitions.${name}`, schema);
  }
  checkNode(schema, where, schema);
  return schema;
}

function checkNode(value: unknown, where: string, root: JsonSchema): void {
  const schema = objectOnly(value, where);
  const unknown = Object.keys(schema).find((name) => ![...annotations, ...keywords].includes(name));
  if (unknown !== undefined) {
    throw refusal(where, unknown, 'an unsupported keyword', keywords.join(', '));
  }
  for (const [keyword, check, allowed] of shapes) {
    if (schema[keyword] === undefined || check(schema[keyword])) continue;
    throw refusal(where, keyword, kindOf(schema[keyword]), allowed);
  }
  const { $ref, properties = {}, items, additionalProperties: more } = schema;
  if ($ref !== undefined && findDefinition($ref, root) === undefined) {
    throw refusal(where, '$ref', String($ref), '#/definitions/NAME of the same model');
  }
  for (const [name, one] of Object.entries(objectOnly(properties, where))) {
    checkNode(one, `${where}.properties.${name}`, root);
  }
  if (items !== undefined) checkNode(items, `${where}.items`, root);
  if (more !== undefined && typeof more !== 'boolean') {
    checkNode(more, `${where}.additionalProperties`, root);
  }
}

const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown) => typeof value === 'number';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isTypeName = (value: unknown) => typeof value === 'string' && typeNames.includes(value);
const isNonEmptyList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && new Set(value).size === value.length;

type Shape = readonly [keyword: string, check: (value: unknown) => boolean, allowed: string];
const shapes: readonly Shape[] = [
  [
    'type',
    (value) => isTypeName(value) || (isNonEmptyList(value) && value.every(isTypeName)),
    typeNames.join(', '),
  ],
  ['enum', isNonEmptyList, 'a list of different values'],
  [
    'required',
    (value) => isNonEmptyList(value) && value.every((name) => typeof name === 'string'),
    'a list of at least one name',
  ],
  ['pattern', (value) => typeof value === 'string' && compiles(value), 'a regular expression'],
  ...['minItems', 'maxItems', 'minLength', 'maxLength'].map(
    (keyword): Shape => [keyword, isCount, 'a count'],
  ),
  ...['minimum', 'maximum'].map((keyword): Shape => [keyword, isNumber, 'a number']),
  ...['exclusiveMinimum', 'exclusiveMaximum'].map(
    (keyword): Shape => [keyword, isFlag, 'true or false, as in draft 4'],
  ),
];

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The schema of a reference; `undefined` for a reference that is not supported. */
export function findDefinition(reference: unknown, root: JsonSchema): JsonSchema | undefined {
  const [, name] = /^#\/definitions\/([^/]+)$/.exec(String(reference)) ?? [];
  const { definitions } = root;
  if (name === undefined || !isJsonObject(definitions)) return undefined;
  const found = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  return isJsonObject(found) ? found : undefined;
}

function objectOnly(value: unknown, where: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'an object' });
}

function refusal(where: string, keyword: string, found: string, allowed: string): TemplateError {
  return new TemplateError(`${where}, ${keyword}`, { found, allowed });
}
