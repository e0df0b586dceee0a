import { isIPv4 } from 'node:net';

/** Environment variables by name. */
type Env = Readonly<Record<string, string | undefined>>;

/** Hosts without a proxy. As in Node.js, the first variable that is not empty is used. */
export function readNoProxy(env: Env): string {
  return env['no_proxy'] || env['NO_PROXY'] || '';
}

/** True when NO_PROXY matches a host, by the rules that Node.js documents for its proxy support. */
export function isProxyExcluded({ hostname, port, protocol }: URL, env: Env): boolean {
  const address = {
    host: hostname.toLowerCase(),
    port: port || (protocol === 'http:' ? '80' : '443'),
  };
  return readNoProxy(env)
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && isNamed(entry.toLowerCase(), address));
}

/**
 * True when an entry matches: `*`, host, `host:port`, `.suffix`, `*.suffix` or IPv4 `first-last`.
 */
function isNamed(
  entry: string,
  { host, port }: { readonly host: string; readonly port: string },
): boolean {
  if (entry === '*' || entry === host || entry === `${host}:${port}`) return true;
  if (entry.startsWith('.')) return host.endsWith(entry);
  if (entry.startsWith('*.')) return host.endsWith(entry.slice(1));
  const [first = '', last = ''] = entry.split('-');
  if (!(isIPv4(first) && isIPv4(last) && isIPv4(host))) return false;
  return toNumber(first) <= toNumber(host) && toNumber(host) <= toNumber(last);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
