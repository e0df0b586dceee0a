import { isRecord } from './shape.ts';

/** Members whose keys belong to the user. */
const userMaps = ['Parameters', 'Tags'];

/**
 * The members of an API response as Step Functions shows them in the output of a task: with a
 * capital first letter, and without those that are null.
 */
export function toPascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPascalCase);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  return Object.fromEntries(
    entries.map(([key, one]) => {
      const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
      return [name, userMaps.includes(name) ? one : toPascalCase(one)];
    }),
  );
}
