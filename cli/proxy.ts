import { Agent } from 'node:https';
import { isIPv4 } from 'node:net';
import { CommandLineError } from './exit-code.ts';
import type { Io } from './io.ts';
import { printNotes } from './render.ts';

type Env = Io['env'];

/** The proxy for HTTPS that the environment names. */
interface Proxy {
  /** `https_proxy` or `HTTPS_PROXY`; Node.js takes the first that is not empty. */
  readonly variable: string;
  /** May hold a login: never printed. */
  readonly url: string;
}

/**
 * An agent for clients of AWS that goes through the proxy of `HTTPS_PROXY`, except to the hosts of `NO_PROXY`.
 *
 * @param nodeVersion such as `24.21.0`
 * @returns `undefined` where the environment names no proxy
 * @throws {CommandLineError} where the proxy cannot be used
 */
export function createProxyAgent(
  command: string,
  env: Env,
  nodeVersion = process.versions.node,
): Agent | undefined {
  const proxy = readProxy(command, env);
  if (proxy === undefined) return undefined;
  if (!hasProxyAgents(nodeVersion)) {
    throw new CommandLineError(command, [
      `${proxy.variable}: expected Node.js 24.5 or newer, whose agents use it, found ${nodeVersion}; update Node.js, or unset ${proxy.variable}`,
    ]);
  }
  const proxyEnv = { HTTPS_PROXY: proxy.url, NO_PROXY: readNoProxy(env) };
  return new Agent({ keepAlive: true, proxyEnv });
}

/** Notes on stderr which endpoints of AutoSys are called directly although a proxy is set. */
export function printDirectCalls(
  io: Pick<Io, 'env' | 'stderr'>,
  endpoints: readonly string[],
  json: boolean,
): void {
  const variable = findVariable(io.env);
  if (variable === undefined) return;
  const direct = endpoints.filter((endpoint) => !isExcluded(new URL(endpoint), io.env));
  if (direct.length === 0) return;
  const hosts = [...new Set(direct.map((endpoint) => new URL(endpoint).hostname))];
  const note = `${variable} is for calls of AWS only: AutoSys is called directly (${direct.join(', ')}); with ${hosts.join(',')} in NO_PROXY this note is not printed`;
  printNotes(io, [note], json);
}

function findVariable(env: Env): string | undefined {
  return ['https_proxy', 'HTTPS_PROXY'].find((name) => env[name]);
}

/** As in curl, a proxy without a scheme is called by HTTP; Node.js would ignore it without a word. */
function readProxy(command: string, env: Env): Proxy | undefined {
  const variable = findVariable(env);
  if (variable === undefined) return undefined;
  const given = (env[variable] ?? '').trim();
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given) ?? [];
  const url = scheme === undefined ? `http://${given}` : given;
  if (URL.canParse(url) && ['http', 'https', undefined].includes(scheme?.toLowerCase())) {
    return { variable, url: url.replace(/^[^:]+/, (text) => text.toLowerCase()) };
  }
  const found = URL.canParse(url) ? `a proxy of ${scheme}` : 'another text';
  throw new CommandLineError(command, [
    `${variable}: expected the URL of a proxy such as http://proxy.example.com:3128, http or https, found ${found}`,
  ]);
}

function readNoProxy(env: Env): string {
  return env['no_proxy'] || env['NO_PROXY'] || '';
}

/** Older agents ignore the option (Node.js documentation: since v24.5.0). */
function hasProxyAgents(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

/** Whether NO_PROXY names a host, by the rules of Node.js: its documentation of the built-in proxy support. */
function isExcluded({ hostname, port, protocol }: URL, env: Env): boolean {
  const address = {
    host: hostname.toLowerCase(),
    port: port || (protocol === 'http:' ? '80' : '443'),
  };
  return readNoProxy(env)
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && isNamed(entry.toLowerCase(), address));
}

/** `*`, a host, `host:port`, `.suffix`, `*.suffix`, an address, or `first-last` of IPv4. */
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
