import { formatFault } from './shapes.ts';

const endpoint = 'https://host:port, such as https://autosys.example.com:9443';

/**
 * Checks the address of an AutoSys web server. The message never repeats a login in the address.
 */
export function checkEndpoint(text: string): string | undefined {
  const refuse = (found: string) => `endpoint: found ${found}, allowed: ${endpoint}`;
  // Text that is not a URL may contain a login anywhere, so the message does not repeat it.
  if (!URL.canParse(text)) return refuse('text that is not a URL');
  const { protocol, host, username, password, search, hash } = new URL(text);
  if (host === '') return refuse('text that does not begin with https://');
  if (username !== '' || password !== '') {
    return `${refuse(`a login in the URL of ${host}`)}; the login comes from the secret`;
  }
  if (protocol !== 'https:') {
    return `${refuse(`${protocol}//${host}`)}; without TLS the login would be sent unencrypted`;
  }
  if (search !== '' || hash !== '') return refuse(`a query or fragment behind ${host}`);
  // Lambda uses IPv6 only from dual-stack subnets, and only if it is enabled (AWS documentation,
  // VpcConfig).
  if (host.startsWith('[')) {
    return `${refuse(`the IPv6 address ${host}`)}; the functions use IPv4 only, so give a host name or an IPv4 address`;
  }
  return undefined;
}

/** Checks the name of a timezone against the IANA names that this Node.js knows. */
export function checkTimezone(text: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    // An offset such as +01:00 is valid for Intl, but has no daylight saving time.
    if (/^[A-Za-z]/.test(text)) return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return formatFault('timezone', text, 'an IANA name such as Europe/Zurich');
}

/** The name of a Secrets Manager secret (CreateSecret, API reference), or its ARN. */
export const secretPattern =
  /^(?:[A-Za-z0-9/_+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+)$/;
