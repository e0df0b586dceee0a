import { type JsonObject, kindOf, TemplateError } from '../template-error.ts';

/**
 * Refuses properties that are not emulated.
 *
 * @param known names of the properties that are read, or that have no effect on a request
 * @throws {TemplateError} for any other property that is set
 */
export function refuseUnknown(
  where: string,
  properties: JsonObject,
  known: readonly string[],
): void {
  const name = Object.keys(properties).find(
    (one) => properties[one] !== undefined && !known.includes(one),
  );
  if (name === undefined) return;
  throw new TemplateError(`${where}, ${name}`, {
    found: kindOf(properties[name]),
    allowed: known.join(', '),
  });
}

/** The value as a flag, false if it is undefined. @throws {TemplateError} */
export function flagAt(value: unknown, where: string): boolean {
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new TemplateError(where, { found: kindOf(value), allowed: 'true or false' });
}

/** The value as one of some texts. @throws {TemplateError} */
export function choiceAt<Choice extends string>(
  value: unknown,
  where: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  const found = typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
  throw new TemplateError(where, { found, allowed: choices.join(', ') });
}

/** The values of an object as texts. @throws {TemplateError} */
export function textsAt(value: JsonObject, where: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (typeof one === 'string') return [name, one];
      throw new TemplateError(`${where}.${name}`, { found: kindOf(one), allowed: 'a text' });
    }),
  );
}
