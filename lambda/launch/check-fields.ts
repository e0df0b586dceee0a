import type { InputFault } from './api-error.ts';

/** Kind of a field of a request. `texts`: an object of texts. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'texts' | 'any';

/** Maximum characters of a launch id. */
const maxLaunchId = 64;

/**
 * Checks the fields of a request by their kinds; `launchId` also by its characters. Pure.
 *
 * @param isFromNewer whether unknown fields are ignored, instead of being faults
 */
export function checkFields(
  given: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, FieldKind>>,
  isFromNewer: boolean,
): { readonly fields: Readonly<Record<string, unknown>>; readonly faults: InputFault[] } {
  const fields = isFromNewer ? pickKnown(given, Object.keys(kinds)) : given;
  const faults: InputFault[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const allowed = Object.keys(kinds).join(', ');
      faults.push({ path: name, message: `unknown field; allowed: ${allowed}` });
    } else if (!isOfKind(value, kind)) {
      faults.push({ path: name, message: `allowed: ${kind}` });
    }
  }
  const { launchId } = fields;
  if (typeof launchId === 'string' && !/^[\w-]+$/.test(launchId.slice(0, maxLaunchId + 1))) {
    faults.push({ path: 'launchId', message: 'allowed: letters, digits, _ and -' });
  } else if (typeof launchId === 'string' && launchId.length > maxLaunchId) {
    faults.push({ path: 'launchId', message: `allowed: at most ${maxLaunchId} characters` });
  }
  return { fields, faults };
}

/** The fields of a request that this version knows. */
export function pickKnown(
  fields: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)));
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'texts':
      return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((text) => typeof text === 'string')
      );
    default:
      return true;
  }
}
