import type { RestMethod } from './definition.ts';

/** A method that serves a path, with the values of its path variables. */
export interface RestRoute {
  readonly method: RestMethod;
  /** As in the URL: API Gateway does not decode them (reported for REST APIs). */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The method that serves a request; `undefined` if no resource matches the path, or if the resource
 * has no such method.
 *
 * A fixed part takes precedence over a variable, and a variable over a greedy one. One slash at the
 * end is ignored. The exact method takes precedence over `ANY`.
 *
 * @param path the path after the stage, as in the URL
 */
export function findRoute(
  methods: readonly RestMethod[],
  httpMethod: string,
  path: string,
): RestRoute | undefined {
  const parts = split(path.replace(/(?<=.)\/$/, ''));
  const candidates = [...new Set(methods.map(({ resourcePath }) => resourcePath))].flatMap(
    (resourcePath) => {
      const pathParameters = matchPath(split(resourcePath), parts);
      return pathParameters ? [{ resourcePath, pathParameters }] : [];
    },
  );
  const [best] = candidates.toSorted((one, other) =>
    compareRanks(split(one.resourcePath), split(other.resourcePath)),
  );
  if (!best) return undefined;
  const ofResource = methods.filter(({ resourcePath }) => resourcePath === best.resourcePath);
  const method =
    ofResource.find((one) => one.httpMethod === httpMethod) ??
    ofResource.find((one) => one.httpMethod === 'ANY');
  return method && { method, pathParameters: best.pathParameters };
}

/** `/` has no parts. */
const split = (path: string): readonly string[] => (path === '/' ? [] : path.split('/').slice(1));

function matchPath(
  pattern: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const values: Record<string, string> = {};
  for (const [at, wanted] of pattern.entries()) {
    const part = parts[at];
    if (part === undefined || part === '') return undefined;
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(wanted) ?? [];
    if (name === undefined) {
      if (part !== wanted) return undefined;
    } else if (greedy === '+') {
      return { ...values, [name]: parts.slice(at).join('/') };
    } else values[name] = part;
  }
  return parts.length === pattern.length ? values : undefined;
}

/** Compares part by part: the more specific pattern is first. */
function compareRanks(one: readonly string[], other: readonly string[]): number {
  const rank = (part: string) => {
    if (part.endsWith('+}')) return 2;
    return part.startsWith('{') ? 1 : 0;
  };
  for (const [at, part] of one.entries()) {
    const difference = rank(part) - rank(other[at] ?? part);
    if (difference !== 0) return difference;
  }
  return other.length - one.length;
}
