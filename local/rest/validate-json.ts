import { isJsonObject, type JsonObject } from '../template-error.ts';
import { findDefinition, type JsonSchema } from './json-schema.ts';

/**
 * The violations of a value against a schema, in the words of the validator that API Gateway uses
 * (reported by users of `$context.error.validationErrorString`).
 */
export function findViolations(
  value: unknown,
  schema: JsonSchema,
  root: JsonSchema = schema,
): readonly string[] {
  if (schema['$ref'] !== undefined) {
    // Draft 4 ignores the keywords beside a reference. `checkSchema` has resolved it before.
    return findViolations(value, findDefinition(schema['$ref'], root) ?? {}, root);
  }
  const types = [schema['type'] ?? []].flat().map(String);
  const actual = typeOf(value);
  if (types.length > 0 && !types.some((type) => type === actual || isInteger(type, actual))) {
    const allowed = JSON.stringify(types.toSorted());
    const one = `instance type (${actual}) does not match any allowed primitive type`;
    return [`${one} (allowed: ${allowed})`];
  }
  return [
    ...findEnumViolation(value, schema),
    ...(typeof value === 'string' ? findTextViolations(value, schema) : []),
    ...(typeof value === 'number' ? findNumberViolations(value, schema) : []),
    ...(Array.isArray(value) ? findListViolations(value, schema, root) : []),
    ...(isJsonObject(value) ? findObjectViolations(value, schema, root) : []),
  ];
}

const isInteger = (type: string, actual: string) => type === 'number' && actual === 'integer';

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function findEnumViolation(value: unknown, { enum: allowed }: JsonSchema): readonly string[] {
  if (!Array.isArray(allowed)) return [];
  const text = JSON.stringify(value);
  if (allowed.some((one) => JSON.stringify(one) === text)) return [];
  return [
    `instance value (${text}) not found in enum (possible values: ${JSON.stringify(allowed)})`,
  ];
}

function findTextViolations(value: string, schema: JsonSchema): readonly string[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  const length = [...value].length;
  const bound = (limit: string) => `(length: ${length}, ${limit})`;
  return [
    ...(length < Number(minLength)
      ? [`string "${value}" is too short ${bound(`required minimum: ${minLength}`)}`]
      : []),
    ...(length > Number(maxLength)
      ? [`string "${value}" is too long ${bound(`maximum allowed: ${maxLength}`)}`]
      : []),
    ...(typeof pattern === 'string' && !new RegExp(pattern).test(value)
      ? [`ECMA 262 regex "${pattern}" does not match input string "${value}"`]
      : []),
  ];
}

function findNumberViolations(value: number, schema: JsonSchema): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const least = Number(minimum ?? Number.NEGATIVE_INFINITY);
  const most = Number(maximum ?? Number.POSITIVE_INFINITY);
  const isLow = value < least || (exclusiveMinimum === true && value === least);
  const isHigh = value > most || (exclusiveMaximum === true && value === most);
  return [
    ...(isLow
      ? [`numeric instance is lower than the required minimum (minimum: ${least}, found: ${value})`]
      : []),
    ...(isHigh
      ? [
          `numeric instance is greater than the required maximum (maximum: ${most}, found: ${value})`,
        ]
      : []),
  ];
}

function findListViolations(
  value: readonly unknown[],
  schema: JsonSchema,
  root: JsonSchema,
): readonly string[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  const { length } = value;
  return [
    ...(length < Number(minItems)
      ? [`array is too short: must have at least ${minItems} elements but instance has ${length}`]
      : []),
    ...(length > Number(maxItems)
      ? [`array is too long: must have at most ${maxItems} elements but instance has ${length}`]
      : []),
    ...(isJsonObject(items) ? value.flatMap((one) => findViolations(one, items, root)) : []),
  ];
}

function findObjectViolations(
  value: JsonObject,
  schema: JsonSchema,
  root: JsonSchema,
): readonly string[] {
  const { required = [], additionalProperties: more = true } = schema;
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const missing = [required].flat().filter((name) => !Object.hasOwn(value, String(name)));
  const extra = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  return [
    ...(missing.length > 0
      ? [`object has missing required properties (${JSON.stringify(missing.toSorted())})`]
      : []),
    ...(more === false && extra.length > 0
      ? [
          `object instance has properties which are not allowed by the schema: ${JSON.stringify(extra.toSorted())}`,
        ]
      : []),
    ...(isJsonObject(more) ? extra.flatMap((name) => findViolations(value[name], more, root)) : []),
    ...Object.entries(properties).flatMap(([name, one]) =>
      Object.hasOwn(value, name) && isJsonObject(one) ? findViolations(value[name], one, root) : [],
    ),
  ];
}
