import { say } from './shapes.ts';

const endpoint = 'https://host:port, such as https://autosys.example.com:9443';

/** What is wrong with the address of an AutoSys web server; a login found in it is never repeated. */
export function checkEndpoint(text: string): string | undefined {
  const refuse = (found: string) => `endpoint: found ${found}, allowed: ${endpoint}`;
  // What does not read as a URL may hold a login anywhere, so it is not repeated.
  if (!URL.canParse(text)) return refuse('text that is no URL');
  const { protocol, host, username, password, search, hash } = new URL(text);
  if (host === '') return refuse('text that does not begin with https://');
  if (username !== '' || password !== '') {
    return `${refuse(`a login in the URL of ${host}`)}; the login comes from the secret`;
  }
  if (protocol !== 'https:') {
    return `${refuse(`${protocol}//${host}`)}; without TLS the login would travel in clear`;
  }
  if (search !== '' || hash !== '') return refuse(`a query or fragment behind ${host}`);
  // Lambda speaks IPv6 from dual-stack subnets only, and only where it is told so (AWS documentation, VpcConfig).
  if (host.startsWith('[')) {
    return `${refuse(`the IPv6 address ${host}`)}; the functions speak IPv4, so give a name or address of that`;
  }
  return undefined;
}

/** What is wrong with the name of a timezone, by what this Node.js knows of IANA's. */
export function checkTimezone(text: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    // An offset such as +01:00 would pass, yet knows no daylight saving time.
    if (/^[A-Za-z]/.test(text)) return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return say('timezone', text, 'an IANA name such as Europe/Zurich');
}

/** The name of a Secrets Manager secret (CreateSecret, API reference), or its ARN. */
export const secretPattern =
  /^(?:[A-Za-z0-9/_+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+)$/;
