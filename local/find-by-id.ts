import { TemplateError } from './template-error.ts';

/** The part of the embedded AWS with an id. @throws {TemplateError} for an unknown id */
export function findById<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value !== undefined) return value;
  throw new TemplateError(id, {
    found: 'an unknown id',
    allowed: [...values.keys()].join(', '),
  });
}
