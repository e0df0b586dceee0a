import { NameError } from '../errors.ts';

/** One address of AEWS, checked: HTTPS, and no login in the URL. */
export interface AewsEndpoint {
  /** Such as `https://host:9443`. */
  readonly origin: string;
  /** Host and port, for messages. */
  readonly name: string;
  /** What stands behind the host, such as `/AEWS`; empty where nothing does. */
  readonly path: string;
}

const allowed =
  'https://host:port or https://host:port/AEWS, such as https://aews.example.com:9443';

/**
 * Checks the address of an AutoSys web server.
 *
 * @param text such as `https://host:9443` or `https://host:9443/AEWS`
 * @throws {NameError} which repeats neither a login nor a query found in it
 */
export function parseEndpoint(text: string): AewsEndpoint {
  const refuse = (found: string) => new NameError({ what: 'AutoSys endpoint', found, allowed });
  // What does not read as a URL may hold a login anywhere, so it is not repeated.
  if (!URL.canParse(text)) throw refuse('text that is no URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw refuse(`a login in the URL of ${url.host}; the credentials come from the secret`);
  }
  if (url.protocol !== 'https:') {
    throw refuse(`${url.protocol}//${url.host}; the login would travel in clear without TLS`);
  }
  if (url.search !== '' || url.hash !== '') throw refuse(`a query or fragment behind ${url.host}`);
  return {
    origin: url.origin,
    name: url.port === '' ? `${url.host}:443` : url.host,
    path: url.pathname.replace(/\/+$/, ''),
  };
}

/**
 * Puts the path of an endpoint before a profile's base path; what both name stands once.
 *
 * `''` and `/AEWS` give `/AEWS`; `/AEWS` and `/AEWS/api` give `/AEWS/api`; `/proxy` and `/AEWS` give `/proxy/AEWS`.
 */
export function joinBasePath(endpointPath: string, basePath: string): string {
  const before = endpointPath.split('/').filter((part) => part !== '');
  const after = basePath.split('/').filter((part) => part !== '');
  let shared = Math.min(before.length, after.length);
  while (shared > 0 && before.slice(-shared).join('/') !== after.slice(0, shared).join('/')) {
    shared -= 1;
  }
  return [...before, ...after.slice(shared)].map((part) => `/${part}`).join('');
}
