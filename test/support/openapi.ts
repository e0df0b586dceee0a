import { launchSchemas } from '../../docs/launch-schemas.ts';
import type { OpenApiSchema } from '../../docs/open-api-schema.ts';

/**
 * Finds where a value differs from a schema of the launch API. A field that the schema does not name
 * is a fault, because the document would then be incomplete.
 */
export function findSchemaFaults(
  value: unknown,
  schema: OpenApiSchema,
  path = '$',
): readonly string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    const found = launchSchemas[name];
    return found ? findSchemaFaults(value, found, path) : [`${path}: unknown schema ${name}`];
  }
  if (schema.type === undefined) return [];
  if (!isOfType(value, schema.type)) return [`${path}: found ${typeof value}`];
  if (Array.isArray(value)) {
    const { items = {}, maxItems = Number.POSITIVE_INFINITY } = schema;
    return [
      ...(value.length > maxItems ? [`${path}: found ${value.length} items`] : []),
      ...value.flatMap((one, at) => findSchemaFaults(one, items, `${path}[${at}]`)),
    ];
  }
  if (typeof value === 'object' && value !== null) return findFieldFaults(value, schema, path);
  return findBoundFaults(value, schema).map((fault) => `${path}: ${fault}`);
}

function isOfType(value: unknown, type: NonNullable<OpenApiSchema['type']>): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function findFieldFaults(value: object, schema: OpenApiSchema, path: string): readonly string[] {
  const { properties = {}, required = [], additionalProperties: other = false } = schema;
  const missing = required.filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${path}.${name}: is missing`),
    ...Object.entries(value).flatMap(([name, one]) => {
      const field = properties[name] ?? (typeof other === 'boolean' ? undefined : other);
      if (field === undefined) return other === true ? [] : [`${path}.${name}: is not described`];
      return findSchemaFaults(one, field, `${path}.${name}`);
    }),
  ];
}

function findBoundFaults(value: unknown, schema: OpenApiSchema): readonly string[] {
  const { enum: allowed, pattern, maxLength, minimum, maximum, format } = schema;
  const text = typeof value === 'string' ? value : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const isInstant = (one: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(one);
  return [
    ...(allowed && text !== undefined && !allowed.includes(text) ? [`found ${text}`] : []),
    ...(pattern && text !== undefined && !new RegExp(pattern).test(text) ? ['pattern'] : []),
    ...(maxLength !== undefined && (text?.length ?? 0) > maxLength ? ['too long'] : []),
    ...(minimum !== undefined && (number ?? minimum) < minimum ? ['too small'] : []),
    ...(maximum !== undefined && (number ?? maximum) > maximum ? ['too large'] : []),
    ...(format === 'date-time' && text !== undefined && !isInstant(text) ? ['no instant'] : []),
    ...(format === 'uri' && text !== undefined && !URL.canParse(text) ? ['no URL'] : []),
  ];
}
