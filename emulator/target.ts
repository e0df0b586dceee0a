/** Target of a request: the path in decoded segments, and the query. */
export interface RequestTarget {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Parses a request target, in origin or absolute form (RFC 9112, 3.2).
 *
 * Trailing and doubled slashes are ignored, as Tomcat does. `%23` in a job's name becomes `#`.
 *
 * @returns `undefined` if the percent-encoding is invalid
 */
export function readTarget(requestTarget: string): RequestTarget | undefined {
  const [pathAndQuery = ''] = requestTarget.replace(/^https?:\/\/[^/?#]*/i, '').split('#');
  const [path = '', ...query] = pathAndQuery.split('?');
  try {
    const segments = path
      .split('/')
      .filter((segment) => segment !== '')
      .map((segment) => decodeURIComponent(segment));
    return { segments, query: new URLSearchParams(query.join('?')) };
  } catch {
    return undefined;
  }
}
