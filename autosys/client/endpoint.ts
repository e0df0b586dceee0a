import { NameError } from '../errors.ts';

/** A checked address of AEWS: HTTPS, and no login in the URL. */
export interface AewsEndpoint {
  /** Such as `https://host:9443`. */
  readonly origin: string;
  /** Host and port, for messages. */
  readonly name: string;
  /** The path after the host, such as `/AEWS`. Empty if there is none. */
  readonly path: string;
}

const allowed =
  'https://host:port or https://host:port/AEWS, such as https://aews.example.com:9443';

/**
 * Checks the address of an AutoSys web server.
 *
 * @param text such as `https://host:9443` or `https://host:9443/AEWS`
 * @throws {NameError} whose message repeats neither a login nor a query of the text
 */
export function parseEndpoint(text: string): AewsEndpoint {
  const toFault = (found: string) => new NameError({ what: 'AutoSys endpoint', found, allowed });
  // The text is not repeated, because an invalid URL may contain a login at any position.
  if (!URL.canParse(text)) throw toFault('text that is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw toFault(`a login in the URL of ${url.host}; the credentials come from the secret`);
  }
  if (url.protocol !== 'https:') {
    throw toFault(`${url.protocol}//${url.host}; the login would be sent unencrypted`);
  }
  if (url.search !== '' || url.hash !== '') throw toFault(`a query or fragment after ${url.host}`);
  return {
    origin: url.origin,
    name: url.port === '' ? `${url.host}:443` : url.host,
    path: url.pathname.replace(/\/+$/, ''),
  };
}

/**
 * Joins the path of an endpoint and the base path of a profile. A common part occurs once.
 *
 * `''` and `/AEWS` give `/AEWS`; `/AEWS` and `/AEWS/api` give `/AEWS/api`; `/proxy` and `/AEWS`
 * give `/proxy/AEWS`.
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
