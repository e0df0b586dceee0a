import { Agent } from 'node:https';
import { CommandLineError } from './exit-code.ts';
import type { Io } from './io.ts';
import { isProxyExcluded, readNoProxy } from './no-proxy.ts';
import { printNotes } from './render.ts';

type Env = Io['env'];

/** The HTTPS proxy of the environment. */
interface Proxy {
  /** `https_proxy` or `HTTPS_PROXY`. As in Node.js, the first that is not empty is used. */
  readonly variable: string;
  /** May contain a login, so it is never printed. */
  readonly url: string;
}

/**
 * Creates an agent for AWS clients that uses the proxy of `HTTPS_PROXY`, except for the hosts of
 * `NO_PROXY`.
 *
 * @param nodeVersion such as `24.21.0`
 * @returns `undefined` if the environment has no proxy
 * @throws {CommandLineError} if the proxy cannot be used
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
      `${proxy.variable}: proxies need Node.js 24.5 or newer, found ${nodeVersion}; update Node.js, or unset ${proxy.variable}`,
    ]);
  }
  const proxyEnv = { HTTPS_PROXY: proxy.url, NO_PROXY: readNoProxy(env) };
  return new Agent({ keepAlive: true, proxyEnv });
}

/** Prints on stderr which AutoSys endpoints are called directly although a proxy is set. */
export function printDirectCalls(
  io: Pick<Io, 'env' | 'stderr'>,
  endpoints: readonly string[],
  json: boolean,
): void {
  const variable = findVariable(io.env);
  if (variable === undefined) return;
  const direct = endpoints.filter((endpoint) => !isProxyExcluded(new URL(endpoint), io.env));
  if (direct.length === 0) return;
  const hosts = [...new Set(direct.map((endpoint) => new URL(endpoint).hostname))];
  const note = `${variable} is used for AWS only; AutoSys is called directly (${direct.join(', ')}). To hide this note, add ${hosts.join(',')} to NO_PROXY`;
  printNotes(io, [note], json);
}

function findVariable(env: Env): string | undefined {
  return ['https_proxy', 'HTTPS_PROXY'].find((name) => env[name]);
}

/** A proxy without a scheme is called over HTTP, as in curl. Node.js would silently ignore it. */
function readProxy(command: string, env: Env): Proxy | undefined {
  const variable = findVariable(env);
  if (variable === undefined) return undefined;
  const given = (env[variable] ?? '').trim();
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given) ?? [];
  const url = scheme === undefined ? `http://${given}` : given;
  if (URL.canParse(url) && ['http', 'https', undefined].includes(scheme?.toLowerCase())) {
    return { variable, url: url.replace(/^[^:]+/, (text) => text.toLowerCase()) };
  }
  const found = URL.canParse(url) ? `the scheme ${scheme}` : 'text that is not a URL';
  throw new CommandLineError(command, [
    `${variable}: expected an http or https URL, such as http://proxy.example.com:3128, found ${found}`,
  ]);
}

/** Agents support a proxy since Node.js 24.5.0 (documented). Older agents ignore the option. */
function hasProxyAgents(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}
