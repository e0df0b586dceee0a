/** A schema of OpenAPI 3.0, as far as the launch API needs it. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: OpenApiSchema;
  readonly oneOf?: readonly OpenApiSchema[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | OpenApiSchema;
}

/** The names of fields that a type requires. */
type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

/**
 * The schema of an interface. The compiler compares the fields, and which of them are required, with
 * the interface.
 */
export function objectOf<T>(
  required: Readonly<Record<RequiredKeys<T> & string, true>>,
  properties: { readonly [K in keyof Required<T>]: OpenApiSchema },
): OpenApiSchema {
  return { type: 'object', required: Object.keys(required), properties };
}

/** Schema of a text. */
export const text = (description: string, more: Partial<OpenApiSchema> = {}): OpenApiSchema => ({
  type: 'string',
  description,
  ...more,
});
/** Schema of a whole number. */
export const whole = (description: string, more: Partial<OpenApiSchema> = {}): OpenApiSchema => ({
  type: 'integer',
  description,
  ...more,
});
/** Schema of an instant. */
export const instant = (description: string) =>
  text(`${description}, in UTC`, { format: 'date-time' });
/** Schema of a list. */
export const listOf = (items: OpenApiSchema, description: string, more = {}): OpenApiSchema => ({
  type: 'array',
  description,
  items,
  ...more,
});
/** A reference to a schema of the launch API. */
export const refTo = (name: string): OpenApiSchema => ({ $ref: `#/components/schemas/${name}` });
